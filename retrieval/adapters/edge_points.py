"""Passages as Qdrant Edge points, and the shard that takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import qdrant_edge as edge

from retrieval.adapters.passage_codec import filter_fields
from retrieval.adapters.qdrant_requests import DENSE, LEXICAL
from retrieval.contracts import Passage
from retrieval.lexical import SparseVector
from retrieval.ports import Embedder, IndexUnavailable
from retrieval.recall_tokens import passage_text, passage_vectors

INDEXED_FIELDS = {
    "region": edge.PayloadSchemaType.Keyword,
    "level": edge.PayloadSchemaType.Keyword,
    "from": edge.PayloadSchemaType.Integer,
    "until": edge.PayloadSchemaType.Integer,
}

_SEGMENTS = 20
"""More than this many packed segments are merged; five cost a query a tenth more than one."""


_SCANNED = 200
"""Up to so many passages that a filter leaves, they are scored one by one; beyond it the inverted index is faster."""
_PACKED_FROM_KB = 1000
"""From about a thousand passages on a segment is packed; unpacked it costs a query several times as much."""


class Spoken:
    """Turns the bare ``Exception`` or ``ValueError`` that the binding raises, and nothing else, into ``Failure``."""

    Failure = IndexUnavailable

    def __init__(self, message: str) -> None:
        self._message = message

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind in (Exception, ValueError):
            raise self.Failure(f"{self._message}: {error}") from error


def shard_config(embedder: Embedder | None) -> edge.EdgeConfig:
    """One search thread: a query is short, and threads are for other queries. No write-ahead log: the texts are the
    log, and another would lock out all readers but the first. ``Cached``: one copy in memory for all processes."""
    dense = {DENSE: edge.EdgeVectorParams(size=embedder.dimension, distance=edge.Distance.Dot)} if embedder else None
    lexical = edge.EdgeSparseVectorParams(
        full_scan_threshold=_SCANNED, modifier=edge.Modifier.Idf, memory=edge.Memory.Cached
    )
    return edge.EdgeConfig(
        vectors=dense,
        sparse_vectors={LEXICAL: lexical},
        optimizers=edge.EdgeOptimizersConfig(default_segment_number=_SEGMENTS, indexing_threshold=_PACKED_FROM_KB),
        max_search_threads=1,
        wal_enabled=False,
    )


def points_of(rows: Sequence[int], passages: Sequence[Passage], embedder: Embedder | None) -> list[edge.Point]:
    """Raises ``EndpointUnavailable`` when the embedder fails."""
    dense: Sequence[list[float] | None] = [None] * len(passages)
    if embedder is not None:
        dense = embedder.embed([passage_text(passage) for passage in passages])
    lexical = passage_vectors(passages)
    return [_point(*each) for each in zip(rows, passages, lexical, dense, strict=True)]


def _point(row: int, passage: Passage, lexical: SparseVector, dense: list[float] | None) -> edge.Point:
    ids, weights = lexical
    vectors: dict[str, Any] = {LEXICAL: edge.SparseVector(ids.tolist(), weights.tolist())}
    if dense is not None:
        vectors[DENSE] = dense
    return edge.Point(row, vectors, filter_fields(passage))
