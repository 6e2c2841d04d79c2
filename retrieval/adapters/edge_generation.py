"""One generation of the embedded index: a folder with Qdrant Edge points, their texts and the forward index.

The points carry nothing but vectors and four small filter fields; their numbers are the rows of the text store, which
is what counts when a kill left the two apart.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import qdrant_edge as edge

from retrieval.adapters.edge_points import INDEXED_FIELDS, Spoken, points_of, shard_config
from retrieval.adapters.qdrant_requests import DENSE, LEXICAL, admission_filter, fuse
from retrieval.adapters.text_store import TextStore
from retrieval.contracts import Passage, SearchQuery
from retrieval.filters import admission, admits
from retrieval.forward_index import ForwardIndex
from retrieval.ports import Candidate, Embedder, IndexUnavailable, SparseQuery

_BATCH = 1000
_PACKED_EVERY = 40_000
"""Packing takes several times the memory of what is packed, so a large load is packed in parts."""


class EdgeGeneration:
    """Reads, and writes when ``writable``. Raises ``IndexUnavailable`` when the folder does not load."""

    def __init__(self, folder: Path, *, embedder: Embedder | None = None, writable: bool = False) -> None:
        self._folder = folder
        self._embedder = embedder
        self._writable = writable
        try:
            self._texts = TextStore(folder / "texts.sqlite3", writable=writable)
            self._ids = dict(self._texts.ids())
        except sqlite3.Error as error:
            mend = f"the index is a copy: remove {folder.parent} and run `hotline corpus sync`"
            raise IndexUnavailable(f"the texts of {folder} do not load: {error}; {mend}") from error
        self._unpacked = 0
        self._shard = self._open_shard(folder / "points", writable)
        if writable:
            self._repair()

    @property
    def version(self) -> str:
        """How many writes led to this state."""
        return str(self._texts.version)

    @cached_property
    def forward(self) -> ForwardIndex:
        """What the learned second stage reads."""
        return self._forward_of_changes() if self._writable else ForwardIndex.load(self._folder / "forward")

    def recall(
        self, sparse: SparseQuery, dense: Sequence[float] | None, query: SearchQuery, limit: int
    ) -> list[Candidate]:
        allowed = admission_filter(edge, admission(query))
        lexical: list[Candidate] = []
        if sparse.indices:
            vector = edge.SparseVector(list(sparse.indices), list(sparse.values))
            lexical = self._nearest(vector, LEXICAL, allowed, limit)
        near = self._nearest(list(dense), DENSE, allowed, limit) if dense is not None and self._embedder else []
        return fuse(lexical, near, limit)

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        return self._texts.fetch(passage_ids)

    def neighbours(self, passage: Passage) -> list[Passage]:
        return self._texts.neighbours(passage)

    def versions(self, passage: Passage) -> list[Passage]:
        return self._texts.versions(passage)

    def named(self, laws: Sequence[str], article: str, query: SearchQuery) -> list[Passage]:
        allowed = admission(query)
        return [passage for passage in self._texts.named(laws, article) if admits(allowed, passage)]

    def count(self) -> int:
        return len(self._ids)

    def upsert(self, passages: Sequence[Passage]) -> None:
        for start in range(0, len(passages), _BATCH):
            batch = passages[start : start + _BATCH]
            with self._texts.transaction():
                rows = self._texts.put(batch)
            self._put_points(rows, batch)
            self._ids |= zip(rows, (passage.id for passage in batch), strict=True)
        self.__dict__.pop("forward", None)

    def delete_documents(self, document_ids: Iterable[str]) -> None:
        with self._texts.transaction():
            rows = self._texts.remove_documents(document_ids)
        self._drop_points(rows)
        for row in rows:
            self._ids.pop(row, None)
        self.__dict__.pop("forward", None)

    def optimise(self) -> None:
        """Pack the points for reading. Holds the interpreter: about three seconds for 40,000 new passages."""
        with Spoken("the embedded index cannot be packed"):
            self._shard.optimize()
        self._unpacked = 0
        self._flush()

    def finish(self) -> None:
        """Make everything ready for readers, packed points and a forward index of the present texts, and close."""
        self.optimise()
        self._shard.close()  # first, for what it holds in memory
        self.forward.save(self._folder / "forward")
        with self._texts.transaction():
            self._texts.forget_changes()
        self._texts.close()

    def close(self) -> None:
        self._shard.close()
        self._texts.close()

    def _nearest(
        self, vector: edge.SparseVector | list[float], using: str, allowed: edge.Filter, limit: int
    ) -> list[Candidate]:
        nearest = edge.Query.Nearest(vector, using=using)
        with Spoken("the embedded index failed"):
            found: list[Any] = self._shard.query(edge.QueryRequest(limit=limit, query=nearest, filter=allowed))
        id_of = self._ids.get
        return [Candidate(name, hit.score) for hit in found if (name := id_of(hit.id)) is not None]

    def _put_points(self, rows: Sequence[int], passages: Sequence[Passage]) -> None:
        points = points_of(rows, passages, self._embedder)
        with Spoken("the embedded index does not take passages"):
            self._shard.update(edge.UpdateOperation.upsert_points(points))
        self._unpacked += len(points)
        if self._unpacked >= _PACKED_EVERY:
            self.optimise()

    def _drop_points(self, rows: Sequence[int]) -> None:
        if rows:
            with Spoken("the embedded index does not give up passages"):
                self._shard.update(edge.UpdateOperation.delete_points(list(rows)))

    def _flush(self) -> None:
        with Spoken("the embedded index cannot be written"):
            self._shard.flush()
        with self._texts.transaction():
            self._texts.flushed()

    def _repair(self) -> None:
        """After a kill: the points are made to match the texts, which are never behind them."""
        present = self._point_rows()
        self._drop_points(sorted(present - self._ids.keys()))
        missing = sorted(self._ids.keys() - (present - self._texts.unflushed()))
        for start in range(0, len(missing), _BATCH):
            rows, passages = self._texts.passages_in(missing[start : start + _BATCH])
            self._put_points(rows, passages)

    def _point_rows(self) -> set[int]:
        with Spoken("the embedded index does not list its passages"):
            request = edge.ScrollRequest(limit=max(self._shard.info().points_count, 1), with_payload=False)
            records, _ = self._shard.scroll(request)
        return {cast(int, record.id) for record in records}

    def _open_shard(self, path: Path, writable: bool) -> edge.EdgeShard:
        try:
            with Spoken(f"the index at {self._folder} does not load"):
                return edge.EdgeShard.load(str(path))
        except Spoken.Failure:
            if not writable:
                raise
        return self._new_shard(path)

    def _new_shard(self, path: Path) -> edge.EdgeShard:
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        shard = edge.EdgeShard.create(str(path), shard_config(self._embedder))
        for name, kind in INDEXED_FIELDS.items():
            shard.update(edge.UpdateOperation.create_field_index(name, kind))
        return shard

    def _forward_of_all(self) -> ForwardIndex:
        forward = ForwardIndex.empty()
        self._add_to(forward, sorted(self._ids))
        return forward

    def _forward_of_changes(self) -> ForwardIndex:
        saved = self._folder / "forward"
        if not (saved / "names.json").is_file():
            return self._forward_of_all()
        forward = ForwardIndex.load(saved)
        changed, documents = self._texts.changes()
        forward.discard(documents)
        self._add_to(forward, changed)
        return forward

    def _add_to(self, forward: ForwardIndex, rows: Sequence[int]) -> None:
        for start in range(0, len(rows), _BATCH * 10):
            forward.add(self._texts.passages_in(rows[start : start + _BATCH * 10])[1])
            len(forward)  # lets it take in the batch, so that no more than one batch of texts is in memory
