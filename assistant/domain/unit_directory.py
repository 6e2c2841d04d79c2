"""Finds the handling unit (承办单位) that a name stands for, whatever form of it people and statutes use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from assistant.domain.catalogue import Catalogue, HandlingUnit
from assistant.domain.home_region import levels

_JOINED = re.compile("[、，,]")


@dataclass(frozen=True, slots=True)
class UnitDirectory:
    """``ids`` maps the canonical form of every name, alias and duty bearer to a unit id or ``@street``."""

    ids: dict[str, str]
    region: str = ""

    @classmethod
    def of(cls, catalogue: Catalogue) -> UnitDirectory:
        named = [(name, unit.id) for unit in catalogue.units for name in names_of(unit)]
        region = catalogue.region
        return cls({canonical_name(name, region): unit for name, unit in (*named, *catalogue.duty_bearers)}, region)

    def find(self, name: str) -> str | None:
        return self.ids.get(canonical_name(name, self.region))

    def owners(self, text: str) -> Iterator[tuple[str, str | None]]:
        """Each unit that ``text`` names (区民政局、区医疗保障局), with its id where known."""
        whole = self.find(text)
        if whole:
            yield text, whole
            return
        for part in _JOINED.split(text):
            yield part, self.find(part)


def names_of(unit: HandlingUnit) -> tuple[str, ...]:
    return (unit.name, *unit.aliases)


def canonical_name(name: str, region: str) -> str:
    """For 北京市朝阳区: 北京市朝阳区民政局, 朝阳区民政局 and 区民政局 are one name; so are 北京市水务局 and 市水务局."""
    text = re.sub(r"\s", "", normalize("NFKC", name))
    for prefix, short in _prefixes(region):
        text = prefix.sub(short, text)
    return text


@lru_cache(maxsize=4)
def _prefixes(region: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each level of ``region``, narrowest first, with the wider ones that may stand before it, and what it is cut to."""
    parts = levels(region) if region else ()
    wider = ["".join(f"(?:{re.escape(part)})?" for part in parts[:depth]) for depth in range(len(parts))]
    made = [(re.compile(f"^{above}{re.escape(part)}(?=.)"), part[-1]) for above, part in zip(wider, parts, strict=True)]
    return tuple(reversed(made))
