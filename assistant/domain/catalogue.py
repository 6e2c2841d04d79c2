"""The words of a city pack's catalogue: categories, units, who gets what, how long it may take, what is diverted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assistant.domain.places import Places
from retrieval.contracts import LegalBasis, Validity

SEPARATOR = "/"
STREET = "@street"
"""Stands for the 街乡 of the place where a unit id is expected."""


class UnitKind(StrEnum):
    """What a unit (承办单位) is; ``district_government`` coordinates where no unit is clear (Article 12 ¶1)."""

    STREET = "street"
    BUREAU = "bureau"
    COMPANY = "company"
    DISTRICT_GOVERNMENT = "district_government"
    CITY = "city"
    CENTRAL = "central"


@dataclass(frozen=True, slots=True)
class Category:
    """One node of the three-level tree (问题分类). ``seven_five`` is its 七有五性 tag, inherited by children."""

    path: tuple[str, ...]
    seven_five: str
    cues: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return SEPARATOR.join(self.path)


@dataclass(frozen=True, slots=True)
class HandlingUnit:
    """``code`` is the nine-digit division code of a street; ``aliases`` are names that people and old orders use."""

    id: str
    name: str
    kind: UnitKind
    code: str | None = None
    aliases: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    validity: Validity = field(default_factory=Validity)
    verified: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class DispatchEntry:
    """One row of the dispatch catalogue (派单目录).

    ``lead`` and ``co_units`` are unit ids, or ``@street`` for the 街乡 of the place.
    ``condition`` narrows the category by place or source (噪声来自施工, 小区内); empty means any.
    """

    id: str
    category: str
    condition: str
    cues: tuple[str, ...]
    lead: str
    co_units: tuple[str, ...]
    city_line: tuple[str, ...]
    basis: tuple[LegalBasis, ...]
    validity: Validity
    verified: bool


@dataclass(frozen=True, slots=True)
class TimeLimitRule:
    """How long a step may take; ``source`` is shown to people.

    ``clock`` is ``dispatch``, ``feedback``, ``contact`` or ``answer``; ``unit`` is ``seconds``, ``hours``, ``days`` or
    ``working_days``. Software chooses by ``level`` (``emergency``, ``complex``, else empty) and by the ``categories`` whose
    matters the rule is for (empty: any); ``applies_to`` says the same to people.
    """

    id: str
    clock: str
    applies_to: str
    value: int
    unit: str
    source: str
    validity: Validity
    verified: bool
    level: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiversionRule:
    """A case of Article 11 that is not dispatched; ``status`` is an ending of the flow, ``tell`` the agent's words."""

    id: str
    item: str
    status: str
    cues: tuple[str, ...]
    tell: str
    basis: tuple[LegalBasis, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off and shifted working days; a day in neither set is off when it is a Saturday or Sunday."""

    days_off: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()
    known_until: date | None = None

    def is_working_day(self, day: date) -> bool:
        if day in self.working_weekends:
            return True
        return day not in self.days_off and day.weekday() < 5


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything under ``policy_corpus/catalogue``.

    ``duty_bearers`` pairs the names that statutes give to those who must act (供热单位, 区城市管理部门) with a unit id
    or ``STREET``. ``places`` is the gazetteer; without one only the names of the 街乡 are known. ``region`` is the area that
    is served, wide to narrow (北京市朝阳区).
    """

    categories: tuple[Category, ...]
    units: tuple[HandlingUnit, ...]
    dispatch: tuple[DispatchEntry, ...]
    time_limits: tuple[TimeLimitRule, ...]
    diversions: tuple[DiversionRule, ...]
    calendar: WorkCalendar
    duty_bearers: tuple[tuple[str, str], ...] = ()
    places: Places = field(default_factory=Places)
    region: str = ""
