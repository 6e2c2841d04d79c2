"""The words of a city pack's gazetteer (``places.yaml``): names that citizens use for a place, and the 街乡 they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """``street`` is a 街乡 itself; ``region`` another district or town, which this city pack does not serve."""

    STREET = "street"
    ESTATE = "estate"
    LANDMARK = "landmark"
    STATION = "station"
    ROAD = "road"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """``names``: the usual one first. ``units``: ids of the 街乡 it lies in or crosses; empty where ``district`` is another."""

    names: tuple[str, ...]
    kind: PlaceKind
    units: tuple[str, ...] = ()
    district: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class NumberRange:
    """House numbers ``first`` to ``last`` of ``road`` lie in ``unit``."""

    road: str
    first: int
    last: int
    unit: str


@dataclass(frozen=True, slots=True)
class Places:
    names: tuple[PlaceName, ...] = ()
    numbers: tuple[NumberRange, ...] = ()
