"""The embedded passage index: Qdrant Edge in this process for recall, a SQLite file beside it for texts.

Edge points carry nothing but vectors and four small filter fields; their number is the row of the text store.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import qdrant_edge as edge

from retrieval.adapters.passage_codec import filter_fields, section_of
from retrieval.adapters.qdrant_requests import DENSE, LEXICAL, admission_filter, fuse
from retrieval.adapters.text_store import TextStore
from retrieval.contracts import Passage, SearchQuery
from retrieval.filters import admission, admits
from retrieval.ports import Candidate, Embedder, IndexUnavailable, SparseQuery
from retrieval.recall_tokens import passage_text, passage_vector

_BATCH = 1000
_INDEXED = {
    "region": edge.PayloadSchemaType.Keyword,
    "level": edge.PayloadSchemaType.Keyword,
    "from": edge.PayloadSchemaType.Integer,
    "until": edge.PayloadSchemaType.Integer,
}


class EdgeIndex:
    """Passages in the folder ``path``. One writer at a time, any number of readers when nobody writes.

    Raises ``IndexUnavailable`` when the folder holds no index to read, or one that does not load.
    """

    def __init__(self, path: Path, *, embedder: Embedder | None = None, read_only: bool = False) -> None:
        if read_only and not (path / "texts.sqlite3").is_file():
            raise IndexUnavailable(f"no index at {path}: build it with `hotline corpus add`")
        path.mkdir(parents=True, exist_ok=True)
        self._embedder = embedder
        self._read_only = read_only
        self._texts = TextStore(path / "texts.sqlite3", writable=not read_only)
        self._ids = dict(self._texts.ids())
        self._shard = self._open_shard(path / "points")

    @property
    def version(self) -> str:
        return self._texts.fact("version", "0")

    def upsert(self, passages: Sequence[Passage]) -> None:
        for start in range(0, len(passages), _BATCH):
            self._upsert(passages[start : start + _BATCH])

    def delete_documents(self, document_ids: Iterable[str]) -> None:
        doomed = self._texts.rows_of(document_ids)
        if not doomed:
            return
        rows = [row for row, _ in doomed]
        with self._texts.transaction():
            self._texts.remove(rows)
            self._count_version()
        self._shard.update(edge.UpdateOperation.delete_points(list(rows)))
        self._shard.flush()
        for row in rows:
            self._ids.pop(row, None)

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
        return self._texts.section(passage.document_id, section_of(passage))

    def named(self, laws: Sequence[str], article: str, query: SearchQuery) -> list[Passage]:
        allowed = admission(query)
        return [passage for passage in self._texts.named(laws, article) if admits(allowed, passage)]

    def count(self) -> int:
        return len(self._ids)

    def optimise(self) -> None:
        """Pack the points for reading: smaller in memory, faster to load. Holds the interpreter for seconds."""
        self._shard.optimize()
        self._shard.flush()

    def close(self) -> None:
        self._shard.close()
        self._texts.close()

    def _upsert(self, passages: Sequence[Passage]) -> None:
        with self._texts.transaction():
            rows = self._texts.put(passages)
            self._count_version()
            self._shard.update(edge.UpdateOperation.upsert_points(self._points(rows, passages)))
            self._shard.flush()
        self._ids |= zip(rows, (passage.id for passage in passages), strict=True)

    def _points(self, rows: Sequence[int], passages: Sequence[Passage]) -> list[edge.Point]:
        dense = self._embedder.embed([passage_text(p) for p in passages]) if self._embedder else [None] * len(passages)
        return [_point(row, passage, near) for row, passage, near in zip(rows, passages, dense, strict=True)]

    def _count_version(self) -> None:
        self._texts.set_fact("version", str(int(self.version) + 1))

    def _nearest(
        self, vector: edge.SparseVector | list[float], using: str, allowed: edge.Filter, limit: int
    ) -> list[Candidate]:
        nearest = edge.Query.Nearest(vector, using=using)
        with _Spoken("the embedded index failed"):
            found = self._shard.query(edge.QueryRequest(limit=limit, query=nearest, filter=allowed))
        return [Candidate(self._ids[row], hit.score) for hit in found if (row := cast(int, hit.id)) in self._ids]

    def _open_shard(self, path: Path) -> edge.EdgeShard:
        if not (path / "edge_config.json").is_file():
            return self._new_shard(path)
        with _Spoken(f"the index at {path.parent} does not load; delete the folder and build it again"):
            return edge.EdgeShard.load(str(path))

    def _new_shard(self, path: Path) -> edge.EdgeShard:
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        shard = edge.EdgeShard.create(str(path), _config(self._embedder))
        for name, kind in _INDEXED.items():
            shard.update(edge.UpdateOperation.create_field_index(name, kind))
        return shard


class _Spoken:
    """Turns the bare ``Exception`` that the binding raises, and only that, into ``IndexUnavailable``."""

    def __init__(self, message: str) -> None:
        self._message = message

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind in (Exception, ValueError):
            raise IndexUnavailable(f"{self._message}: {error}") from error


def _config(embedder: Embedder | None) -> edge.EdgeConfig:
    dense = {DENSE: edge.EdgeVectorParams(size=embedder.dimension, distance=edge.Distance.Dot)} if embedder else None
    lexical = edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
    return edge.EdgeConfig(vectors=dense, sparse_vectors={LEXICAL: lexical}, max_search_threads=1, wal_enabled=False)


def _point(row: int, passage: Passage, dense: Sequence[float] | None) -> edge.Point:
    ids, weights = passage_vector(passage)
    vectors: dict[str, Any] = {LEXICAL: edge.SparseVector(ids.tolist(), weights.tolist())}
    if dense is not None:
        vectors[DENSE] = list(dense)
    return edge.Point(row, vectors, filter_fields(passage))
