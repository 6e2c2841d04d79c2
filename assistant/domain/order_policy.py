"""What the rules of work orders stand on: the city pack's part of them, how they refuse, who is a unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assistant.domain import work_order_events as e
from assistant.domain.catalogue import Catalogue, HandlingUnit, TimeLimitRule, UnitKind, WorkCalendar
from assistant.domain.time_limits import local_day
from assistant.domain.work_order import WorkOrder


class NotAllowed(Exception):  # noqa: N818 - an answer to a person, not a fault
    """This step may not be taken. ``code`` is stable; ``detail`` is Chinese and says what to do; ``nearest`` are names
    of the catalogue that may have been meant."""

    def __init__(self, code: str, detail: str, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.nearest = code, detail, nearest


@dataclass(frozen=True)
class OrderPolicy:
    """What the rules take from the city pack. ``unreachable_after``: failed follow-ups before an order may close;
    ``follow_up_retry``: from one unanswered follow-up to the next. ``categories``: empty, any category will do."""

    units: dict[str, HandlingUnit]
    time_limits: tuple[TimeLimitRule, ...]
    calendar: WorkCalendar
    district_government: str
    unreachable_after: int = 3
    follow_up_retry: timedelta = timedelta(hours=4)
    max_extension_days: int = 30
    categories: frozenset[str] = frozenset()

    @classmethod
    def of(cls, catalogue: Catalogue) -> OrderPolicy:
        """Raises ``ValueError`` for a city pack without a coordinating district government."""
        units = {unit.id: unit for unit in catalogue.units}
        district = next((u.id for u in catalogue.units if u.kind is UnitKind.DISTRICT_GOVERNMENT), None)
        if district is None:
            raise ValueError("handling_units.yaml names no unit of kind district_government")
        names = frozenset(category.name for category in catalogue.categories)
        return cls(units, catalogue.time_limits, catalogue.calendar, district, categories=names)


def refuse(when: bool, code: str, detail: str) -> None:
    if when:
        raise NotAllowed(code, detail)


def unit_on(unit_id: str, at: datetime, policy: OrderPolicy) -> HandlingUnit:
    unit = policy.units.get(unit_id)
    if unit is None or not unit.validity.covers(local_day(at)):
        raise NotAllowed("unknown_unit", "承办单位不在单位目录中，或者已经撤销；社区（村）不作为承办单位。")
    return unit


def refuse_others(order: WorkOrder, actor: e.Actor) -> None:
    """Of the units only the lead may take this step (首接负责, Article 14)."""
    refuse(actor.role is e.Role.UNIT and actor.unit != order.lead, "not_the_lead", "只有主办单位可以办理这一步。")


Check = Callable[[WorkOrder, Any, e.Actor, datetime, OrderPolicy], Any]
"""Refuses with ``NotAllowed``, or returns the change as it is to be recorded."""
