"""The learned second stage for either index: over the embedded forward index, or over fetched candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from retrieval.forward_index import ForwardIndex
from retrieval.ports import Candidate, CandidateReranker, PassageReader
from retrieval.reranking import LearnedReranker


@runtime_checkable
class HasForwardIndex(Protocol):
    """A state of the embedded index."""

    @property
    def forward(self) -> ForwardIndex: ...


def over_forward_index(reader: PassageReader) -> CandidateReranker:
    """Raises ``TypeError`` for a reader without a forward index."""
    if not isinstance(reader, HasForwardIndex):
        raise TypeError("only the embedded index keeps a forward index")
    return LearnedReranker(reader.forward)


class OverFetched:
    """For a server: the candidates are fetched, and the forward index of one search is made of them."""

    def __init__(self, reader: PassageReader) -> None:
        self._reader = reader
        self._second = LearnedReranker(ForwardIndex.empty())

    def rerank(self, query: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Raises ``IndexUnavailable``."""
        fetched = self._reader.fetch([candidate.passage_id for candidate in candidates])
        self._second = LearnedReranker(ForwardIndex.build(fetched))
        return self._second.rerank(query, candidates)

    def answerability(self, query: str, ranked: Sequence[Candidate]) -> float:
        """Of candidates that ``rerank`` gave."""
        return self._second.answerability(query, ranked)
