"""Rows of two texts, ``{id?, q1, q2, label, category2?}``: label 1 where they tell of the same thing.

``category2``: the second text is an order whose category is known, as in the order database; the first is a new appeal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.contracts import DatasetError
from evals.files import read_rows


@dataclass(frozen=True, slots=True)
class Pair:
    """``same`` is ``None`` where the row does not say."""

    id: str
    first: str
    second: str
    same: bool | None
    category: str = ""
    kind: str = ""


def read_pairs(path: Path, limit: int | None = None, split: str | None = None) -> list[Pair]:
    """Raises ``DatasetError`` for a row without two texts or with a label that is neither 0 nor 1."""
    found = []
    for number, row in enumerate(read_rows(path, limit), 1):
        if split is not None and row.get("split") != split:
            continue
        first, second, label = row.get("q1"), row.get("q2"), row.get("label")
        if not isinstance(first, str) or not isinstance(second, str) or label not in (None, 0, 1, "0", "1"):
            raise DatasetError(f"{path}:{number}: a row needs q1, q2 and label 0 or 1")
        same = None if label is None else bool(int(label))
        # Public sets number their rows anew for each category: the line tells them apart.
        found.append(Pair(str(number), first, second, same, str(row.get("category2", "")), str(row.get("kind", ""))))
    if not found:
        raise DatasetError(f"{path}: no pair; see --limit and --set split=…")
    return found


def labels_of(pairs: Sequence[Pair], path: Path) -> list[bool]:
    """Raises ``DatasetError``: a pair without a label cannot teach."""
    if any(pair.same is None for pair in pairs):
        raise DatasetError(f"{path}: every row of a history needs a label")
    return [bool(pair.same) for pair in pairs]
