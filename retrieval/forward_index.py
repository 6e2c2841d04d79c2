"""Forward index: what a second look at a passage needs, as flat arrays over all passages.

The *head* of a passage (title and chapter) is stored once for all passages that share it. About 45 bytes a passage and
two bytes a character; 147,000 articles take 45 MB and load as a memory map.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.contracts import Passage
from retrieval.forward_columns import COLUMN_NAMES, Columns, columns_of, concatenate, take, with_new_vectors
from retrieval.forward_statistics import Statistics, count_units, mapped, merge
from retrieval.static_embedding import default_embedding

Rows = NDArray[np.int64]


class ForwardIndex:
    """Passages by row; not safe for writing from two threads, safe for reading while nobody writes."""

    def __init__(self, columns: Columns, statistics: Statistics, ids: Sequence[str], documents: Sequence[str]) -> None:
        self._columns = columns
        self._statistics = statistics
        self._ids = list(ids)
        self._documents = list(documents)
        self._row_of = {passage: row for row, passage in enumerate(self._ids)}
        self._document_row = {document: row for row, document in enumerate(self._documents)}
        self._pending: list[Passage] = []
        self._size: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self._edges: NDArray[np.int64] | None = None

    @classmethod
    def empty(cls) -> ForwardIndex:
        return cls.build(())

    @classmethod
    def build(cls, passages: Iterable[Passage]) -> ForwardIndex:
        listed = list(passages)
        documents = list(dict.fromkeys(passage.document_id for passage in listed))
        number = {document: row for row, document in enumerate(documents)}
        columns = columns_of(listed, [number[passage.document_id] for passage in listed])
        return cls(columns, count_units(columns), [passage.id for passage in listed], documents)

    @classmethod
    def load(cls, folder: Path) -> ForwardIndex:
        """Maps what ``save`` wrote; vectors of an older release of the embedding are made anew, which takes seconds.

        Raises:
            FileNotFoundError: nothing was saved there.
        """
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        current = folder / names["arrays"]
        columns = Columns(**{name: mapped(current / f"{name}.npy") for name in COLUMN_NAMES})
        if names.get("embedding") != default_embedding().fingerprint:
            columns = with_new_vectors(columns)
        return cls(columns, Statistics.load(current), names["passages"], names["documents"])

    def save(self, folder: Path) -> None:
        """Writes beside the old state and then switches over, so that a kill leaves one of the two whole."""
        self._settle()
        self._compact()
        folder.mkdir(parents=True, exist_ok=True)
        old = {path.name for path in folder.iterdir() if path.is_dir()}
        fresh = next(name for number in range(len(old) + 1) if (name := f"arrays-{number}") not in old)
        self._write(folder / fresh)
        names = {
            "arrays": fresh,
            "embedding": default_embedding().fingerprint,
            "passages": self._ids,
            "documents": self._documents,
        }
        (folder / "names.tmp").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        (folder / "names.tmp").replace(folder / "names.json")
        for name in old:
            _remove_arrays(folder / name)

    def _write(self, folder: Path) -> None:
        folder.mkdir()
        for name in COLUMN_NAMES:
            np.save(folder / f"{name}.npy", getattr(self._columns, name))
        self._statistics.save(folder)

    def add(self, passages: Iterable[Passage]) -> None:
        """Adds passages; one whose id is known replaces the old one."""
        self._pending.extend(passages)

    def discard(self, document_ids: Iterable[str]) -> None:
        """Forgets all passages of these documents."""
        self._settle()
        gone = {self._document_row[document] for document in document_ids if document in self._document_row}
        if gone:
            dead = np.isin(self._columns.document, list(gone))
            for row in np.flatnonzero(dead):
                if self._row_of.get(self._ids[row]) == row:
                    del self._row_of[self._ids[row]]

    def missing(self, passage_ids: Iterable[str]) -> list[str]:
        """Those passages that this index does not hold, after a kill between two writes; ``add`` should get them."""
        self._settle()
        return [passage for passage in passage_ids if passage not in self._row_of]

    def rows(self, passage_ids: Sequence[str]) -> Rows:
        """Row of each passage, shape ``(n,)``.

        Raises:
            KeyError: a passage is not held; see ``missing``.
        """
        self._settle()
        return np.fromiter((self._row_of[passage] for passage in passage_ids), np.int64, len(passage_ids))

    def __len__(self) -> int:
        self._settle()
        return len(self._row_of)

    @property
    def columns(self) -> Columns:
        self._settle()
        return self._columns

    @property
    def statistics(self) -> Statistics:
        self._settle()
        return self._statistics

    @property
    def document_size(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Passages and units of text of each document, by its number in ``columns.document``."""
        columns = self.columns
        if self._size is None:
            count = np.bincount(columns.document, minlength=len(self._documents))
            length = np.bincount(columns.document, np.diff(columns.text_offset), minlength=len(self._documents))
            self._size = count, length.astype(np.int64)
        return self._size

    @property
    def document_edges(self) -> NDArray[np.int64]:
        """Rows of the first, second and last passage of each document, shape (documents, 3); 0 for a document without."""
        columns = self.columns
        if self._edges is None:
            self._edges = _edges_of(columns, len(self._documents))
        return self._edges

    def _settle(self) -> None:
        if not self._pending:
            return
        self._size = self._edges = None
        pending, self._pending = list({passage.id: passage for passage in self._pending}.values()), []
        for passage in pending:
            if passage.document_id not in self._document_row:
                self._document_row[passage.document_id] = len(self._documents)
                self._documents.append(passage.document_id)
        fresh = columns_of(pending, [self._document_row[passage.document_id] for passage in pending])
        self._row_of.update({passage.id: len(self._ids) + place for place, passage in enumerate(pending)})
        self._ids.extend(passage.id for passage in pending)
        self._columns = concatenate(self._columns, fresh)
        self._statistics = merge(self._statistics, count_units(fresh))

    def _compact(self) -> None:
        """Drops replaced and discarded rows, and counts anew."""
        if len(self._row_of) == len(self._ids):
            return
        alive = np.array(sorted(self._row_of.values()), np.int64)
        self._columns, self._size, self._edges = take(self._columns, alive), None, None
        self._ids = [self._ids[row] for row in alive]
        self._row_of = {passage: row for row, passage in enumerate(self._ids)}
        self._statistics = count_units(self._columns)


def _edges_of(columns: Columns, documents: int) -> NDArray[np.int64]:
    order = np.lexsort((columns.ordinal, columns.document))
    first = np.searchsorted(columns.document[order], np.arange(documents + 1))
    begin, end = first[:-1], first[1:]
    places = np.stack([begin, np.minimum(begin + 1, end - 1), end - 1], axis=1)
    rows = order[places.clip(0, max(0, len(order) - 1))] if len(order) else places * 0
    return np.asarray(np.where((end > begin)[:, None], rows, 0), np.int64)


def _remove_arrays(folder: Path) -> None:
    for path in folder.glob("*.npy"):
        path.unlink()
    folder.rmdir()
