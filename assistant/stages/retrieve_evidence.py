"""Stage ``retrieve_evidence``: search the policy library, name the passages P1 … Pn, refuse when they do not answer."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.contracts import Evidence, EvidencePassage, NearestDocument, RouteDecision, Scope, StandaloneQuestion
from assistant.pipeline import Stop
from assistant.ports import PassageSearch
from retrieval.contracts import Passage, ScoredPassage, SearchQuery, SearchResult


@dataclass(frozen=True, slots=True)
class RetrievalPolicy:
    """``answerable_from``: least calibrated answerability (data); sizes are numbers of passages."""

    answerable_from: float = 0.5
    passages: int = 8
    with_neighbours: int = 2
    most: int = 14


class RetrieveEvidence:
    def __init__(
        self, search: PassageSearch, home_region: str | None = None, policy: RetrievalPolicy | None = None
    ) -> None:
        self._search, self._home_region = search, home_region
        self._policy = policy or RetrievalPolicy()

    async def __call__(self, question: StandaloneQuestion, route: RouteDecision, scope: Scope) -> Evidence:
        """Raises ``Stop``: unanswerable_no_evidence, or handover_appeal for a complaint without a policy text."""
        query = SearchQuery(
            question.text, scope.as_of, region=scope.region or self._home_region, k=self._policy.passages
        )
        result = await self._search.search(query)
        in_force = [hit for hit in result.hits if hit.passage.validity.covers(scope.as_of)]
        if not in_force or result.answerability < self._policy.answerable_from:
            status = "handover_appeal" if route.label == "appeal" else "unanswerable_no_evidence"
            note = f"answerability {result.answerability:.3f}"
            raise Stop(status, note=note, nearest=_nearest(result), degraded=result.degraded)
        passages = await self._with_neighbours(in_force, scope)
        return Evidence(_named(passages), result.answerability, scope.as_of, result.degraded)

    async def _with_neighbours(self, hits: list[ScoredPassage], scope: Scope) -> list[ScoredPassage]:
        """The best hits bring the rest of their article or section: an item (项) means little without its opening."""
        found: dict[str, ScoredPassage] = {}
        for rank, hit in enumerate(hits):
            found.setdefault(hit.passage.id, hit)
            if rank < self._policy.with_neighbours:
                for passage in await self._search.neighbours(hit.passage):
                    if passage.validity.covers(scope.as_of):
                        found.setdefault(passage.id, ScoredPassage(passage, hit.score))
        return list(found.values())[: self._policy.most]


def _named(hits: list[ScoredPassage]) -> tuple[EvidencePassage, ...]:
    return tuple(EvidencePassage(f"P{at}", hit.passage, hit.score) for at, hit in enumerate(hits, start=1))


def _nearest(result: SearchResult, limit: int = 3) -> tuple[NearestDocument, ...]:
    found: dict[str, Passage] = {}
    for hit in result.hits:
        found.setdefault(hit.passage.document_id, hit.passage)
    return tuple(NearestDocument(key, passage.title, passage.clause) for key, passage in list(found.items())[:limit])
