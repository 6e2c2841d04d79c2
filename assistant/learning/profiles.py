"""What the catalogue says about each label: names to look for and words of its duties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.domain.catalogue import SEPARATOR, Catalogue, HandlingUnit, UnitKind
from assistant.domain.unit_directory import UnitDirectory, names_of
from assistant.learning.examples import tidy

_SUFFIXES = "区县市镇乡"
ROUTABLE = (UnitKind.CITY, UnitKind.CENTRAL, UnitKind.COMPANY, UnitKind.DISTRICT_GOVERNMENT)


@dataclass(frozen=True, slots=True)
class LabelProfile:
    """``label`` as the history writes it (else the unit's name), ``names`` as a text may write it, ``words`` of its duties."""

    label: str
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def bare_profiles(labels: Iterable[str]) -> tuple[LabelProfile, ...]:
    """All that a label itself tells: its name, without 区 or 县 too where two characters remain, and the words of the name."""
    return tuple(LabelProfile(label, names_in(label), (tidy(label),)) for label in labels)


def names_in(label: str) -> tuple[str, ...]:
    name = tidy(label)
    stem = name[:-1] if name.endswith(tuple(_SUFFIXES)) and 3 <= len(name) <= 5 else ""
    return (name, stem) if stem else (name,)


def unit_profiles(
    labels: Sequence[str], catalogue: Catalogue, kinds: Sequence[UnitKind] = ROUTABLE
) -> tuple[LabelProfile, ...]:
    """One profile per label and per unit of ``kinds`` that no label stands for yet, in that order."""
    directory = UnitDirectory.of(catalogue)
    units = {unit.id: unit for unit in catalogue.units}
    duties = duty_words(catalogue)
    named = [(label, units.get(directory.find(label) or "")) for label in labels]
    taken = {unit.id for _, unit in named if unit}
    others = [(unit.name, unit) for unit in catalogue.units if unit.kind in kinds and unit.id not in taken]
    return tuple(_profile(label, unit, duties) for label, unit in [*named, *others])


def _profile(label: str, unit: HandlingUnit | None, duties: dict[str, list[str]]) -> LabelProfile:
    if unit is None:
        return bare_profiles([label])[0]
    names = {*map(tidy, names_of(unit)), *(stem for name in names_of(unit) for stem in names_in(name))}
    return LabelProfile(label, tuple(sorted(names)), tuple(map(tidy, (*names_of(unit), *duties[unit.id]))))


def duty_words(catalogue: Catalogue) -> dict[str, list[str]]:
    """Per unit id: its duties, and the categories, conditions and cues that the dispatch catalogue gives it."""
    words = {unit.id: list(unit.duties) for unit in catalogue.units}
    for entry in catalogue.dispatch:
        matter = [*entry.category.split(SEPARATOR), entry.condition, *entry.cues, *_below(entry.category, catalogue)]
        for unit in {entry.lead, *entry.co_units, *entry.city_line} & words.keys():
            words[unit] += matter
    return words


def _below(category: str, catalogue: Catalogue) -> list[str]:
    inside = [node for node in catalogue.categories if f"{node.name}/".startswith(f"{category}/")]
    return [word for node in inside for word in (node.path[-1], *node.cues)]
