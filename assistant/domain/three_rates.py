"""三率 (ordinance Article 32): response, resolution and satisfaction over valid follow-ups; pure arithmetic.

An order counts on the day (in Beijing) of its last follow-up, or of its closing once closed. Its follow-up is valid when any of
the three questions was answered; the last answer given counts. 响应率 = contacted / valid, 解决率 = solved / valid, 满意率 =
(满意 + 基本满意) / valid: these definitions are practice, not law. The law gives neither weights nor exclusions nor the dates of
a 考核期: all three are the operator's, and without weights there is no composite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from assistant.domain.catalogue import SEPARATOR
from assistant.domain.work_order_events import Satisfaction

CONTENT = frozenset({Satisfaction.SATISFIED, Satisfaction.BASICALLY})
CONFIGURABLE = "口径可配置"


class Grouping(StrEnum):
    UNIT = "unit"
    CATEGORY = "category"
    CHANNEL = "channel"
    STREET = "street"


class Measure(StrEnum):
    """What a number counts. The last three are the complements within ``VALID``."""

    ORDERS = "orders"
    EXCLUDED = "excluded"
    VALID = "valid"
    CONTACTED = "contacted"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    NOT_CONTACTED = "not_contacted"
    UNSOLVED = "unsolved"
    NOT_SATISFIED = "not_satisfied"


@dataclass(frozen=True, slots=True)
class Period:
    """A 考核期: both days belong to it. Raises ``ValueError`` where it ends before it begins or lies in no sensible year."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the period ends before it begins")
        if self.first.year < 1949 or self.last.year > 2999:
            raise ValueError("the period lies outside the years 1949 to 2999")


@dataclass(frozen=True, slots=True)
class RatedOrder:
    """What the rates need of an order. ``unit`` is the lead's id, else its name; empty texts: not known.

    ``day``: see the module; ``None`` while the order is on its way or merged into another.
    """

    id: str
    day: date | None
    unit: str = ""
    category: str = ""
    channel: str = ""
    street: str = ""
    type: str = ""
    closed_by: str = ""
    contacted: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction = Satisfaction.NOT_GIVEN

    @property
    def is_valid(self) -> bool:
        """Whether a follow-up brought any answer."""
        return (self.contacted, self.solved, self.satisfaction) != (None, None, Satisfaction.NOT_GIVEN)


@dataclass(frozen=True, slots=True)
class RateFilter:
    """Orders of ``period`` that fit everything given. ``category`` takes in what lies below it; ``""`` means not known."""

    period: Period
    unit: str | None = None
    category: str | None = None
    channel: str | None = None
    street: str | None = None

    def fits(self, order: RatedOrder) -> bool:
        same = (self.unit, order.unit), (self.channel, order.channel), (self.street, order.street)
        return (
            order.day is not None
            and self.period.first <= order.day <= self.period.last
            and all(wanted is None or wanted == has for wanted, has in same)
            and (self.category is None or lies_in(order.category, self.category))
        )


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Orders that the operator leaves out, e.g. what was found unreasonable: by id, type, ending, channel or category."""

    orders: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def hit(self, order: RatedOrder) -> bool:
        return (
            order.id in self.orders
            or order.type in self.types
            or order.closed_by in self.endings
            or order.channel in self.channels
            or any(lies_in(order.category, category) for category in self.categories)
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the composite; not negative and not all zero. Only their proportions count."""

    response: float
    resolution: float
    satisfaction: float

    def __post_init__(self) -> None:
        parts = (self.response, self.resolution, self.satisfaction)
        if not all(0 <= part < float("inf") for part in parts) or not sum(parts):
            raise ValueError("weights are not negative and not all zero")


@dataclass(frozen=True, slots=True)
class ThreeRates:
    """Each 0 to 1, or ``None`` without a valid follow-up."""

    response: float | None
    resolution: float | None
    satisfaction: float | None

    def composite(self, weights: Weights | None) -> float | None:
        """The weighted mean, 0 to 1; to be shown with ``CONFIGURABLE`` beside it."""
        if weights is None or self.response is None or self.resolution is None or self.satisfaction is None:
            return None
        pairs = (
            (self.response, weights.response),
            (self.resolution, weights.resolution),
            (self.satisfaction, weights.satisfaction),
        )
        whole = sum(weight for _, weight in pairs)
        return min(1.0, sum(rate * (weight / whole) for rate, weight in pairs))


@dataclass(frozen=True, slots=True)
class RateCounts:
    """``valid`` and what follows are among the ``orders`` that are not ``excluded``."""

    orders: int = 0
    excluded: int = 0
    valid: int = 0
    contacted: int = 0
    solved: int = 0
    satisfied: int = 0

    def __add__(self, other: RateCounts) -> RateCounts:
        return RateCounts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def rates(self) -> ThreeRates:
        if not self.valid:
            return ThreeRates(None, None, None)
        return ThreeRates(self.contacted / self.valid, self.solved / self.valid, self.satisfied / self.valid)


def lies_in(category: str, above: str) -> bool:
    return category == above or category.startswith(above + SEPARATOR)


def measures_of(order: RatedOrder, exclusions: Exclusions) -> frozenset[Measure]:
    """Everything that this order is counted in."""
    if exclusions.hit(order):
        return frozenset({Measure.ORDERS, Measure.EXCLUDED})
    if not order.is_valid:
        return frozenset({Measure.ORDERS})
    contacted = Measure.CONTACTED if order.contacted else Measure.NOT_CONTACTED
    solved = Measure.SOLVED if order.solved else Measure.UNSOLVED
    satisfied = Measure.SATISFIED if order.satisfaction in CONTENT else Measure.NOT_SATISFIED
    return frozenset({Measure.ORDERS, Measure.VALID, contacted, solved, satisfied})


def count(orders: Iterable[RatedOrder], exclusions: Exclusions) -> RateCounts:
    names = [field.name for field in fields(RateCounts)]
    found = [measures_of(order, exclusions) for order in orders]
    return RateCounts(*(sum(Measure(name) in measures for measures in found) for name in names))


def rate_groups(
    orders: Iterable[RatedOrder], wanted: RateFilter, by: Grouping, exclusions: Exclusions, *, depth: int = 1
) -> dict[str, RateCounts]:
    """Counts per group in the order of their names: no league table. ``depth``: levels of the category that make a group."""
    parts: dict[str, list[RatedOrder]] = {}
    for order in orders:
        if wanted.fits(order):
            parts.setdefault(group_name(getattr(order, by.value), by, depth), []).append(order)
    return {name: count(parts[name], exclusions) for name in sorted(parts)}


def group_name(value: str, by: Grouping, depth: int) -> str:
    return SEPARATOR.join(value.split(SEPARATOR)[:depth]) if by is Grouping.CATEGORY else value


def total(groups: Mapping[str, RateCounts]) -> RateCounts:
    return sum(groups.values(), RateCounts())
