"""Two versions clause by clause. 演示数据."""

from __future__ import annotations

from assistant.domain.clause_changes import Change, clause_changes
from retrieval.contracts import Passage

HEAT = "居民室内温度不得低于十八摄氏度，供热单位应当保证。"
PAY = "采暖费按照房屋的建筑面积计收，每平方米三十元。"
FIX = "供热单位接到报修后应当在两小时内到场。"
NEW = "供热单位应当向社会公布投诉电话。"


def version(*clauses: str, title: str = "演示供热办法", names: tuple[str, ...] = ()) -> list[Passage]:
    numbers = names or tuple(f"第{number}条" for number in "一二三四五")
    return [
        Passage(f"{title}{place}", title, title, text, (title, number))
        for place, (text, number) in enumerate(zip(clauses, numbers, strict=False))
    ]


def told(older: list[Passage], newer: list[Passage]) -> list[tuple[str, str, str]]:
    return [(one.change.value, one.clause, one.was) for one in clause_changes(older, newer)]


def test_an_inserted_article_renumbers_and_changes_nothing_else() -> None:
    assert told(version(HEAT, PAY, FIX), version(HEAT, NEW, PAY, FIX)) == [
        ("same", "第一条", ""),
        ("added", "第二条", ""),
        ("moved", "第三条", "第二条"),
        ("moved", "第四条", "第三条"),
    ]


def test_a_changed_clause_keeps_its_partner_under_another_number() -> None:
    changed = FIX.replace("两", "一")
    rows = clause_changes(version(HEAT, FIX), version(HEAT, NEW, changed))
    assert [(row.change, row.clause, row.was) for row in rows] == [
        (Change.SAME, "第一条", ""),
        (Change.ADDED, "第二条", ""),
        (Change.CHANGED, "第三条", "第二条"),
    ]
    assert (rows[2].before, rows[2].after) == (FIX, changed)


def test_what_went_stands_where_it_stood() -> None:
    assert told(version(HEAT, PAY, FIX), version(HEAT, FIX, names=("第一条", "第三条"))) == [
        ("same", "第一条", ""),
        ("removed", "第二条", ""),
        ("same", "第三条", ""),
    ]


def test_a_clause_written_anew_under_its_number_is_changed_not_removed_and_added() -> None:
    assert told(version(HEAT, PAY), version(HEAT, NEW)) == [("same", "第一条", ""), ("changed", "第二条", "")]


def test_another_title_is_no_other_place() -> None:
    assert told(version(HEAT), version(HEAT, title="演示供热新办法")) == [("same", "第一条", "")]


def test_an_article_cut_for_quoting_is_compared_whole() -> None:
    older, newer = (
        [Passage(str(place), "d", "办法", text, ("第一条",)) for place, text in enumerate(texts)]
        for texts in ((HEAT, PAY), (HEAT, FIX))
    )
    assert told(older, newer) == [("changed", "第一条", "")]


def test_nothing_against_something() -> None:
    assert told([], version(HEAT)) == [("added", "第一条", "")]
    assert told(version(HEAT), []) == [("removed", "第一条", "")]
