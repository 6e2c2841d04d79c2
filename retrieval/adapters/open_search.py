"""Search put together the way the product runs it, embedded or on a server."""

from __future__ import annotations

from pathlib import Path

from retrieval.ports import Embedder, Reranker
from retrieval.search import Search


def open_embedded(
    path: Path, *, writable: bool = False, embedder: Embedder | None = None, cross_encoder: Reranker | None = None
) -> Search:
    """Search over the folder ``path``. Raises ``IndexUnavailable`` when it is to be read and holds no index."""
    from retrieval.adapters.edge_index import EdgeIndex
    from retrieval.adapters.learned_reranking import over_forward_index

    index = EdgeIndex(path, embedder=embedder, read_only=not writable)
    return Search(index, reranking=over_forward_index, embedder=embedder, cross_encoder=cross_encoder)


def open_server(
    url: str,
    collection: str,
    *,
    api_key: str | None = None,
    timeout_s: float = 2.0,
    embedder: Embedder | None = None,
    cross_encoder: Reranker | None = None,
) -> Search:
    """Search over a collection of a Qdrant server; the server is first asked by the first search."""
    from retrieval.adapters.learned_reranking import OverFetched
    from retrieval.adapters.qdrant_server import QdrantServerIndex

    index = QdrantServerIndex(url, collection, api_key=api_key, timeout_s=timeout_s, embedder=embedder)
    return Search(index, reranking=OverFetched, embedder=embedder, cross_encoder=cross_encoder)
