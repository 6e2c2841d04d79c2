"""JSON lines in and out, gzipped or not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.json_lines import NotAnObject, objects_in
from evals.contracts import DatasetError


def read_rows(path: Path, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Rows of a ``.jsonl`` or ``.jsonl.gz`` file.

    Raises:
        DatasetError: the file is missing or a line is not a JSON object (the line number is named).
    """
    if not path.is_file():
        raise DatasetError(f"{path}: no such file; give a .jsonl or .jsonl.gz file")
    try:
        yield from objects_in(path, limit)
    except NotAnObject as error:
        wrong = f"not JSON ({error.problem})" if error.problem else f"a JSON object is needed, found {error.found}"
        raise DatasetError(f"{path}:{error.line}: {wrong}") from error


def read_split(path: Path, limit: int | None, split: str | None) -> list[dict[str, Any]]:
    """The first ``limit`` rows whose field ``split`` is ``split``; without one, of all rows. Raises ``DatasetError``."""
    kept = (row for row in read_rows(path) if split in (None, row.get("split")))
    return list(islice(kept, limit))


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as sink:
        for row in rows:
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")
