"""What search needs from the outside world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from retrieval.contracts import Document, Passage, SearchQuery


@dataclass(frozen=True, slots=True)
class SparseQuery:
    """Lexical query: token ids (uint32) with weights, and the filter it must respect inside the index."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


class Candidate(NamedTuple):
    """First-stage hit: ``score`` is the index's own, not comparable across queries. Made by the hundred in each search."""

    passage_id: str
    score: float


class IndexUnavailable(Exception):  # noqa: N818 - a state of the outside world, named as the reader would say it
    """The passage index does not answer, or holds something this version cannot read; the message says what to do."""


class EndpointUnavailable(Exception):  # noqa: N818
    """An embedding or rerank endpoint failed or stayed silent beyond its budget."""


class PassageReader(Protocol):
    """One unchanging state of an index. Every method may raise ``IndexUnavailable`` within the adapter's time limit."""

    @property
    def version(self) -> str:
        """Names the state that is read."""
        ...

    def recall(
        self, sparse: SparseQuery, dense: Sequence[float] | None, query: SearchQuery, limit: int
    ) -> list[Candidate]:
        """First-stage hits, best first, filtered by validity, region and level inside the index query."""
        ...

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        """In the order asked for; unknown ids are left out."""
        ...

    def neighbours(self, passage: Passage) -> list[Passage]:
        """All passages of the same article (or guide section), in document order."""
        ...

    def versions(self, passage: Passage) -> list[Passage]:
        """The same article or section in every version of the document, oldest first, ``passage`` among them."""
        ...

    def named(self, laws: Sequence[str], article: str, query: SearchQuery) -> list[Passage]:
        """The passages of an article that ``query`` admits, in no meaningful order.

        ``laws`` and ``article`` are keys of ``retrieval.references``; a law matches by title key or short title key.
        """
        ...

    def count(self) -> int: ...


class PassageIndex(PassageReader, Protocol):
    """Passages to search in and to write to; reading it directly reads its newest state.

    What ``upsert`` and ``delete_documents`` returned from survives a kill of the process.
    """

    def snapshot(self) -> PassageReader:
        """The newest state, unchanging for the length of a search."""
        ...

    def upsert(self, passages: Sequence[Passage]) -> None:
        """Adds passages; one whose id is known replaces the old one."""
        ...

    def delete_documents(self, document_ids: Iterable[str]) -> None: ...

    def close(self) -> None: ...


class Embedder(Protocol):
    """Dense vectors, L2-normalised, one row per text."""

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> list[list[float]]: ...


class CandidateReranker(Protocol):
    """Second-stage order from lexical features of the candidates."""

    def rerank(self, query: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The same candidates, best first, with scores that compare within this result."""
        ...

    def answerability(self, query: str, ranked: Sequence[Candidate]) -> float:
        """How likely the ranked candidates answer the question at all, in [0, 1]."""
        ...


class Reranker(Protocol):
    """Second-stage order of candidates that are already known to be admissible."""

    def rerank(self, query: str, passages: Sequence[Passage], first_stage: Sequence[float]) -> list[float]: ...


class DocumentRegistry(Protocol):
    """Which documents are known, in which versions; the index itself only knows passages."""

    def get(self, document_id: str) -> Document | None: ...

    def all(self) -> list[Document]: ...

    def passages_of(self, document_id: str) -> list[str]:
        """Passage ids in document order."""
        ...
