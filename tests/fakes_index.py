"""An in-memory ``PassageIndex`` for tests of what stands before and behind the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retrieval.contracts import Passage, SearchQuery
from retrieval.ports import Candidate, SparseQuery


class FakeIndex:
    """Keeps passages in a dict; ``upserts`` and ``deletions`` record the calls."""

    def __init__(self) -> None:
        self.passages: dict[str, Passage] = {}
        self.upserts: list[int] = []
        self.deletions: list[str] = []

    def upsert(self, passages: Sequence[Passage]) -> None:
        self.upserts.append(len(passages))
        self.passages.update((passage.id, passage) for passage in passages)

    def delete_documents(self, document_ids: Iterable[str]) -> None:
        gone = set(document_ids)
        self.deletions += sorted(gone)
        self.passages = {key: one for key, one in self.passages.items() if one.document_id not in gone}

    def recall(
        self, sparse: SparseQuery, dense: Sequence[float] | None, query: SearchQuery, limit: int
    ) -> list[Candidate]:
        raise NotImplementedError("the fake does not rank")

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        return [self.passages[one] for one in passage_ids if one in self.passages]

    def neighbours(self, passage: Passage) -> list[Passage]:
        return [one for one in self.passages.values() if one.document_id == passage.document_id]

    def named(self, laws: Sequence[str], article: str, query: SearchQuery) -> list[Passage]:
        return [one for one in self.passages.values() if one.title in laws and article in one.path]

    def count(self) -> int:
        return len(self.passages)

    def close(self) -> None:
        self.passages.clear()
