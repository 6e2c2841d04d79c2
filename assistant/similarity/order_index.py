"""Past orders in columns: found by vectors, codes, streets and days at once; grows and changes in place.

Vectors are kept as 256-bit codes for the first look over everything (signs of fixed random projections, Charikar 2002: the share
of differing bits is the angle over π) and as float16 for the exact second look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from assistant.domain.past_order import PastOrder
from assistant.domain.place_names import PlaceName, names_in, place_of, without_places
from assistant.domain.work_order import OrderState
from assistant.similarity.signatures import Signature, TokenCounts, Tokens, sign

BITS = 256
CODE_ERROR = 0.1
"""Standard error of a cosine that is read from codes."""
BATCH = 2048
FIRST_ROWS = 1024
Codes = NDArray[np.uint64]


class Names:
    """Small numbers for repeated strings."""

    def __init__(self) -> None:
        self.all: list[str | None] = []
        self._place: dict[str | None, int] = {}

    def number(self, name: str | None) -> int:
        if name not in self._place:
            self._place[name] = len(self.all)
            self.all.append(name)
        return self._place[name]

    def find(self, name: str | None) -> int:
        """-1 for a name that no order has."""
        return self._place.get(name, -1)


@dataclass(slots=True)
class Columns:
    """One entry per row (codes: one column); arrays have room to grow, so only their first rows count."""

    vector: NDArray[np.float16]
    code: Codes
    received: NDArray[np.int64]
    category: NDArray[np.int32]
    street: NDArray[np.int32]
    is_over: NDArray[np.bool_]
    is_merged: NDArray[np.bool_]
    is_settled: NDArray[np.bool_]

    @classmethod
    def empty(cls, rows: int, dimension: int) -> Columns:
        return cls(
            np.zeros((rows, dimension), np.float16),
            np.zeros((BITS // 64, rows), np.uint64),
            np.zeros(rows, np.int64),
            np.zeros(rows, np.int32),
            np.zeros(rows, np.int32),
            *(np.zeros(rows, bool) for _ in range(3)),
        )

    def grown(self) -> Columns:
        parts = {name: getattr(self, name) for name in self.__slots__}
        axes = {"code": 1}
        return Columns(*(np.concatenate([p, np.zeros_like(p)], axes.get(name, 0)) for name, p in parts.items()))


@dataclass(slots=True)
class OrderIndex:
    """Not thread-safe for writing; a reader may look while one writer adds. Rows are never taken out."""

    dimension: int
    columns: Columns
    orders: list[PastOrder] = field(default_factory=list)
    tokens: list[Tokens] = field(default_factory=list)
    places: list[tuple[PlaceName, ...]] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    rows_of_caller: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    counts: TokenCounts = field(default_factory=TokenCounts.empty)
    categories: Names = field(default_factory=Names)
    streets: Names = field(default_factory=Names)

    @classmethod
    def empty(cls, dimension: int) -> OrderIndex:
        return cls(dimension, Columns.empty(FIRST_ROWS, dimension))

    def __len__(self) -> int:
        return len(self.orders)

    def add(self, orders: Iterable[PastOrder]) -> int:
        """New and changed orders; an older version than is known changes nothing. How many were new or newer."""
        waiting, done = iter(orders), 0
        while batch := list(islice(waiting, BATCH)):
            newer = {order.id: order for order in batch if self._is_newer(order)}
            self._put(list(newer.values()))
            done += len(newer)
        return done

    def _is_newer(self, order: PastOrder) -> bool:
        return self.version(order.id) < order.version

    def version(self, order_id: str) -> int:
        """-1 for an order that is not here."""
        row = self.row_of.get(order_id)
        return -1 if row is None else self.orders[row].version

    def _put(self, orders: Sequence[PastOrder]) -> None:
        fresh = [order for order in orders if order.id not in self.row_of]
        for order in orders:
            if order.id in self.row_of:
                self._change(order)
        places = [places_of(order) for order in fresh]
        signed = sign([without_places(order.text, names) for order, names in zip(fresh, places, strict=True)])
        for order, names, signature in zip(fresh, places, signed, strict=True):
            self.append(order, names, signature)

    def append(self, order: PastOrder, places: tuple[PlaceName, ...], signature: Signature) -> None:
        row = len(self.orders)
        while row >= len(self.columns.received):
            self.columns = self.columns.grown()
        columns = self.columns
        columns.vector[row] = signature.vector
        columns.code[:, row] = code_of(signature.vector)
        columns.received[row] = int(order.received_at.timestamp())
        columns.category[row] = self.categories.number(order.category)
        columns.street[row] = self.streets.number(order.street)
        self.tokens.append(signature.tokens)
        self.counts.add(signature.tokens)
        self.places.append(places)
        if order.appellant_key:
            self.rows_of_caller[order.appellant_key].append(row)
        self._set_state(row, order)
        self.orders.append(order)
        self.row_of[order.id] = row

    def _change(self, order: PastOrder) -> None:
        """What an order is about does not change; how it stands does."""
        row = self.row_of[order.id]
        self._set_state(row, order)
        self.orders[row] = order

    def _set_state(self, row: int, order: PastOrder) -> None:
        self.columns.is_over[row] = order.is_over
        self.columns.is_merged[row] = order.state is OrderState.MERGED
        self.columns.is_settled[row] = order.is_settled


def places_of(order: PastOrder) -> tuple[PlaceName, ...]:
    """The place that the order states; else the names that its words mention."""
    stated = place_of(order.place) if order.place else None
    return (stated,) if stated else names_in(order.text)


@lru_cache(maxsize=4)
def _planes(dimension: int) -> NDArray[np.float32]:
    return np.random.default_rng(12345).standard_normal((dimension, BITS)).astype(np.float32)


def code_of(vector: NDArray[np.float32]) -> Codes:
    """Shape (BITS / 64,)."""
    return np.packbits(vector @ _planes(len(vector)) > 0).view(np.uint64)


def cosines(codes: Codes, code: Codes) -> NDArray[np.float32]:
    """Estimated cosine of each column of ``codes`` with ``code``."""
    differing = np.zeros(codes.shape[1], np.uint16)
    for words, word in zip(codes, code, strict=True):
        differing += np.bitwise_count(words ^ word)
    return np.asarray(_COSINE_OF[differing], np.float32)


_COSINE_OF = np.cos(np.pi * np.arange(BITS + 1) / BITS).astype(np.float32)
