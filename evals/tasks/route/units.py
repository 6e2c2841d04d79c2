"""``--units``: a catalogue's ``handling_units.yaml`` with the files beside it, or lines of {name, aliases, duties}."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.adapters.catalogue_files import load_catalogue
from assistant.data_files import DataFileError
from assistant.domain.unit_directory import UnitDirectory
from assistant.learning.examples import tidy
from assistant.learning.profiles import LabelProfile, bare_profiles, names_in, unit_profiles
from evals.contracts import DatasetError
from evals.files import read_rows


@dataclass(frozen=True)
class UnitList:
    """``profiles`` of the labels of a history and of further units; ``canonical`` makes names of one unit equal."""

    profiles: Callable[[Sequence[str]], Sequence[LabelProfile]]
    canonical: Callable[[str], str]


def read_units(path: Path | None) -> UnitList:
    """
    Raises:
        DatasetError: the file cannot be used.
    """
    if path is None:
        return UnitList(bare_profiles, str)
    if path.suffix in (".yaml", ".yml"):
        return _catalogue_units(path)
    return _listed_units(path)


def _catalogue_units(path: Path) -> UnitList:
    try:
        catalogue = load_catalogue(path.parent)
    except DataFileError as error:
        raise DatasetError(f"{path}: {error}") from error
    directory = UnitDirectory.of(catalogue)
    return UnitList(lambda labels: unit_profiles(labels, catalogue), lambda name: directory.find(name) or name)


def _listed_units(path: Path) -> UnitList:
    rows = [(str(row.get("name") or row.get("unit")), row) for row in read_rows(path)]
    known = {alias: name for name, row in rows for alias in (name, *row.get("aliases", ()))}
    words = {name: tuple(map(tidy, (name, *row.get("aliases", ()), *row.get("duties", ())))) for name, row in rows}

    def profiles(labels: Sequence[str]) -> Sequence[LabelProfile]:
        others = [name for name, _ in rows if name not in {known.get(label) for label in labels}]
        return [
            LabelProfile(label, names_in(label), words.get(known.get(label, label), ())) for label in [*labels, *others]
        ]

    return UnitList(profiles, lambda name: known.get(name, name))
