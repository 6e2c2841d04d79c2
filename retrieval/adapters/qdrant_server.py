"""The passage index on a Qdrant server or cluster, through ``qdrant-client``.

A server that is silent costs one call ``timeout_s`` and the calls of the next seconds nothing. Points carry the whole
passage as payload, so the service needs no second store.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException

from retrieval.adapters.breaker import Breaker
from retrieval.adapters.passage_codec import (
    article_of,
    by_age,
    decode,
    encode,
    filter_fields,
    is_version_of,
    look_up_fields,
    section_of,
)
from retrieval.adapters.qdrant_requests import DENSE, LEXICAL, admission_filter, any_of, fuse, named_filter
from retrieval.contracts import Passage, SearchQuery
from retrieval.filters import admission
from retrieval.lexical import SparseVector
from retrieval.ports import Candidate, Embedder, IndexUnavailable, SparseQuery
from retrieval.recall_tokens import passage_text, passage_vectors
from retrieval.references import title_key

_BATCH = 256
_MOST_OF_A_SECTION = 500
_POINT_NAMESPACE = uuid.UUID("6d0f8f0e-5d5c-5f0e-9d5e-1b6a3f1b7c11")
_INDEXED = {
    **dict.fromkeys(("region", "level", "document_id", "title_key", "short_key", "article"), "keyword"),
    **dict.fromkeys(("from", "until"), "integer"),
}


class QdrantServerIndex:
    """Passages in one collection, created on first write; another index version is another collection.

    ``timeout_s`` is per call; ``client`` replaces the connection in tests. Every method raises
    ``IndexUnavailable`` when the server refuses, errs or stays silent, and at once while it was silent just before.
    """

    def __init__(
        self,
        url: str,
        collection: str,
        *,
        api_key: str | None = None,
        timeout_s: float = 2.0,
        retry_after_s: float = 5.0,
        embedder: Embedder | None = None,
        client: QdrantClient | None = None,
    ) -> None:
        self._client = client or QdrantClient(
            url=url,
            api_key=api_key,
            check_compatibility=False,
            trust_env=False,
            transport=_Timed(timeout_s),
        )
        self._collection = collection
        self._embedder = embedder
        self._breaker = Breaker(retry_after_s)
        self._ready = False

    @property
    def version(self) -> str:
        return self._collection

    def snapshot(self) -> QdrantServerIndex:
        return self

    def upsert(self, passages: Sequence[Passage]) -> None:
        self._create_collection()
        for start in range(0, len(passages), _BATCH):
            points = self._points(passages[start : start + _BATCH])
            with self._reachable():
                self._client.upsert(self._collection, points, wait=True)

    def delete_documents(self, document_ids: Iterable[str]) -> None:
        doomed = any_of(models, document_id=list(document_ids))
        self._create_collection()
        with self._reachable():
            self._client.delete(self._collection, models.FilterSelector(filter=doomed), wait=True)

    def recall(
        self, sparse: SparseQuery, dense: Sequence[float] | None, query: SearchQuery, limit: int
    ) -> list[Candidate]:
        allowed = admission_filter(models, admission(query))
        requests: list[models.QueryRequest] = []
        if sparse.indices:
            vector = models.SparseVector(indices=list(sparse.indices), values=list(sparse.values))
            requests.append(_nearest(vector, LEXICAL, allowed, limit))
        if dense is not None and self._embedder is not None:
            requests.append(_nearest(list(dense), DENSE, allowed, limit))
        found = {request.using: ranking for request, ranking in zip(requests, self._ask(requests), strict=True)}
        return fuse(found.get(LEXICAL, []), found.get(DENSE, []), limit)

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        with self._reachable():
            records = self._client.retrieve(self._collection, [_point_id(name) for name in passage_ids])
        found = {passage.id: passage for passage in map(_passage, records)}
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    def neighbours(self, passage: Passage) -> list[Passage]:
        same = any_of(models, document_id=[passage.document_id], section=[section_of(passage)])
        return sorted(self._scroll(same), key=lambda found: found.ordinal)

    def versions(self, passage: Passage) -> list[Passage]:
        titled = any_of(models, title_key=[title_key(passage.title)], article=[article_of(passage)])
        return sorted((other for other in self._scroll(titled) if is_version_of(passage, other)), key=by_age)

    def named(self, laws: Sequence[str], article: str, query: SearchQuery) -> list[Passage]:
        return self._scroll(named_filter(models, laws, article, admission(query)))

    def count(self) -> int:
        with self._reachable():
            if not self._client.collection_exists(self._collection):
                return 0
            return self._client.count(self._collection, exact=True).count

    def close(self) -> None:
        self._client.close()

    def _ask(self, requests: list[models.QueryRequest]) -> list[list[Candidate]]:
        if not requests:
            return []
        with self._reachable():
            answers = self._client.query_batch_points(self._collection, requests)
        return [[Candidate(_payload(hit)["id"], hit.score) for hit in answer.points] for answer in answers]

    def _scroll(self, wanted: models.Filter) -> list[Passage]:
        with self._reachable():
            records, _ = self._client.scroll(self._collection, wanted, limit=_MOST_OF_A_SECTION)
        return [_passage(record) for record in records]

    def _points(self, passages: Sequence[Passage]) -> list[models.PointStruct]:
        texts = [passage_text(passage) for passage in passages]
        dense = self._embedder.embed(texts) if self._embedder else [None] * len(passages)
        return [_point(*each) for each in zip(passages, passage_vectors(passages), dense, strict=True)]

    def _create_collection(self) -> None:
        if self._ready:
            return
        with self._reachable():
            if not self._client.collection_exists(self._collection):
                self._client.create_collection(self._collection, **_vectors(self._embedder))
                for name, kind in _INDEXED.items():
                    self._client.create_payload_index(self._collection, name, models.PayloadSchemaType(kind))
        self._ready = True

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        if self._breaker.is_open:
            raise IndexUnavailable("the Qdrant server was silent a moment ago; trying again shortly")
        try:
            yield
        except (ApiException, OSError, ValueError) as error:
            if isinstance(error, ResponseHandlingException | OSError):
                self._breaker.failed()
            raise IndexUnavailable(f"the Qdrant server does not answer as it should: {error}") from error


class _Timed(httpx.HTTPTransport):
    """The client itself rounds its timeout up to whole seconds."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__()
        self._timeout = httpx.Timeout(timeout_s).as_dict()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["timeout"] = self._timeout
        return super().handle_request(request)


def _vectors(embedder: Embedder | None) -> dict[str, Any]:
    dense = {DENSE: models.VectorParams(size=embedder.dimension, distance=models.Distance.DOT)} if embedder else {}
    lexical = models.SparseVectorParams(modifier=models.Modifier.IDF)
    return {"vectors_config": dense, "sparse_vectors_config": {LEXICAL: lexical}}


def _nearest(vector: Any, using: str, allowed: models.Filter, limit: int) -> models.QueryRequest:
    return models.QueryRequest(query=vector, using=using, filter=allowed, limit=limit, with_payload=["id"])


def _point(passage: Passage, lexical: SparseVector, dense: Sequence[float] | None) -> models.PointStruct:
    ids, weights = lexical
    vectors: dict[str, Any] = {LEXICAL: models.SparseVector(indices=ids.tolist(), values=weights.tolist())}
    if dense is not None:
        vectors[DENSE] = list(dense)
    payload = {"document_id": passage.document_id, "id": passage.id, "passage": encode(passage)}
    payload |= filter_fields(passage) | look_up_fields(passage)
    return models.PointStruct(id=_point_id(passage.id), vector=vectors, payload=payload)


def _point_id(passage_id: str) -> str:
    return str(uuid.uuid5(_POINT_NAMESPACE, passage_id))


def _passage(record: models.Record) -> Passage:
    return decode(_payload(record)["passage"])


def _payload(record: models.Record | models.ScoredPoint) -> Mapping[str, Any]:
    return record.payload or {}
