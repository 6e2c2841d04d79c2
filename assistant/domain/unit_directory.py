"""Finds the handling unit (承办单位) that a name stands for, whatever form of it people and statutes use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from assistant.domain.catalogue import Catalogue, HandlingUnit

_DISTRICT = re.compile("^(?:北京市)?朝阳区(?=.)")
_CITY = re.compile("^北京市(?=.)")
_JOINED = re.compile("[、，,]")


@dataclass(frozen=True, slots=True)
class UnitDirectory:
    """``ids`` maps the canonical form of every name, alias and duty bearer to a unit id or ``@street``."""

    ids: dict[str, str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> UnitDirectory:
        names = {canonical_name(name): unit.id for unit in catalogue.units for name in names_of(unit)}
        return cls(names | {canonical_name(name): unit for name, unit in catalogue.duty_bearers})

    def find(self, name: str) -> str | None:
        return self.ids.get(canonical_name(name))

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


def canonical_name(name: str) -> str:
    """北京市朝阳区民政局, 朝阳区民政局 and 区民政局 are one name; so are 北京市水务局 and 市水务局."""
    text = re.sub(r"\s", "", normalize("NFKC", name))
    return _CITY.sub("市", _DISTRICT.sub("区", text))
