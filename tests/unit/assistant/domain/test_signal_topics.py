"""What the orders behind a signal tell of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain import signal_topics
from assistant.domain.signal_topics import Texts, newest, topics_of
from assistant.domain.watch import WatchedOrder

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
KEYS = "abaccbd"
"""Which group each of seven orders belongs to."""


def order(number: int, key: str) -> WatchedOrder:
    at = NOON + timedelta(hours=number)
    caller = "one caller" if key == "b" else f"c{number}"
    return WatchedOrder(
        *(f"o{number}", at, "住房", "street-a", "", caller, f"演示：{key}{number}"),
        is_open=number == 0,
        is_unsolved=number == 3,
    )


ORDERS = [order(number, key) for number, key in enumerate(KEYS)]
CONTENTS = {one.id: f"说：{one.id}" for one in ORDERS}


def by_key(texts: Texts) -> list[int]:
    return [ord(title[3]) for title, _ in texts]


def test_orders_that_say_the_same_are_one_topic_and_of_equal_ones_the_last_heard_comes_first() -> None:
    found = topics_of(ORDERS, CONTENTS, by_key)
    assert [[one.id for one in topic.orders] for topic in found.topics] == [["o1", "o5"], ["o3", "o4"], ["o0", "o2"]]
    assert (found.total, found.compared, found.alone) == (7, 7, 1)


def test_a_topic_has_the_title_of_its_newest_order_and_counts_people_not_calls() -> None:
    one, three, two = topics_of(ORDERS, CONTENTS, by_key).topics
    assert [topic.title for topic in (one, two, three)] == ["演示：b5", "演示：a2", "演示：c4"]
    assert [topic.callers for topic in (one, two)] == [1, 2]
    assert (two.open, two.unsolved, three.unsolved) == (1, 0, 1)


def test_what_is_grouped_is_what_was_said() -> None:
    asked: list[tuple[str, str]] = []

    def alone(texts: Texts) -> list[int]:
        asked.extend(texts)
        return list(range(len(texts)))

    found = topics_of(ORDERS[:2], {"o0": "说：o0"}, alone)
    assert asked == [("演示:a0", "说:o0"), ("演示:b1", "")]
    assert (found.alone, found.topics) == (2, ())


def test_of_more_orders_than_can_be_compared_the_newest_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal_topics, "MOST", 3)
    found = topics_of(ORDERS, CONTENTS, by_key)
    assert [one.id for one in newest(ORDERS)] == ["o4", "o5", "o6"]
    assert (found.total, found.compared, found.alone) == (7, 3, 3)


def test_the_place_that_all_name_is_not_compared() -> None:
    asked: list[tuple[str, str]] = []

    def kept(texts: Texts) -> list[int]:
        asked.extend(texts)
        return [0 for _ in texts]

    (topic,) = topics_of(
        ORDERS[:2], {"o0": "演示家园2号院停水", "o1": "停水,演示家园〔门牌1〕"}, kept, "演示家园2号院"
    ).topics
    assert [said for _, said in asked] == ["停水", "停水,"]
    assert topic.title == "演示：b1"
