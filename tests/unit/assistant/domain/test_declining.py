from __future__ import annotations

import pytest

from assistant.answer_policy import load_answer_policy
from assistant.domain.declining import covered, off_the_matter
from assistant.domain.excerpt_choice import extract
from assistant.domain.excerpts import Source
from tests.probation_guide import GUIDE

LIMITS = load_answer_policy().extraction.limits()
DECLINING = load_answer_policy().declining.limits()


@pytest.mark.parametrize(
    ("question", "off"), [("试用期最长多久", False), ("宠物猫能上地铁吗", True), ("火星移民补贴怎么申请", True)]
)
def test_quotations_about_something_else_are_noticed(question: str, off: bool) -> None:
    chosen = extract(question, GUIDE, LIMITS)
    assert off_the_matter(question, chosen, DECLINING, answerability=0.3) is off


def test_a_sure_search_makes_up_for_words_that_are_not_met() -> None:
    question = "刚入职试用期被坑"
    chosen = extract(question, GUIDE, LIMITS)
    assert off_the_matter(question, chosen, DECLINING, answerability=0.0)
    assert not off_the_matter(question, chosen, DECLINING, answerability=0.9)


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("- 公园应当保持整洁，管理机构应当维护秩序。", True),
        ("- 公园开放时间以公园公示为准。", False),
        ("- 公园6时至22时开放。", False),
        ("- 公园在18°C时开放。", False),
    ],
)
def test_a_question_for_a_figure_needs_one_or_its_publisher(text: str, off: bool) -> None:
    question = "公园几点开放"
    chosen = extract(question, [Source("P1", text, "公园开放", "规定", 0, "g", 0)], LIMITS)
    assert off_the_matter(question, chosen, DECLINING, answerability=1.0) is off


def test_coverage_is_that_of_one_document() -> None:
    assert covered("试用期工资", extract("试用期工资最低多少", GUIDE, LIMITS)) == 1.0
    assert covered("试用期工资", []) == 0.0


def test_a_question_like_a_way_of_asking_is_answered_though_it_shares_no_words_with_the_text() -> None:
    question = "租房退租墙上打钉子扣钱"
    guide = [Source("P1", "- 返还条件看合同约定。", "租房", "退租", 0, "g", asked_as=("墙上打钉子扣钱",))]
    unasked = [Source("P1", "- 返还条件看合同约定。", "租房", "退租", 0, "g")]
    assert not off_the_matter(question, extract(question, guide, LIMITS), DECLINING, 0.0, guide)
    assert off_the_matter(question, extract(question, unasked, LIMITS), DECLINING, 0.0, unasked)


def test_nothing_quoted_is_off_the_matter() -> None:
    assert off_the_matter("墙上打了钉子要扣我钱", [], DECLINING, 1.0)


def test_who_asks_for_a_figure_that_no_text_has_is_told_what_the_section_says() -> None:
    question = "暖气不热多久上门修"
    text = "- 报修后供热单位应当全天候服务。"
    asked = [Source("P1", text, "暖气不热怎么办", "办理步骤", 0, "g", asked_as=("暖气多久上门修",))]
    unasked = [Source("P1", text, "暖气不热怎么办", "办理步骤", 0, "g")]
    assert not off_the_matter(question, extract(question, asked, LIMITS), DECLINING, 0.8, asked)
    assert off_the_matter(question, extract(question, unasked, LIMITS), DECLINING, 0.8, unasked)
