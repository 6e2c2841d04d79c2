"""Rows of ``evals/datasets/appeals.jsonl``; a label that is null is not judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.contracts import DatasetError
from evals.files import read_rows


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    text: str
    type: str | None = None
    category: str | None = None
    place: str | None = None
    unit: str | None = None
    diversion: str | None = None
    urgency: str | None = None

    @property
    def is_emergency(self) -> bool:
        return bool(self.diversion and self.diversion.startswith("emergency-"))


LABELS = ("type", "category", "place", "unit", "diversion", "urgency")


def read_cases(path: Path, limit: int | None, split: str | None) -> Iterator[Case]:
    """Raises ``DatasetError`` for a row without id or text."""
    for number, row in enumerate(read_rows(path, limit), 1):
        if split is not None and row.get("split") != split:
            continue
        if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
            raise DatasetError(f"{path}:{number}: a row needs id and text")
        yield Case(row["id"], row["text"], *(row.get(name) for name in LABELS))
