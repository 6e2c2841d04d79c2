"""An index of past orders as a folder: ``arrays.npz`` and ``orders.jsonl``, no pickle, written beside and switched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from assistant.data_files import DataFileError
from assistant.domain.past_order import PastOrder
from assistant.domain.place_names import PlaceName
from assistant.domain.work_order import OrderState
from assistant.similarity.order_index import OrderIndex
from assistant.similarity.signatures import Signature
from retrieval.static_embedding import default_embedding

FORMAT = 1
ARRAYS, ORDERS = "arrays.npz", "orders.jsonl"


class IndexUnusable(DataFileError):  # noqa: N818 - a state of the folder
    """The folder is missing, damaged, or made by another version: build the index anew."""


def save(index: OrderIndex, folder: Path, mark: datetime | None = None) -> None:
    """``mark``: up to which change of the store the index has followed. A reader sees the old pair or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = len(index)
    lengths = np.array([len(tokens) for tokens in index.tokens[:rows]], np.int64)
    flat = np.concatenate(index.tokens[:rows]) if rows else np.zeros(0, np.uint32)
    written = folder / ("new-" + ORDERS)
    with written.open("w", encoding="utf-8") as lines:
        head = {"format": FORMAT, "embedding": default_embedding().fingerprint, "rows": rows}
        lines.write(json.dumps(head | {"mark": mark.isoformat() if mark else None}) + "\n")
        lines.writelines(_line(index, row) for row in range(rows))
    arrays = folder / ("new-" + ARRAYS)
    np.savez(arrays, vector=index.columns.vector[:rows], tokens=flat, lengths=lengths)
    written.replace(folder / ORDERS)
    arrays.replace(folder / ARRAYS)


def load(folder: Path) -> tuple[OrderIndex, datetime | None]:
    """The index and its mark. Raises ``IndexUnusable``."""
    try:
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            vector, flat, lengths = arrays["vector"], arrays["tokens"], arrays["lengths"]
        with (folder / ORDERS).open(encoding="utf-8") as lines:
            head = json.loads(next(lines))
            if head["format"] != FORMAT or head["embedding"] != default_embedding().fingerprint:
                raise IndexUnusable(f"{folder}: made by another version")
            read = list(_orders(lines))
    except (OSError, ValueError, KeyError, StopIteration, TypeError) as error:
        raise IndexUnusable(f"{folder}: {error}") from error
    if not len(read) == len(vector) == len(lengths) == head["rows"] or lengths.sum() != len(flat):
        raise IndexUnusable(f"{folder}: the files do not belong together")
    mark = datetime.fromisoformat(head["mark"]) if head["mark"] else None
    return _filled(read, vector, flat, lengths), mark


def _filled(read: list[tuple[PastOrder, tuple[PlaceName, ...]]], vector: Any, flat: Any, lengths: Any) -> OrderIndex:
    index = OrderIndex.empty(default_embedding().dimension)
    ends = np.cumsum(lengths)
    for (order, places), row, end, length in zip(read, vector, ends, lengths, strict=True):
        index.append(order, places, Signature(row.astype(np.float32), flat[end - length : end]))
    return index


def _line(index: OrderIndex, row: int) -> str:
    order = index.orders[row]
    told = asdict(order) | {
        "received_at": order.received_at.astimezone(UTC).isoformat(),
        "text": "",
        "updated_at": None,
    }
    places = [[name.stem, name.part] for name in index.places[row]]
    return (
        json.dumps(
            {name: value for name, value in told.items() if value not in (None, "")} | {"p": places}, ensure_ascii=False
        )
        + "\n"
    )


def _orders(lines: Iterator[str]) -> Iterator[tuple[PastOrder, tuple[PlaceName, ...]]]:
    for line in lines:
        row = json.loads(line)
        places = tuple(PlaceName(*pair) for pair in row.pop("p"))
        row |= {"received_at": datetime.fromisoformat(row["received_at"]), "state": OrderState(row["state"])}
        yield PastOrder(**({"number": "", "version": 0, "category": "", "title": "", "text": ""} | row)), places
