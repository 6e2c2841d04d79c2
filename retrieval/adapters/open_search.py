"""Search over an embedded index, put together the way the product runs it."""

from __future__ import annotations

from pathlib import Path

from retrieval.adapters.edge_index import EdgeIndex
from retrieval.ports import Embedder, Reranker
from retrieval.search import Search


def open_embedded(
    path: Path, *, writable: bool = False, embedder: Embedder | None = None, cross_encoder: Reranker | None = None
) -> Search:
    """Search over the folder ``path``. Raises ``IndexUnavailable`` when it is to be read and holds no index."""
    index = EdgeIndex(path, embedder=embedder, read_only=not writable)
    return Search(index, embedder=embedder, cross_encoder=cross_encoder)
