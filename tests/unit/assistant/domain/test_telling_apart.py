from __future__ import annotations

import pytest

from assistant.answer_policy import load_answer_policy
from assistant.domain.excerpt_choice import extract
from assistant.domain.excerpts import Source
from assistant.domain.telling_apart import Bag, asks_alike, figure_asked, telling_shares

LIMITS = load_answer_policy().extraction.limits()


def bag(own: set[str], heading: set[str], section: str) -> Bag:
    return Bag(frozenset(own), frozenset(heading), section)


def test_a_word_that_every_statement_has_tells_nothing() -> None:
    assert telling_shares([bag({"年假"}, set(), "a"), bag({"年假"}, set(), "b")]) == [0.0, 0.0]


def test_a_rare_word_counts_most_in_the_statement_then_in_its_heading_then_in_its_section() -> None:
    said, headed = bag({"年假", "没休"}, set(), "a"), bag({"年假"}, {"没休"}, "b")
    beside, other = bag({"年假"}, set(), "a"), bag({"年假"}, set(), "c")
    first, second, third, last = telling_shares([said, headed, beside, other])
    assert first == 1.0 > second > third > last == 0.0


@pytest.mark.parametrize(
    ("question", "told", "other"),
    [
        ("竞业限制最长几年", "不得超过二年", "三十日内"),
        ("停气提前几个小时通知", "提前48小时", "提前7天"),
        ("晚上几点以后不能玩", "每日二十二时至次日八时", "不满十八周岁"),
        ("乱停要罚多少", "处二百元以下罚款", "十五日内"),
    ],
)
def test_a_figure_of_the_kind_asked_for(question: str, told: str, other: str) -> None:
    wanted = figure_asked(question)
    assert wanted is not None
    assert wanted.search(told) and not wanted.search(other)


def test_no_figure_is_asked() -> None:
    assert figure_asked("房东不退押金怎么办") is None


def test_the_best_section_is_quoted_first_and_leaves_room_for_a_second() -> None:
    """The asked-for section stands later in the guide, and an earlier one has more statements than may be quoted."""
    early = "\n".join(
        f"- 职工年假由单位{verb}。" for verb in ("统筹安排", "书面告知", "登记造册", "逐年公示", "留存备查")
    )
    sources = [
        Source("P1", early, "职工年假", "年假安排", 0, "g", 0),
        Source("P2", "- 年假没休完的，单位应当补发工资。", "职工年假", "没休怎么补", 0, "g", 1),
    ]
    chosen = extract("年假没休完要补钱吗", sources, LIMITS)
    assert chosen[0].statement.heading == "没休怎么补"
    crowded = extract("职工年假单位怎么安排", sources, LIMITS)
    assert sum(item.statement.heading == "年假安排" for item in crowded) <= LIMITS.same_section


@pytest.mark.parametrize(
    ("question", "heading", "alike"),
    [
        ("居住证多久能办下来", "到哪里办、多久办好", True),
        ("包工头跑了该谁给钱", "谁来付钱", True),
        ("居住证多久能办下来", "签注", False),
        ("怎么申请", "多久办好", False),
    ],
)
def test_a_heading_that_asks_the_same_leads_to_its_section(question: str, heading: str, alike: bool) -> None:
    assert asks_alike(question, heading) is alike


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("换物业要多少人同意", "参与表决的业主过半数且人数过半数同意"),
        ("装电梯几户同意才行", "三分之二以上的业主参与表决"),
        ("残疾军人坐火车打几折", "享受票价50%的优待"),
    ],
)
def test_shares_and_discounts_are_figures_too(question: str, told: str) -> None:
    asked = figure_asked(question)
    assert asked is not None
    assert asked.search(told)
