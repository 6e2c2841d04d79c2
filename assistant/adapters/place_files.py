"""Reads the gazetteer ``policy_corpus/catalogue/places.yaml``; a city pack without one knows only its 街乡 by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from assistant.data_files import StrictModel, load_declared
from assistant.domain.places import NumberRange, PlaceKind, PlaceName, Places

PLACES = "places.yaml"


class _Street(StrictModel):
    """An entry is a name or a list of names, the usual one first."""

    unit: str
    estates: list[str | list[str]] = Field(default_factory=list)
    landmarks: list[str | list[str]] = Field(default_factory=list)
    stations: list[str | list[str]] = Field(default_factory=list)
    roads: list[str | list[str]] = Field(default_factory=list)
    verified: bool = False


class _Shared(StrictModel):
    name: str
    aliases: list[str] = Field(default_factory=list)
    kind: Literal["estate", "landmark", "station", "road"]
    units: list[str] = Field(min_length=2)


class _Numbers(StrictModel):
    road: str
    first: int = Field(ge=1)
    last: int
    unit: str

    @model_validator(mode="after")
    def _ordered(self) -> _Numbers:
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


class _Elsewhere(StrictModel):
    district: str
    names: list[str]


class PlaceFile(StrictModel):
    streets: list[_Street]
    shared: list[_Shared] = Field(default_factory=list)
    numbers: list[_Numbers] = Field(default_factory=list)
    elsewhere: list[_Elsewhere] = Field(default_factory=list)


def load_places(folder: Path) -> Places:
    """
    Raises:
        DataFileError: the file is there and not as declared.
    """
    path = folder / PLACES
    if not path.exists():
        return Places()
    file = load_declared(path, PlaceFile)
    numbers = tuple(NumberRange(row.road, row.first, row.last, row.unit) for row in file.numbers)
    return Places(tuple(_names(file)), numbers)


def _names(file: PlaceFile) -> Iterator[PlaceName]:
    for row in file.shared:
        yield PlaceName((row.name, *row.aliases), PlaceKind(row.kind), tuple(row.units))
    for street in file.streets:
        yield from _of_street(street)
    for region in file.elsewhere:
        yield from (PlaceName((name,), PlaceKind.REGION, district=region.district) for name in region.names)


def _of_street(street: _Street) -> Iterator[PlaceName]:
    groups = (
        (PlaceKind.ESTATE, street.estates),
        (PlaceKind.LANDMARK, street.landmarks),
        (PlaceKind.STATION, street.stations),
        (PlaceKind.ROAD, street.roads),
    )
    for kind, entries in groups:
        for entry in entries:
            names = (entry,) if isinstance(entry, str) else tuple(entry)
            yield PlaceName(names, kind, (street.unit,), verified=street.verified)
