"""Checks that the catalogue's files agree with one another. Pure: a catalogue in, findings out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, combinations

from assistant.domain.catalogue import STREET, Catalogue, DispatchEntry, HandlingUnit, UnitKind
from assistant.domain.intervals import lasts, overlap
from assistant.domain.pack_report import Finding, Severity, duplicates, error
from assistant.domain.places_check import check_places
from assistant.domain.unit_directory import canonical_name, names_of

SEVEN = ("幼有所育", "学有所教", "劳有所得", "病有所医", "老有所养", "住有所居", "弱有所扶")
FIVE = ("便利性", "宜居性", "多样性", "公正性", "安全性")
LINE_KINDS = (UnitKind.CITY, UnitKind.CENTRAL)
CALENDAR_WARNING = timedelta(days=45)
_COMMUNITY = re.compile("居民委员会|村民委员会|居委会|村委会|社区")


def check_catalogue(catalogue: Catalogue, statuses: Collection[str], today: date) -> Iterator[Finding]:
    """``statuses`` are the endings a diversion may lead to; ``today`` decides what has expired."""
    yield from _categories(catalogue)
    yield from _units(catalogue, today)
    yield from _dispatch(catalogue, today)
    yield from _clocks(catalogue)
    yield from _diversions(catalogue, statuses)
    yield from _calendar(catalogue, today)
    yield from check_places(catalogue)
    yield from _unverified(catalogue)


def _categories(catalogue: Catalogue) -> Iterator[Finding]:
    place = "catalogue/categories.yaml"
    for name in duplicates(category.name for category in catalogue.categories):
        yield error(f"{place}#{name}", "this category stands twice")
    for cue in duplicates(cue for category in catalogue.categories for cue in category.cues):
        nodes = "、".join(category.name for category in catalogue.categories if cue in category.cues)
        yield error(place, f"the cue {cue} belongs to one category only, not to {nodes}")
    for category in catalogue.categories:
        if len(category.path) > 3:
            yield error(f"{place}#{category.name}", "deeper than three levels")
        if category.seven_five not in SEVEN + FIVE:
            yield error(f"{place}#{category.name}", f"seven_five {category.seven_five!r} is none of 七有五性")


def _units(catalogue: Catalogue, today: date) -> Iterator[Finding]:
    place = "catalogue/handling_units.yaml"
    for unit_id in duplicates(unit.id for unit in catalogue.units):
        yield error(f"{place}#{unit_id}", "this id stands twice")
    for code in duplicates(unit.code for unit in catalogue.units if unit.code):
        yield error(place, f"the division code {code} belongs to one unit only")
    for name in duplicates(chain(_names_in_use(catalogue.units, catalogue.region, today), _bearer_names(catalogue))):
        yield error(place, f"the name {name} stands for more than one unit; keep it on one")
    for unit in catalogue.units:
        if (unit.kind is UnitKind.STREET) != bool(unit.code):
            yield error(f"{place}#{unit.id}", "a street, and only a street, has a nine-digit code")
        if not lasts(unit.validity):
            yield error(f"{place}#{unit.id}", "valid_to is not after valid_from")
    for name, unit_id in catalogue.duty_bearers:
        yield from _known_unit(catalogue, unit_id, f"{place}#{name}")


def _names_in_use(units: Iterable[HandlingUnit], region: str, today: date) -> Iterator[str]:
    """A unit's old name may be the new name of another, so only units of one day are compared."""
    for unit in units:
        if unit.validity.covers(today):
            yield from dict.fromkeys(canonical_name(name, region) for name in names_of(unit))


def _bearer_names(catalogue: Catalogue) -> list[str]:
    return [canonical_name(name, catalogue.region) for name, _ in catalogue.duty_bearers]


def _known_unit(catalogue: Catalogue, unit_id: str, place: str) -> Iterator[Finding]:
    if unit_id != STREET and all(unit.id != unit_id for unit in catalogue.units):
        yield error(place, f"no unit {unit_id} in handling_units.yaml")


def _dispatch(catalogue: Catalogue, today: date) -> Iterator[Finding]:
    place = "catalogue/dispatch_catalogue.yaml"
    names = {category.name for category in catalogue.categories}
    for entry_id in duplicates(entry.id for entry in catalogue.dispatch):
        yield error(f"{place}#{entry_id}", "this id stands twice")
    for entry in catalogue.dispatch:
        yield from _entry(entry, catalogue, names, today, f"{place}#{entry.id}")
    for one, other in combinations(catalogue.dispatch, 2):
        if (one.category, one.condition) == (other.category, other.condition) and overlap(one.validity, other.validity):
            yield error(f"{place}#{other.id}", f"the same category, condition and time as {one.id}")
    covered = {entry.category for entry in catalogue.dispatch if not entry.condition and entry.validity.covers(today)}
    for category in catalogue.categories:
        if len(category.path) == 2 and category.name not in covered:
            yield error(place, f"{category.name} has no entry without a condition that is valid today")


def _entry(entry: DispatchEntry, catalogue: Catalogue, names: set[str], today: date, place: str) -> Iterator[Finding]:
    if entry.category not in names:
        yield error(place, f"no category {entry.category} in categories.yaml")
    if entry.verified and not entry.basis:
        yield error(place, "verified without an article that gives the duty")
    if entry.lead in entry.co_units or duplicates(entry.co_units):
        yield error(place, "a unit is named twice")
    if not lasts(entry.validity):
        yield error(place, "valid_to is not after valid_from")
    for unit_id in (entry.lead, *entry.co_units, *entry.city_line):
        yield from _known_unit(catalogue, unit_id, place)
    yield from _duties(entry, {unit.id: unit for unit in catalogue.units}, today, place)


def _duties(entry: DispatchEntry, units: dict[str, HandlingUnit], today: date, place: str) -> Iterator[Finding]:
    lead = units.get(entry.lead)
    if lead and _COMMUNITY.search(lead.name):
        yield error(place, f"{lead.name}: a community is never the lead unit (Article 17)")
    for unit_id in entry.city_line:
        if unit_id in units and units[unit_id].kind not in LINE_KINDS:
            yield error(place, f"{unit_id} in city_line is no city or central body")
    if entry.validity.covers(today):
        for unit_id in (entry.lead, *entry.co_units):
            if unit_id in units and not units[unit_id].validity.covers(today):
                yield error(place, f"{unit_id} no longer exists, or not yet")


def _clocks(catalogue: Catalogue) -> Iterator[Finding]:
    place = "catalogue/time_limits.yaml"
    for rule_id in duplicates(rule.id for rule in catalogue.time_limits):
        yield error(f"{place}#{rule_id}", "this id stands twice")
    known = {category.name for category in catalogue.categories}
    for rule in catalogue.time_limits:
        for name in rule.categories:
            if name not in known:
                yield error(f"{place}#{rule.id}", f"no category {name}")
    for one, other in combinations(catalogue.time_limits, 2):
        if (one.clock, one.applies_to) == (other.clock, other.applies_to) and overlap(one.validity, other.validity):
            yield error(f"{place}#{other.id}", f"the same clock, matter and time as {one.id}")


def _diversions(catalogue: Catalogue, statuses: Collection[str]) -> Iterator[Finding]:
    place = "catalogue/diversion_rules.yaml"
    for rule_id in duplicates(rule.id for rule in catalogue.diversions):
        yield error(f"{place}#{rule_id}", "this id stands twice")
    for cue in duplicates(cue for rule in catalogue.diversions for cue in rule.cues):
        yield error(place, f"the cue {cue} belongs to one rule only")
    for rule in catalogue.diversions:
        if rule.status not in statuses:
            yield error(f"{place}#{rule.id}", f"no status {rule.status} in answer_statuses.yaml")


def _calendar(catalogue: Catalogue, today: date) -> Iterator[Finding]:
    place, calendar = "catalogue/holidays.yaml", catalogue.calendar
    for day in sorted(calendar.days_off & calendar.working_weekends):
        yield error(place, f"{day} is both off and a working day")
    for day in sorted(calendar.working_weekends):
        if day.weekday() < 5:
            yield error(place, f"working weekend {day} is no Saturday or Sunday")
    if calendar.known_until is None or calendar.known_until < today + CALENDAR_WARNING:
        yield Finding(Severity.DUE, place, f"days off are known until {calendar.known_until}; add the next year")


def _unverified(catalogue: Catalogue) -> Iterator[Finding]:
    rows = (
        ("handling_units.yaml", [(unit.id, unit.name, unit.verified) for unit in catalogue.units]),
        ("dispatch_catalogue.yaml", [(entry.id, entry.category, entry.verified) for entry in catalogue.dispatch]),
        ("time_limits.yaml", [(rule.id, rule.source, rule.verified) for rule in catalogue.time_limits]),
        ("diversion_rules.yaml", [(rule.id, rule.item, rule.verified) for rule in catalogue.diversions]),
    )
    for file, entries in rows:
        for entry_id, name, verified in entries:
            if not verified:
                yield Finding(Severity.UNVERIFIED, f"catalogue/{file}#{entry_id}", name)
