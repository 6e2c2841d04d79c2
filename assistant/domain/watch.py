"""主动治理: what a supervisor should look at before more people have to call (ordinance Articles 24, 25 and 29).

Every signal names its matter, place and days, so that its orders can be found again: they are its evidence. Signals inform
people; nothing is dispatched or closed by one.
"""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter, le

from assistant.domain.catalogue import SEPARATOR
from assistant.domain.time_limits import BEIJING


class SignalKind(StrEnum):
    """What a signal says; the ordinance's article is in ``ARTICLES``."""

    BURST = "burst"
    GROUP = "group"
    RISING = "rising"
    LASTING = "lasting"
    SEASONAL = "seasonal"
    MONTHLY_TOPIC = "monthly_topic"


ARTICLES: Mapping[SignalKind, str] = {
    SignalKind.BURST: "第二十九条",
    SignalKind.GROUP: "第二十九条",
    SignalKind.RISING: "第二十四条",
    SignalKind.LASTING: "第二十四条",
    SignalKind.SEASONAL: "第二十五条",
    SignalKind.MONTHLY_TOPIC: "第二十四条",
}


@dataclass(frozen=True, slots=True)
class WatchedOrder:
    """``place`` is the estate without building and room, empty when unknown; ``caller`` is opaque, of one order if unknown."""

    id: str
    received_at: datetime
    category: str
    street: str
    place: str
    caller: str
    title: str = ""
    is_open: bool = False
    is_unsolved: bool = False
    """Closed against what the appellant said, or reopened."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A matter at a place; an empty part means all of them."""

    category: str = ""
    street: str = ""
    place: str = ""

    def holds(self, order: WatchedOrder) -> bool:
        inside = order.category == self.category or order.category.startswith(self.category + SEPARATOR)
        here = (not self.street or order.street == self.street) and (not self.place or order.place == self.place)
        return here and (inside or not self.category)


@dataclass(frozen=True, slots=True)
class Signal:
    """``count`` orders from ``callers`` within [first, last] where ``expected`` were to be expected; ``chance`` of so many by luck.

    ``receivers`` are units (ids) that must be told; ``orders`` are the evidence, in order of time.
    """

    kind: SignalKind
    cell: Cell
    first: datetime
    last: datetime
    count: int
    callers: int
    expected: float
    reason: str
    chance: float | None = None
    orders: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Says what the signal is about, so that its orders can be found again without keeping the signal."""
        parts = [self.kind.value, self.cell.category, self.cell.street, self.cell.place]
        span = [int(self.first.timestamp()), int(self.last.timestamp())]
        told = json.dumps(parts + span, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which orders a signal stands on."""

    kind: SignalKind
    cell: Cell
    first: datetime
    last: datetime

    def holds(self, order: WatchedOrder) -> bool:
        return self.first <= order.received_at.replace(microsecond=0) <= self.last and self.cell.holds(order)


def evidence_of(signal_id: str) -> Evidence | None:
    """``None`` for what was never the id of a signal."""
    try:
        told = json.loads(base64.urlsafe_b64decode(signal_id + "=" * (-len(signal_id) % 4)))
        kind, category, street, place, first, last = told
        names = (category, street, place)
        if not all(isinstance(name, str) for name in names) or not all(type(at) is int for at in (first, last)):
            return None
        days = (datetime.fromtimestamp(at, BEIJING) for at in (first, last))
        return Evidence(SignalKind(kind), Cell(*names), *days)
    except (ValueError, TypeError, binascii.Error, OverflowError, OSError, RecursionError):
        return None


_received = attrgetter("received_at")


@lru_cache(maxsize=4096)
def upper(category: str, depth: int = 2) -> str:
    """The category's first ``depth`` levels."""
    return SEPARATOR.join(category.split(SEPARATOR)[:depth])


Parts = tuple[str, ...]
"""The parts of a cell. A plain tuple hashes and compares many times faster than the cell, of which one a group is made."""


class InTime(list["WatchedOrder"]):
    """Orders in order of time that remember how they were grouped: six questions are asked of the same groups."""

    def __init__(self, orders: Iterable[WatchedOrder]) -> None:
        found = list(orders)
        times = [order.received_at for order in found]
        if not all(map(le, times, times[1:])):  # a database gives them in order
            found.sort(key=attrgetter("received_at", "id"))
        super().__init__(found)
        self.groups: dict[Callable[[WatchedOrder], Parts | None], dict[Cell, list[WatchedOrder]]] = {}


def in_time(orders: Iterable[WatchedOrder]) -> InTime:
    return orders if isinstance(orders, InTime) else InTime(orders)


def grouped(
    orders: Iterable[WatchedOrder], parts_of: Callable[[WatchedOrder], Parts | None]
) -> dict[Cell, list[WatchedOrder]]:
    """Orders by cell in order of time; those without a cell are left out. Not to be changed: it is kept."""
    timed = in_time(orders)
    if parts_of not in timed.groups:
        cells: dict[Parts, list[WatchedOrder]] = defaultdict(list)
        for order in timed:
            parts = parts_of(order)
            if parts is not None:
                cells[parts].append(order)
        timed.groups[parts_of] = {Cell(*parts): own for parts, own in cells.items()}
    return timed.groups[parts_of]


def recent_groups(
    orders: Iterable[WatchedOrder], parts_of: Callable[[WatchedOrder], Parts | None], after: datetime, until: datetime
) -> Iterator[tuple[Cell, Sequence[WatchedOrder]]]:
    """The same for those that came later than ``after`` and not later than ``until``; cells without one are left out."""
    for cell, own in grouped(orders, parts_of).items():
        inside = within(own, after, until)
        if inside:
            yield cell, inside


def within(own: Sequence[WatchedOrder], after: datetime, until: datetime) -> Sequence[WatchedOrder]:
    """Those of ``own``, which are in order of time, that came later than ``after`` and not later than ``until``."""
    if not own or (own[0].received_at > after and own[-1].received_at <= until):
        return own
    if own[-1].received_at <= after:
        return ()
    return own[bisect_right(own, after, key=_received) : bisect_right(own, until, key=_received)]


def month_number(at: datetime) -> int:
    """Year times twelve plus month less one, in Beijing."""
    return _month_of_hour(int(at.timestamp() // 3600))


@lru_cache(maxsize=32_768)
def _month_of_hour(hour: int) -> int:
    """Zones of whole hours: all moments of an hour lie in one month. ``hour``: since 1970 in UTC."""
    local = datetime.fromtimestamp(hour * 3600, BEIJING)
    return local.year * 12 + local.month - 1


def at_place(order: WatchedOrder) -> Parts | None:
    return (upper(order.category), order.street, order.place) if order.place else None


def in_street(order: WatchedOrder) -> Parts | None:
    return (upper(order.category), order.street) if order.street else None


def everywhere(order: WatchedOrder) -> Parts:
    return (upper(order.category),)


def made(
    kind: SignalKind,
    cell: Cell,
    orders: Sequence[WatchedOrder],
    expected: float,
    reason: str,
    chance: float | None = None,
) -> Signal:
    """A signal on ``orders``, which are in order of time."""
    first, last = (order.received_at.replace(microsecond=0) for order in (orders[0], orders[-1]))
    callers = len({order.caller for order in orders})
    ids = tuple(order.id for order in orders)
    return Signal(kind, cell, first, last, len(orders), callers, round(expected, 2), reason, chance, ids)
