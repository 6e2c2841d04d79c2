"""Stage ``find_basis``: clauses in force on the matter of an order; none where the library has nothing certain."""

from __future__ import annotations

from assistant.contracts import Evidence, EvidencePassage
from assistant.domain.reply_draft import ReplyCase
from assistant.domain.reply_facts import matter_of
from assistant.ports.answering import PassageSearch
from retrieval.contracts import SearchQuery, SearchResult
from retrieval.ports import IndexUnavailable

PASSAGES = 6
SURE_FROM = 0.3
"""Least answerability for which a clause is proposed: a wrong basis costs the reader more than none."""


class FindBasis:
    def __init__(self, search: PassageSearch, home_region: str | None = None, sure_from: float = SURE_FROM) -> None:
        self._search, self._home_region, self._sure_from = search, home_region, sure_from

    async def __call__(self, case: ReplyCase) -> Evidence:
        """Without an index a reply is drafted all the same; its basis is then to be filled in."""
        query = SearchQuery(matter_of(case.order), case.as_of, region=self._home_region, k=PASSAGES)
        try:
            result = await self._search.search(query)
        except (IndexUnavailable, TimeoutError):
            return Evidence((), 0.0, case.as_of, ("index",))
        return self._evidence(case, result)

    def _evidence(self, case: ReplyCase, result: SearchResult) -> Evidence:
        hits = [hit for hit in result.hits if hit.passage.validity.covers(case.as_of)]
        kept = hits if result.answerability >= self._sure_from else []
        named = tuple(EvidencePassage(f"P{at}", hit.passage, hit.score) for at, hit in enumerate(kept, start=1))
        return Evidence(named, result.answerability, case.as_of, result.degraded)
