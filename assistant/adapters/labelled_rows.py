"""Labelled orders to learn from, from any file that ``hotline orders import`` takes: columns are known by the same names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.adapters.order_files import FileRefused, read_rows
from assistant.domain.order_import import IGNORED, category, propose_mapping, yes_no
from assistant.json_lines import objects_in

KEPT = ("title", "content", "type", "received_at", "street", "place", "reply", "result")


def labelled_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Rows of JSON lines that name their text as ours are taken as they are, all others by their columns.

    A line of a table that cannot be read or has no words teaches nothing and is left out.

    Raises:
        FileRefused: the file is missing or of no known kind, or no column holds the words.
        NotAnObject: a line of a .jsonl is no object.
        OSError, UnicodeDecodeError: it cannot be read.
    """
    if ".jsonl" in file.suffixes:
        yield from (row if _ours(row) else _by_columns(row) for row in objects_in(file))
        return
    for raw in read_rows(file):
        row = {} if raw.fault else _by_columns(raw.values)
        if not raw.fault and "content" not in propose_mapping(raw.values).values():
            raise FileRefused(f"{file}: no column holds the content; columns: {', '.join(raw.values)}")
        if row.get("content") or row.get("title"):
            yield row


def _ours(row: Mapping[str, Any]) -> bool:
    return not row.keys().isdisjoint({"text", "content", "tokens", "title"})


def _by_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    known = {field: _words(values[column]) for column, field in propose_mapping(values).items()}
    known.pop(IGNORED, None)
    row: dict[str, Any] = {field: known[field] for field in KEPT if known.get(field)}
    if known.get("number"):
        row["id"] = known["number"]
    if any(known.get(field) for field in ("category", "category_1")):
        row["category"] = category(known)
    if known.get("lead"):
        row["units"] = [name for name in known["lead"].replace("，", "、").split("、") if name]
    solved = yes_no(known.get("solved", ""))
    return row if solved is None else row | {"solved": solved}


def _words(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value or "").strip()
