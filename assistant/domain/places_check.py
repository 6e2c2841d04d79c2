"""Checks that the gazetteer agrees with the units and with itself. Pure: a catalogue in, findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assistant.domain.catalogue import Catalogue, UnitKind
from assistant.domain.gazetteer import folded
from assistant.domain.pack_report import Finding, Severity, duplicates, error

PLACE = "catalogue/places.yaml"


def check_places(catalogue: Catalogue) -> Iterator[Finding]:
    """A name stands once, lies in 街乡 that exist, is no one else's name, and is long enough to mean something."""
    streets = {unit.id: unit.name for unit in catalogue.units if unit.kind is UnitKind.STREET}
    owners = {
        folded(name): unit.id for unit in catalogue.units if unit.id in streets for name in (unit.name, *unit.aliases)
    }
    for name in duplicates(folded(name) for place in catalogue.places.names for name in place.names):
        yield error(PLACE, f"the name {name} stands twice; a place in several 街乡 belongs under shared")
    for place in catalogue.places.names:
        for unit in place.units:
            if unit not in streets:
                yield error(f"{PLACE}#{place.names[0]}", f"no 街乡 {unit} in handling_units.yaml")
        for name in place.names:
            if len(name) < 2:
                yield error(PLACE, f"{name} is too short to be told from common words")
            owner = owners.get(folded(name))
            if owner and owner not in place.units:
                yield error(PLACE, f"{name} is a name of {streets[owner]}")
    yield from _numbers(catalogue, streets)
    yield from _unverified(catalogue)


def _numbers(catalogue: Catalogue, streets: dict[str, str]) -> Iterator[Finding]:
    roads = {name: set(place.units) for place in catalogue.places.names for name in place.names}
    for row in catalogue.places.numbers:
        if row.unit not in roads.get(row.road, set()) or row.unit not in streets:
            yield error(f"{PLACE}#{row.road}", f"{row.unit} is none of the 街乡 that this road is said to cross")


def _unverified(catalogue: Catalogue) -> Iterator[Finding]:
    """One line for each 街乡: a thousand names are compared with a register by area, not one by one."""
    counts = Counter(unit for place in catalogue.places.names if not place.verified for unit in place.units)
    for unit, count in sorted(counts.items()):
        yield Finding(Severity.UNVERIFIED, f"{PLACE}#{unit}", f"{count} names")
