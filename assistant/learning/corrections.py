"""Corrections as rows of a history: what a person set right is a labelled example, and the better one of two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.domain.catalogue import Catalogue
from assistant.domain.feedback import LEARNED_PARTS, Correction
from assistant.domain.unit_directory import UnitDirectory
from assistant.learning.examples import as_example
from assistant.learning.folder import TARGETS, targets_in

Row = Mapping[str, Any]


def with_corrections(rows: Sequence[Row], corrections: Iterable[Correction], catalogue: Catalogue) -> list[Row]:
    """``rows`` and a row for each correction that says what is right, in the fields and with the labels that ``rows`` use.

    A row of the same order is left out: it has the label that was wrong.
    """
    fields = {target: names[0] for target, names in TARGETS.items()} | dict(targets_in(rows))
    units = _unit_labels(rows, fields["unit"], catalogue)
    taught = [item for item in corrections if item.instead and item.part in LEARNED_PARTS]
    replaced = {item.order_id for item in taught if item.order_id}
    kept = [row for row in rows if str(row.get("id")) not in replaced]
    return [*kept, *(_row(number, item, fields, units) for number, item in enumerate(taught, start=1))]


def _unit_labels(rows: Sequence[Row], field: str, catalogue: Catalogue) -> dict[str, str]:
    """The label by unit id: as the history writes it, else the unit's name."""
    directory, names = UnitDirectory.of(catalogue), {unit.id: unit.name for unit in catalogue.units}
    labels = {label for row in rows for label in as_example(row, field).labels}
    return names | {unit: label for label in sorted(labels) if (unit := directory.find(label))}


def _row(number: int, item: Correction, fields: Mapping[str, str], units: Mapping[str, str]) -> Row:
    label = item.instead or ""
    return {
        "id": f"correction-{number}",
        "title": item.title,
        "content": item.content,
        fields[item.part]: units.get(label, label) if item.part == "unit" else label,
    }
