"""Reads ``policy_corpus/catalogue/*.yaml``; a file that is not as declared is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.adapters.place_files import PLACES, PlaceFile, load_places
from assistant.data_files import DataFileError, StrictModel, load_declared
from assistant.domain.catalogue import (
    Catalogue,
    Category,
    DispatchEntry,
    DiversionRule,
    HandlingUnit,
    TimeLimitRule,
    UnitKind,
    WorkCalendar,
)
from retrieval.contracts import LegalBasis, Validity


class _Basis(StrictModel):
    law: str
    article: str


class _Dated(StrictModel):
    valid_from: date | None = None
    valid_to: date | None = None

    def validity(self) -> Validity:
        return Validity(self.valid_from, self.valid_to)


class _Category(StrictModel):
    name: str = Field(pattern=r"^[^/]+$")
    seven_five: str | None = None
    cues: list[str] = Field(default_factory=list)
    children: list[_Category] = Field(default_factory=list)


class _Categories(StrictModel):
    categories: list[_Category]


class _Unit(_Dated):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str
    kind: Literal["street", "bureau", "company", "district_government", "city", "central"]
    code: str | None = Field(default=None, pattern=r"^\d{9}$")
    aliases: list[str] = Field(default_factory=list)
    duties: list[str] = Field(default_factory=list)
    verified: bool = False
    source: str = ""


class _DutyBearer(StrictModel):
    name: str
    unit: str


class _Units(StrictModel):
    region: str
    units: list[_Unit]
    duty_bearers: list[_DutyBearer] = Field(default_factory=list)


class _Dispatch(_Dated):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    category: str
    condition: str = ""
    cues: list[str] = Field(default_factory=list)
    lead: str
    co_units: list[str] = Field(default_factory=list)
    city_line: list[str] = Field(default_factory=list)
    basis: list[_Basis] = Field(default_factory=list)
    verified: bool = False


class _DispatchFile(StrictModel):
    entries: list[_Dispatch]


class _TimeLimit(_Dated):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    clock: Literal["dispatch", "feedback", "contact", "answer"]
    applies_to: str
    value: int = Field(gt=0)
    unit: Literal["seconds", "hours", "days", "working_days"]
    source: str
    verified: bool = False
    level: Literal["", "emergency", "complex"] = ""
    categories: list[str] = Field(default_factory=list)


class _TimeLimits(StrictModel):
    time_limits: list[_TimeLimit]


class _Diversion(StrictModel):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    item: str
    status: str
    cues: list[str] = Field(default_factory=list)
    tell: str
    basis: list[_Basis] = Field(default_factory=list)
    verified: bool = False


class _Diversions(StrictModel):
    diversions: list[_Diversion]


class _Year(StrictModel):
    year: int
    days_off: list[date]
    working_weekends: list[date] = Field(default_factory=list)
    source: str
    verified: bool = False


class _Holidays(StrictModel):
    years: list[_Year]


_SHAPES: dict[str, type[StrictModel]] = {
    "categories.yaml": _Categories,
    "handling_units.yaml": _Units,
    "dispatch_catalogue.yaml": _DispatchFile,
    "time_limits.yaml": _TimeLimits,
    "diversion_rules.yaml": _Diversions,
    "holidays.yaml": _Holidays,
}


@lru_cache(maxsize=4)
def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue under ``folder``.

    Raises:
        DataFileError: a file is missing or not as declared.
    """
    units = load_declared(folder / "handling_units.yaml", _Units)
    return Catalogue(
        categories=tuple(_categories(load_declared(folder / "categories.yaml", _Categories))),
        units=tuple(_unit(row) for row in units.units),
        dispatch=tuple(
            _dispatch(row) for row in load_declared(folder / "dispatch_catalogue.yaml", _DispatchFile).entries
        ),
        time_limits=tuple(_limit(row) for row in load_declared(folder / "time_limits.yaml", _TimeLimits).time_limits),
        diversions=tuple(
            _diversion(row) for row in load_declared(folder / "diversion_rules.yaml", _Diversions).diversions
        ),
        calendar=_calendar(load_declared(folder / "holidays.yaml", _Holidays)),
        duty_bearers=tuple((bearer.name, bearer.unit) for bearer in units.duty_bearers),
        places=load_places(folder),
        region=units.region,
    )


def unreadable_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and fault of every catalogue file that ``load_catalogue`` would refuse."""
    shapes = _SHAPES | ({PLACES: PlaceFile} if (folder / PLACES).exists() else {})
    for name, shape in shapes.items():
        try:
            load_declared(folder / name, shape)
        except DataFileError as error:
            yield name, str(error)


def _categories(file: _Categories) -> Iterator[Category]:
    for root in file.categories:
        yield from _walk(root, (), "")


def _walk(node: _Category, above: tuple[str, ...], inherited: str) -> Iterator[Category]:
    tag = node.seven_five or inherited
    path = (*above, node.name)
    yield Category(path, tag, tuple(node.cues))
    for child in node.children:
        yield from _walk(child, path, tag)


def _unit(row: _Unit) -> HandlingUnit:
    return HandlingUnit(
        row.id,
        row.name,
        UnitKind(row.kind),
        row.code,
        tuple(row.aliases),
        tuple(row.duties),
        row.validity(),
        row.verified,
        row.source,
    )


def _basis(rows: list[_Basis]) -> tuple[LegalBasis, ...]:
    return tuple(LegalBasis(row.law, row.article) for row in rows)


def _dispatch(row: _Dispatch) -> DispatchEntry:
    return DispatchEntry(
        row.id,
        row.category,
        row.condition,
        tuple(row.cues),
        row.lead,
        tuple(row.co_units),
        tuple(row.city_line),
        _basis(row.basis),
        row.validity(),
        row.verified,
    )


def _limit(row: _TimeLimit) -> TimeLimitRule:
    return TimeLimitRule(
        row.id,
        row.clock,
        row.applies_to,
        row.value,
        row.unit,
        row.source,
        row.validity(),
        row.verified,
        row.level,
        tuple(row.categories),
    )


def _diversion(row: _Diversion) -> DiversionRule:
    return DiversionRule(row.id, row.item, row.status, tuple(row.cues), row.tell, _basis(row.basis), row.verified)


def _calendar(file: _Holidays) -> WorkCalendar:
    days_off = frozenset(day for year in file.years for day in year.days_off)
    working = frozenset(day for year in file.years for day in year.working_weekends)
    last = max((year.year for year in file.years), default=None)
    return WorkCalendar(days_off, working, date(last, 12, 31) if last else None)
