"""Documents whose clauses say what was searched for: the desk and the public pages ask alike."""

from __future__ import annotations

import asyncio
from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from assistant.api.state import ApiContainer
from retrieval.contracts import Document, Passage, SearchQuery

LOOKED_AT = 60
MOST = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A document, with the clause that says it where it was found by its text."""

    document: Document
    passage: Passage | None = None

    @property
    def place(self) -> str:
        if self.passage is None:
            return ""
        return self.passage.clause or (self.passage.path[-1] if self.passage.path else "")

    @property
    def excerpt(self) -> str:
        return self.passage.text if self.passage else ""


async def found_in_text(container: ApiContainer, words: str, day: date, without: Set[str] = frozenset()) -> list[Found]:
    """At most ``MOST`` documents in force on ``day``, best first, each with its best clause; none for no words."""
    if not words:
        return []
    query = SearchQuery(words, day, container.region, k=LOOKED_AT)
    best: dict[str, Passage] = {}
    for hit in (await container.search.search(query)).hits:
        best.setdefault(hit.passage.document_id, hit.passage)
    ids = [name for name in best if name not in without][:MOST]
    known = await asyncio.to_thread(lambda: [container.documents.get(name) for name in ids])
    return [Found(document, best[document.id]) for document in known if document is not None]
