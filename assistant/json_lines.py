"""Rows of a JSON Lines file, plain or gzipped: one object a line, blank lines passed over."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any


class NotAnObject(ValueError):  # noqa: N818 - says what a line is not
    """``line`` counts from 1; ``problem`` is the reader's word for what is no JSON, empty where it is no object."""

    def __init__(self, line: int, problem: str, found: str = "") -> None:
        super().__init__(problem or found)
        self.line, self.problem, self.found = line, problem, found


def objects_in(path: Path, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Objects of the first ``limit`` lines. Raises ``NotAnObject``, ``OSError``, ``UnicodeDecodeError``."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, limit), start=1):
            if line.strip():
                yield _object(number, line)


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise NotAnObject(number, error.msg) from error
    if not isinstance(row, dict):
        raise NotAnObject(number, "", type(row).__name__)
    return row
