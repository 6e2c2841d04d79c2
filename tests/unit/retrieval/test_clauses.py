"""Numbers and places in statutes."""

from __future__ import annotations

import pytest

from retrieval.clauses import clause_at, han_number, items_of, number_of, paragraphs_of
from retrieval.contracts import Passage

ARTICLE = (
    "第十二条 业主应当交纳费用。\n业主有下列情形的，可以缓交：\n（一）生活困难；\n（二）房屋受损。\n缓交不超过六十日。"
)


@pytest.mark.parametrize("value", [1, 9, 10, 11, 19, 20, 35, 100, 101, 110, 115, 250, 999])
def test_numbers_survive_the_round_trip(value: int) -> None:
    assert number_of(han_number(value)) == value


@pytest.mark.parametrize(("han", "value"), [("二〇二四", 2024), ("一千二百六十", 1260), ("两", 2), ("十", 10)])
def test_numbers_are_read_as_statutes_print_them(han: str, value: int) -> None:
    assert number_of(han) == value


def test_items_belong_to_the_paragraph_above_them() -> None:
    paragraphs = paragraphs_of(ARTICLE)
    assert [p.label for p in paragraphs] == ["第一款", "第二款", "第三款"]
    items = items_of(ARTICLE, paragraphs[1])
    assert [(item.label, ARTICLE[item.start : item.end]) for item in items] == [
        ("第一项", "（一）生活困难；"),
        ("第二项", "（二）房屋受损。"),
    ]


@pytest.mark.parametrize(
    ("quotation", "clause"),
    [
        ("业主应当交纳费用", "第十二条第一款"),
        ("房屋受损", "第十二条第二款第二项"),
        ("缓交不超过六十日", "第十二条第三款"),
        ("交纳费用。\n业主有下列", "第十二条"),
    ],
)
def test_a_quotation_is_cited_by_its_narrowest_clause(quotation: str, clause: str) -> None:
    passage = Passage("p", "d", "办法", ARTICLE, ("第二章 收费项目", "第十二条"))
    start = ARTICLE.index(quotation)
    assert clause_at(passage, start, start + len(quotation)) == clause


def test_a_single_paragraph_article_is_cited_without_its_paragraph() -> None:
    passage = Passage("p", "d", "刑法", "第十七条之一 可以从轻处罚。", ("第十七条之一",))
    assert passage.clause == "第十七条之一"
    assert clause_at(passage, 8, 12) == "第十七条之一"


def test_a_guide_has_no_clause() -> None:
    assert clause_at(Passage("p", "d", "指南", "- 带身份证。", ("所需材料",)), 0, 3) == ""
