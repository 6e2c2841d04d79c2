"""Rows of ``evals/datasets/appeals.jsonl``: ``{id, text, split?, type?, category?, place?, unit?, diversion?, urgency?}``.

A label that is null is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evals.case_run import Row
from evals.contracts import DatasetError
from evals.files import read_rows


def read_cases(path: Path, limit: int | None, split: str | None) -> Iterator[Row]:
    """Raises ``DatasetError`` for a row without id or text."""
    for number, row in enumerate(read_rows(path, limit), 1):
        if split is not None and row.get("split") != split:
            continue
        if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
            raise DatasetError(f"{path}:{number}: a row needs id and text")
        yield row


def is_emergency(row: Row) -> bool:
    return (row.get("diversion") or "").startswith("emergency-")
