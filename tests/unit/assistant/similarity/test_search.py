"""Similar orders: own repeats, the same event by others, settled precedents; the same estate with another matter is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.domain.appeal import Appeal, Judgement, Place, Relation
from assistant.domain.past_order import PastOrder
from assistant.domain.work_order import OrderState
from assistant.similarity.order_index import OrderIndex
from assistant.similarity.search import Match, find_similar
from assistant.similarity.storage import IndexUnusable, load, save
from assistant.similarity.telling import asked_of, told
from retrieval.static_embedding import default_embedding

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HEATING, LIFT = "公共服务/供暖/停暖与故障抢修", "住房/电梯/电梯停运久修不好"
COLD = PastOrder(
    id="cold",
    number="演示-1",
    version=3,
    state=OrderState.HANDLING,
    category=HEATING,
    received_at=NOW - timedelta(days=1),
    title="演示：停暖",
    text="演示家园2号院突然停暖，楼道里管道漏水",
    street="street-a",
    place="建外街道演示家园2号院",
    appellant_key="caller-1",
    lead="heating",
)
WORDS = "演示家园2号院从昨晚开始没有暖气，没有人通知"


def index_of(*orders: PastOrder) -> OrderIndex:
    index = OrderIndex.empty(default_embedding().dimension)
    index.add(orders)
    return index


def found(
    index: OrderIndex, text: str = WORDS, *, category: str = HEATING, street: str | None = "street-a", key: str = ""
) -> list[Match]:
    appeal = Appeal(text, NOW, appellant_key=key or None)
    return find_similar(index, asked_of(appeal, Judgement(category, 0.6), Place("", "朝阳区", street)), 10)


def relations(matches: list[Match]) -> dict[str, Relation]:
    return {match.order.id: match.relation for match in matches}


def test_others_who_tell_of_the_same_place_and_matter_within_days_tell_of_the_same_event() -> None:
    (match,) = found(index_of(COLD))
    assert match.relation is Relation.SAME_EVENT
    shown = told(match, NOW)
    assert shown.number == "演示-1" and shown.state == "办理" and "同一地点" in shown.reason and "1天前" in shown.reason


def test_the_same_caller_with_the_same_matter_is_an_own_repeat_also_after_months() -> None:
    old = replace(COLD, received_at=NOW - timedelta(days=150), state=OrderState.CLOSED)
    assert relations(found(index_of(old), key="caller-1")) == {"cold": Relation.OWN_REPEAT}
    assert relations(found(index_of(old), key="caller-2")) == {}


def test_the_same_estate_with_another_matter_is_not_similar() -> None:
    lift = replace(COLD, id="lift", category=LIFT, text="演示家园2号院电梯坏了半个月没人修，老人下不了楼")
    assert found(index_of(lift), key="caller-1") == []


@pytest.mark.parametrize(
    "place", ["建外街道演示家园3号院", "建外街道样板里小区"], ids=["another part", "another estate"]
)
def test_the_same_matter_at_another_place_is_another_event(place: str) -> None:
    other = replace(COLD, place=place, text="突然停暖，楼道里管道漏水")
    assert found(index_of(other), key="caller-1") == []


def test_a_closed_order_of_long_ago_is_no_running_event_but_an_open_one_is() -> None:
    long_ago = NOW - timedelta(days=90)
    closed = replace(COLD, id="closed", received_at=long_ago, state=OrderState.CLOSED)
    opened = replace(COLD, id="open", received_at=long_ago)
    assert relations(found(index_of(closed, opened))) == {"open": Relation.SAME_EVENT}


def test_an_event_that_is_being_worked_on_comes_before_one_that_is_over() -> None:
    over = [replace(COLD, id=f"over{n}", text=WORDS, state=OrderState.CLOSED) for n in range(5)]
    assert found(index_of(*over, COLD))[0].order.id == "cold"


def test_a_merged_order_is_not_shown_beside_the_one_it_went_into() -> None:
    assert found(index_of(replace(COLD, state=OrderState.MERGED))) == []


def test_what_the_appellant_calls_solved_elsewhere_is_a_precedent_with_what_was_done() -> None:
    solved = replace(
        COLD, id="solved", street="street-b", place="朝外街道样板里小区", received_at=NOW - timedelta(days=400)
    )
    solved = replace(solved, state=OrderState.CLOSED, solved=True, outcome="抢修完成，已恢复供热")
    unsolved = replace(solved, id="unsolved", solved=False)
    (match,) = found(index_of(solved, unsolved))
    assert (match.order.id, match.relation) == ("solved", Relation.PRECEDENT)
    assert told(match, NOW).outcome == "抢修完成，已恢复供热" and told(match, NOW).unit == "heating"


def test_where_nobody_named_a_place_only_the_same_street_within_days_counts() -> None:
    vague = replace(COLD, place="", text="突然停暖，从昨晚开始没有暖气，没有人通知")
    text = "从昨晚开始没有暖气，没有人通知"
    assert relations(found(index_of(vague), text)) == {"cold": Relation.SAME_EVENT}
    assert found(index_of(replace(vague, received_at=NOW - timedelta(days=9))), text) == []
    assert found(index_of(vague), text, street=None) == []


def test_a_newer_version_changes_the_row_and_an_older_one_does_not() -> None:
    index = index_of(COLD)
    assert index.add([replace(COLD, version=2, state=OrderState.MERGED)]) == 0
    assert index.add([replace(COLD, version=9, state=OrderState.MERGED)]) == 1
    assert len(index) == 1 and found(index) == []


def test_among_many_orders_the_first_look_keeps_the_right_ones() -> None:
    many = [
        replace(COLD, id=f"o{at}", place=f"建外街道样板{at}号家园", text="突然停暖，管道漏水", appellant_key=None)
        for at in range(3000)
    ]
    others = [replace(one, id=f"x{one.id}", category=LIFT, text="电梯坏了没人修") for one in many]
    index = index_of(*others, COLD, *many)
    assert "cold" in relations(found(index, key="caller-1"))


def test_the_index_on_disk_is_the_index(tmp_path: Path) -> None:
    solved = replace(COLD, id="solved", state=OrderState.CLOSED, solved=True, outcome="已恢复供热")
    unsolved = replace(solved, id="unsolved", solved=False)
    index = index_of(COLD, solved, unsolved)
    save(index, tmp_path, NOW)
    again, mark = load(tmp_path)
    assert mark == NOW
    assert [(m.order.id, m.relation) for m in found(again)] == [(m.order.id, m.relation) for m in found(index)]
    assert again.orders[1:] == [replace(solved, text=""), replace(unsolved, text="")]


def test_a_torn_or_foreign_folder_is_refused(tmp_path: Path) -> None:
    save(index_of(COLD), tmp_path, None)
    lines = (tmp_path / "orders.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "orders.jsonl").write_text(lines[0] + "\n", encoding="utf-8")
    with pytest.raises(IndexUnusable):
        load(tmp_path)
    (tmp_path / "orders.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(IndexUnusable):
        load(tmp_path)
