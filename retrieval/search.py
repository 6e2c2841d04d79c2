"""The one search: named articles first, then lexical (and dense) recall, second-stage order, and how sure it all is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from retrieval.contracts import Passage, ScoredPassage, SearchQuery, SearchResult
from retrieval.ports import (
    Candidate,
    CandidateReranker,
    Embedder,
    EndpointUnavailable,
    PassageIndex,
    PassageReader,
    Reranker,
)
from retrieval.recall_tokens import sparse_query
from retrieval.references import ArticleReference, find_references, short_title_key, title_key

Reranking = Callable[[PassageReader], CandidateReranker]
"""The second stage over one state of the index."""

_CROSS_ENCODED = 20


class Search:
    """``search(query)`` over one index. Blocking and safe to share between threads.

    ``candidates`` is how many first-stage hits the second stage sees. ``embedder`` adds dense recall, ``cross_encoder``
    reorders the first twenty; when either endpoint fails, the result is lexical and says so in ``degraded``.
    """

    def __init__(
        self,
        index: PassageIndex,
        *,
        reranking: Reranking | None = None,
        embedder: Embedder | None = None,
        cross_encoder: Reranker | None = None,
        candidates: int = 200,
    ) -> None:
        self.index = index
        self._reranking = reranking
        self._embedder = embedder
        self._cross_encoder = cross_encoder
        self._candidates = candidates

    def search(self, query: SearchQuery) -> SearchResult:
        """The ``query.k`` best admissible passages. Raises ``IndexUnavailable`` when the index does not answer."""
        degraded: list[str] = []
        reader = self.index.snapshot()
        named = _named(reader, query)
        ranked, sure = self._ranked(reader, query, degraded)
        hits = self._hits(reader, named, ranked, query, degraded)
        return SearchResult(hits, 1.0 if named else sure, reader.version, tuple(degraded))

    def warm_up(self) -> None:
        """Loads what the first search would have to load. Raises ``IndexUnavailable``."""
        self.search(SearchQuery("政策咨询", as_of=date.today(), k=1))

    def neighbours(self, passage: Passage) -> list[Passage]:
        """The whole article or guide section that holds ``passage``, in document order."""
        return self.index.neighbours(passage)

    def versions(self, passage: Passage) -> list[Passage]:
        """The same article in every version of its document, oldest first: what it was before, and what replaced it."""
        return self.index.versions(passage)

    def close(self) -> None:
        self.index.close()

    def rank(self, reader: PassageReader, text: str, found: Sequence[Candidate]) -> tuple[Sequence[Candidate], float]:
        """First-stage hits in second-stage order, and how likely they answer ``text``."""
        if self._reranking is None or not found:
            return found, 1.0 if found else 0.0
        second = self._reranking(reader)
        ranked = second.rerank(text, found)
        return ranked, second.answerability(text, ranked)

    def _ranked(
        self, reader: PassageReader, query: SearchQuery, degraded: list[str]
    ) -> tuple[Sequence[Candidate], float]:
        dense = self._embedded(query.text, degraded)
        found = reader.recall(sparse_query(query.text), dense, query, max(self._candidates, query.k))
        return self.rank(reader, query.text, found)

    def _embedded(self, text: str, degraded: list[str]) -> list[float] | None:
        if self._embedder is None:
            return None
        try:
            return self._embedder.embed([text])[0]
        except EndpointUnavailable:
            degraded.append("embedder")
            return None

    def _hits(
        self,
        reader: PassageReader,
        named: Sequence[Passage],
        ranked: Sequence[Candidate],
        query: SearchQuery,
        degraded: list[str],
    ) -> tuple[ScoredPassage, ...]:
        first = {passage.id for passage in named}
        rest = [candidate for candidate in ranked if candidate.passage_id not in first]
        wanted = max(query.k - len(first), _CROSS_ENCODED if self._cross_encoder else 0)
        scored = self._cross_encoded(query.text, _fetched(reader, rest[:wanted]), degraded)
        top = scored[0].score if scored else 0.0
        leading = [ScoredPassage(passage, top + len(named) - place) for place, passage in enumerate(named)]
        return tuple((leading + scored)[: query.k])

    def _cross_encoded(self, text: str, hits: list[ScoredPassage], degraded: list[str]) -> list[ScoredPassage]:
        if self._cross_encoder is None or not hits:
            return hits
        try:
            scores = self._cross_encoder.rerank(text, [hit.passage for hit in hits], [hit.score for hit in hits])
        except EndpointUnavailable:
            degraded.append("reranker")
            return hits
        rescored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
        return sorted(rescored, key=lambda hit: -hit.score)


def _fetched(reader: PassageReader, candidates: Sequence[Candidate]) -> list[ScoredPassage]:
    scores = {candidate.passage_id: candidate.score for candidate in candidates}
    return [ScoredPassage(passage, scores[passage.id]) for passage in reader.fetch(list(scores))]


def _named(reader: PassageReader, query: SearchQuery) -> list[Passage]:
    found: dict[str, Passage] = {}
    for reference in find_references(query.text):
        passages = reader.named(reference.laws, reference.article, query)
        found |= {passage.id: passage for passage in _closest(reference, passages)}
    return list(found.values())


def _closest(reference: ArticleReference, passages: Sequence[Passage]) -> list[Passage]:
    """The passages whose title is the longest reading of the reference; full titles before local rules of that name."""
    ranks = {law: rank for rank, law in enumerate(reference.laws)}
    last = len(ranks)

    def distance(passage: Passage) -> tuple[int, int]:
        full, short = (ranks.get(key(passage.title), last) for key in (title_key, short_title_key))
        return min(full, short), int(full > short)

    nearest = min((distance(passage)[0] for passage in passages), default=last)
    kept = [passage for passage in passages if distance(passage)[0] == nearest]
    return sorted(kept, key=lambda passage: (distance(passage)[1], passage.document_id, passage.ordinal))
