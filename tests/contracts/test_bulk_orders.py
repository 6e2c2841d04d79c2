"""Orders written in bulk lie in every table as those that were committed one by one, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from assistant.adapters.order_text_search import token_set, token_sets
from assistant.adapters.sql_bulk import TABLES, ready_order, write_ready
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_projection import search_text
from assistant.domain.order_progress import PersonalData
from assistant.ports.orders import NumberTaken, OrderQuery, Step
from tests.orders import HOLIDAY, closed


def step(number: int) -> Step:
    done = closed()
    order = replace(done.order, id=f"o-{number}", number=f"演示-{number}", title=f"演示：电梯停运{number}")
    return Step(order, tuple(done.events), 0, PersonalData("演示", "某人", "10012345678", "", {"列": "值"}), "digest")


def written(engine: sa.Engine) -> list[list[Any]]:
    with engine.begin() as connection:
        return [sorted(map(str, connection.execute(sa.select(table)).all())) for table in TABLES]


def test_bulk_and_commit_write_the_same(engine: sa.Engine) -> None:
    steps, store = [step(1), step(2)], SqlWorkOrders(engine, HOLIDAY)
    store.commit(steps)
    one_by_one = written(engine)
    found = [row.number for row in store.find(OrderQuery(text="电梯停运"))]
    with engine.begin() as connection:
        for name in ("order_search", *(table.name for table in reversed(TABLES))):
            connection.execute(sa.text(f"DELETE FROM {name}"))
    texts = [search_text(one.order) for one in steps]
    cut = token_sets(texts)
    assert cut == [token_set(text) for text in texts]
    dialect = engine.dialect.name
    write_ready(engine, [ready_order(one, tokens, HOLIDAY, dialect) for one, tokens in zip(steps, cut, strict=True)])
    assert written(engine) == one_by_one
    assert all(one_by_one)
    assert [row.number for row in store.find(OrderQuery(text="电梯停运"))] == found == ["演示-2", "演示-1"]


def test_a_batch_with_a_taken_number_writes_nothing(engine: sa.Engine) -> None:
    dialect, store = engine.dialect.name, SqlWorkOrders(engine, HOLIDAY)
    store.commit([step(1)])
    batch = [ready_order(one, [1], HOLIDAY, dialect) for one in (step(2), step(1))]
    with pytest.raises(NumberTaken):
        write_ready(engine, batch)
    assert store.count(OrderQuery()) == 1
