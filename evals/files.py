"""JSON lines in and out, gzipped or not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from evals.contracts import DatasetError


def read_rows(path: Path, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Rows of a ``.jsonl`` or ``.jsonl.gz`` file.

    Raises:
        DatasetError: the file is missing or a line is not a JSON object (the line number is named).
    """
    if not path.is_file():
        raise DatasetError(f"{path}: no such file; give a .jsonl or .jsonl.gz file")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if limit is not None and number > limit:
                return
            if line.strip():
                yield _row(path, number, line)


def read_split(path: Path, limit: int | None, split: str | None) -> list[dict[str, Any]]:
    """The first ``limit`` rows whose field ``split`` is ``split``; without one, of all rows. Raises ``DatasetError``."""
    kept = (row for row in read_rows(path) if split in (None, row.get("split")))
    return list(islice(kept, limit))


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{path}:{number}: not JSON ({error.msg})") from error
    if not isinstance(row, dict):
        raise DatasetError(f"{path}:{number}: a JSON object is needed, found {type(row).__name__}")
    return row


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as sink:
        for row in rows:
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")
