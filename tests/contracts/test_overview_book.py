"""``OverviewBook`` and ``AnswerBook`` on SQLite and PostgreSQL: counts equal those over the rows; two writers add up."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from assistant.adapters.sql_answers import SqlAnswers
from assistant.adapters.sql_calls import SqlCalls
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_overview import SqlOverview
from assistant.adapters.sql_schema import orders
from assistant.domain.call_counts import CallCounts
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_events import ClosedBy
from assistant.ports.orders import OrderQuery, Step
from assistant.ports.overview import AnswerCounts, AnswerDay, Bucket, Dimension, Unanswered
from tests.orders import HOLIDAY, closed

BEGIN = datetime(2026, 2, 18, 12, 0, tzinfo=UTC)
AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def made_row(index: int, chance: random.Random) -> dict[str, Any]:
    """Any mixture, midnights of Beijing among the times; 演示数据."""
    received = BEGIN + chance.choice(
        (timedelta(minutes=chance.randrange(60 * 24 * 20)), timedelta(hours=4, days=index % 20))
    )
    over = chance.random() < 0.6
    return {
        "id": f"o-{index:04}", "number": f"演示-{index}", "received_at": received, "updated_at": received,
        "state": "办结" if over else chance.choice(("受理", "派单", "办理")),
        "closed_by": chance.choice([way.value for way in ClosedBy]) if over else None,
        "closed_at": received + timedelta(hours=36) if over else None,
        "type": chance.choice(("投诉", "咨询")), "channel": chance.choice(("电话", "网站")),
        "category": chance.choice(("住房/电梯", "住房", "住房保障", "供暖/停暖", "")),
        "street": chance.choice((None, "street-a", "street-b")), "lead": chance.choice((None, "housing")),
        "lead_name": chance.choice(("", "演示单位")), "late": chance.choice((None, True, False)),
        "feedback_due": chance.choice((None, AT - timedelta(hours=1), AT + timedelta(hours=1), AT + timedelta(days=1))),
        "dispatch_due": None, "objections": chance.choice((0, 0, 2)), "is_demo": chance.random() < 0.5,
        "appellant_key": chance.choice((None, *(f"k{number}" for number in range(40)))),
    }  # fmt: skip


@pytest.fixture
def rows(engine: sa.Engine) -> list[dict[str, Any]]:
    """Copies of one closed order, each with values of its own."""
    done, chance = closed(), random.Random(7)
    SqlWorkOrders(engine, HOLIDAY).commit([Step(done.order, tuple(done.events), 0)])
    made = [made_row(index, chance) for index in range(300)]
    with engine.begin() as connection:
        first = dict(connection.execute(sa.select(orders)).one()._mapping)
        connection.execute(orders.insert(), [first | row for row in made])
        connection.execute(sa.text("DELETE FROM order_parties"))
        connection.execute(sa.text("DELETE FROM work_order_events"))
        connection.execute(orders.delete().where(orders.c.id == first["id"]))
    return made


def repeated(row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    key: str | None = row["appellant_key"]
    at: datetime = row["received_at"]
    earlier = {other["id"] for other in rows if other["appellant_key"] == key and other["received_at"] < at}
    return key is not None and len(earlier) > 0


def is_open(row: dict[str, Any]) -> bool:
    return str(row["state"]) != "办结"


def led(row: dict[str, Any]) -> bool:
    return row["lead"] is not None or row["lead_name"] != ""


QUERIES: list[tuple[OrderQuery, Any]] = [
    (OrderQuery(), lambda row, rows: True),
    (OrderQuery(ending=ClosedBy.DIRECT_ANSWER), lambda row, rows: row["closed_by"] == "直接答复"),
    (OrderQuery(dispatched=True), lambda row, rows: led(row)),
    (OrderQuery(dispatched=False), lambda row, rows: not led(row)),
    (OrderQuery(lead="", street=""), lambda row, rows: row["lead"] is None and row["street"] is None),
    (
        OrderQuery(lead="housing", channel="网站"),
        lambda row, rows: row["lead"] == "housing" and row["channel"] == "网站",
    ),
    (OrderQuery(late=True, type="投诉"), lambda row, rows: row["late"] is True and row["type"] == "投诉"),
    (OrderQuery(late=False), lambda row, rows: row["late"] is False),
    (OrderQuery(objected=True), lambda row, rows: row["objections"] > 0),
    (OrderQuery(repeated=True), repeated),
    (OrderQuery(ids=("o-0001", "o-0299", "no-such")), lambda row, rows: row["id"] in ("o-0001", "o-0299")),
    (
        OrderQuery(open_only=True, due_before=AT),
        lambda row, rows: is_open(row) and row["feedback_due"] is not None and row["feedback_due"] < AT,
    ),
    (
        OrderQuery(open_only=True, due_from=AT, due_before=AT + timedelta(hours=2)),
        lambda row, rows: is_open(row) and row["feedback_due"] == AT + timedelta(hours=1),
    ),
    (OrderQuery(category="住房"), lambda row, rows: row["category"] in ("住房", "住房/电梯")),
    (OrderQuery(channel="' OR 1=1 --"), lambda row, rows: False),
]


@pytest.mark.parametrize("case", QUERIES, ids=range(len(QUERIES)))
def test_a_count_is_that_of_the_rows_and_of_the_list(engine: sa.Engine, rows: list[dict[str, Any]], case: Any) -> None:
    query, fits = case
    wanted = sorted(row["id"] for row in rows if fits(row, rows))
    listed = SqlWorkOrders(engine, HOLIDAY).find(replace(query, limit=1000))
    assert sorted(row.id for row in listed) == wanted
    assert SqlOverview(engine).count(query) == len(wanted)


def test_many_counts_in_one_look_are_those_of_each(engine: sa.Engine, rows: list[dict[str, Any]]) -> None:
    within = OrderQuery(received_from=BEGIN, received_before=BEGIN + timedelta(days=10))
    here = [row for row in rows if row["received_at"] < BEGIN + timedelta(days=10)]
    queries = {
        "all": within,
        "late": replace(within, late=True),
        "repeated": replace(within, repeated=True),
        "at risk": replace(within, open_only=True, due_from=AT, due_before=AT + timedelta(hours=2)),
        "closed online": replace(within, state=OrderState.CLOSED, channel="网站"),
    }
    book = SqlOverview(engine)
    found = book.counts(queries)
    assert found == {name: book.count(query) for name, query in queries.items()}
    assert (found["all"], found["late"]) == (len(here), sum(row["late"] is True for row in here))
    assert 0 < found["closed online"] < found["all"]


@pytest.mark.parametrize("days", [10, 400])
@pytest.mark.parametrize("street", [None, "street-a"])
def test_callers_and_repeats_of_short_and_long_periods(
    engine: sa.Engine, rows: list[dict[str, Any]], days: int, street: str | None
) -> None:
    """Long ones are read along another index."""
    end = BEGIN + timedelta(days=10)
    query = OrderQuery(received_from=end - timedelta(days=days), received_before=end, street=street)
    here = [row for row in rows if row["received_at"] < end and street in (None, row["street"])]
    book = SqlOverview(engine)
    assert book.callers(query) == len({row["appellant_key"] for row in here} - {None}) > 0
    assert book.count(replace(query, repeated=True)) == sum(repeated(row, rows) for row in here) > 0


def test_days_of_a_period_are_those_of_beijing(engine: sa.Engine, rows: list[dict[str, Any]]) -> None:
    begin, end = BEGIN + timedelta(days=1), BEGIN + timedelta(days=4, hours=7)
    counted = Counter(
        row["received_at"].astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        for row in rows
        if begin <= row["received_at"] < end and row["channel"] == "电话"
    )
    query = OrderQuery(received_from=begin, received_before=end, channel="电话")
    assert SqlOverview(engine).series(query, Bucket.DAY) == counted
    assert len(counted) == 5


def test_groups_count_every_order_once(engine: sa.Engine, rows: list[dict[str, Any]]) -> None:
    book = SqlOverview(engine)
    assert book.groups(OrderQuery(), Dimension.CATEGORY) == Counter(row["category"].split("/")[0] for row in rows)
    assert book.groups(OrderQuery(), Dimension.STREET) == Counter(row["street"] or "" for row in rows)
    assert book.groups(OrderQuery(), Dimension.UNIT) == Counter(row["lead"] or "" for row in rows)
    assert book.groups(OrderQuery(type="咨询"), Dimension.STATE) == Counter(
        row["state"] for row in rows if row["type"] == "咨询"
    )


def test_days_and_hours_are_those_of_beijing(engine: sa.Engine, rows: list[dict[str, Any]]) -> None:
    book, here = SqlOverview(engine), [row["received_at"].astimezone(BEIJING) for row in rows]
    assert book.series(OrderQuery(), Bucket.DAY) == Counter(
        at.replace(hour=0, minute=0, second=0, microsecond=0) for at in here
    )
    assert book.series(OrderQuery(), Bucket.HOUR) == Counter(
        at.replace(minute=0, second=0, microsecond=0) for at in here
    )


def test_callers_and_days_to_close(engine: sa.Engine, rows: list[dict[str, Any]]) -> None:
    book = SqlOverview(engine)
    assert book.callers(OrderQuery()) == len({row["appellant_key"] for row in rows} - {None})
    assert book.days_to_close(OrderQuery(state=OrderState.CLOSED)) == pytest.approx(1.5, abs=1e-6)
    assert book.days_to_close(OrderQuery(state=OrderState.ACCEPTED)) is None
    assert book.newest() == max(row["updated_at"] for row in rows)


def question(text: str, at: datetime, asked: int = 1) -> Unanswered:
    return Unanswered(f"digest-of-{len(text)}", text, "unanswerable_no_evidence", asked, at, at)


@pytest.fixture
def answers(engine: sa.Engine) -> Iterator[SqlAnswers]:
    yield SqlAnswers(engine)


def test_answers_of_a_day_add_up(answers: SqlAnswers) -> None:
    day = AnswerDay(date(2026, 3, 2), "answered", "extractive")
    other = replace(day, day=date(2026, 3, 3), composer="")
    answers.add({day: AnswerCounts(2, 1, 0), other: AnswerCounts(1)}, [])
    answers.add({day: AnswerCounts(3, 0, 1)}, [])
    assert answers.days(date(2026, 3, 2), date(2026, 3, 2)) == {day: AnswerCounts(5, 1, 1)}
    assert answers.days(date(2026, 3, 1), date(2026, 3, 9)) == {day: AnswerCounts(5, 1, 1), other: AnswerCounts(1)}


def test_a_question_asked_again_is_one_question(answers: SqlAnswers) -> None:
    first, later = question("演示甲？？", AT), question("演示乙。。", AT + timedelta(days=2), asked=3)
    answers.add({}, [first, question("另问", AT)])
    answers.add({}, [later])
    found = answers.unanswered(AT + timedelta(days=1))
    assert [(item.question, item.asked, item.first_at, item.last_at) for item in found] == [
        ("演示乙。。", 4, AT, AT + timedelta(days=2))
    ]
    assert (answers.unanswered_count(AT), [item.asked for item in answers.unanswered(AT)]) == (2, [4, 1])
    assert (answers.forget(AT + timedelta(days=1)), answers.unanswered_count(AT)) == (1, 1)


def test_a_day_of_calls_that_comes_again_replaces_the_first(engine: sa.Engine) -> None:
    calls, first, second = SqlCalls(engine), date(2026, 3, 2), date(2026, 3, 3)
    calls.put({second: CallCounts(10, 9, 8), first: CallCounts(20, 19, 18)})
    calls.put({second: CallCounts(100, 97, 90)})
    calls.put({})
    assert calls.days(first, second) == {first: CallCounts(20, 19, 18), second: CallCounts(100, 97, 90)}
    assert list(calls.days(first, second)) == [first, second]
    assert calls.days(date(2026, 3, 4), date(2026, 3, 9)) == {}
