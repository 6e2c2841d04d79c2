"""Reads ``policy_corpus/sample_orders/matters.yaml`` and stores the orders made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from pydantic import Field

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.data_files import StrictModel, load_declared
from assistant.domain.appeal import AppealType
from assistant.domain.appellant_key import appellant_key
from assistant.domain.order_policy import OrderPolicy
from assistant.domain.sample_calls import SampleMatter, SampleWorld
from assistant.domain.sample_orders import SampleOrder, sample_orders, shown_key
from assistant.ports.orders import OrderQuery, Step


class _Matter(StrictModel):
    category: str
    type: str
    weight: float = Field(gt=0)
    months: list[int] = Field(min_length=12, max_length=12)
    texts: list[str] = Field(min_length=1)
    answers: list[str] = Field(min_length=1)
    burst: bool = False
    group: bool = False
    rises: bool = False


class _Samples(StrictModel):
    estates: list[str] = Field(min_length=1)
    matters: list[_Matter] = Field(min_length=1)


def load_world(city_pack: Path) -> SampleWorld:
    """Raises ``DataFileError``."""
    samples = load_declared(city_pack / "sample_orders" / "matters.yaml", _Samples)
    matters = [
        SampleMatter(
            row.category,
            AppealType(row.type),
            row.weight,
            tuple(row.months),
            tuple(row.texts),
            tuple(row.answers),
            row.burst,
            row.group,
            row.rises,
        )
        for row in samples.matters
    ]
    return SampleWorld.of(matters, samples.estates, load_catalogue(city_pack / "catalogue"))


def seed_orders(
    store: SqlWorkOrders,
    city_pack: Path,
    end: datetime,
    *,
    count: int,
    seed: int,
    secret: str = "",
    progress: Callable[[int], None] | None = None,
) -> int:
    """How many sample orders were added: none where there are some already. Raises ``DataFileError``."""
    if store.count(OrderQuery(demo=True)):
        return 0
    policy = OrderPolicy.of(load_catalogue(city_pack / "catalogue"))
    key = partial(appellant_key, secret.encode()) if secret else shown_key
    added = 0
    for batch in _batches(sample_orders(load_world(city_pack), policy, end, count, seed, key)):
        store.commit([step_of(made) for made in batch])
        added += len(batch)
        if progress:
            progress(added)
    return added


def step_of(made: SampleOrder) -> Step:
    """Without messages: nothing of a sample ever leaves for a unit."""
    return Step(made.order, tuple(made.events), 0, made.person)


def _batches(orders: Iterator[SampleOrder], size: int = 400) -> Iterator[list[SampleOrder]]:
    while batch := list(islice(orders, size)):
        yield batch
