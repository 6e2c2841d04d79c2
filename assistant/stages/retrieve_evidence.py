"""Stage ``retrieve_evidence``: search the policy library, name the passages P1 … Pn, refuse when they do not answer."""

from __future__ import annotations

from assistant.answer_policy import RetrievalPolicy, load_answer_policy
from assistant.contracts import Evidence, EvidencePassage, NearestDocument, RouteDecision, Scope, StandaloneQuestion
from assistant.pipeline import Stop
from assistant.ports.answering import PassageSearch
from retrieval.contracts import Passage, ScoredPassage, SearchQuery, SearchResult

MOST_PASSAGES = 28


class RetrieveEvidence:
    def __init__(
        self, search: PassageSearch, home_region: str | None = None, policy: RetrievalPolicy | None = None
    ) -> None:
        self._search, self._home_region = search, home_region
        self._policy = policy or load_answer_policy().retrieval

    async def __call__(self, question: StandaloneQuestion, route: RouteDecision, scope: Scope) -> Evidence:
        """Raises ``Stop``: unanswerable_no_evidence, or handover_appeal for a complaint without a policy text."""
        query = SearchQuery(
            question.sought, scope.as_of, region=scope.region or self._home_region, k=self._policy.passages
        )
        result = await self._search.search(query)
        in_force = [hit for hit in result.hits if hit.passage.validity.covers(scope.as_of)]
        if not in_force or result.answerability < self._policy.answerable_from:
            status = "handover_appeal" if route.label == "appeal" else "unanswerable_no_evidence"
            note = f"answerability {result.answerability:.3f}"
            raise Stop(status, note=note, nearest=_nearest(result), degraded=result.degraded)
        brought = await self._neighbours(in_force, scope)
        return Evidence(_named(in_force, brought), result.answerability, scope.as_of, result.degraded)

    async def _neighbours(self, hits: list[ScoredPassage], scope: Scope) -> list[ScoredPassage]:
        """The best documents bring the rest of the article or guide: an item (项) means little without its opening."""
        best = {hit.passage.document_id: hit for hit in reversed(hits)}
        leading = sorted(best.values(), key=hits.index)[: self._policy.with_neighbours]
        return [
            ScoredPassage(passage, hit.score)
            for hit in leading
            for passage in await self._search.neighbours(hit.passage)
            if passage.validity.covers(scope.as_of)
        ]


def _named(hits: list[ScoredPassage], brought: list[ScoredPassage]) -> tuple[EvidencePassage, ...]:
    found = {item.passage.id: (item, False) for item in brought} | {item.passage.id: (item, True) for item in hits}
    ordered = [*dict.fromkeys(item.passage.id for item in [*hits, *brought])][:MOST_PASSAGES]
    return tuple(
        EvidencePassage(f"P{at}", found[key][0].passage, found[key][0].score, hit=found[key][1])
        for at, key in enumerate(ordered, start=1)
    )


def _nearest(result: SearchResult, limit: int = 3) -> tuple[NearestDocument, ...]:
    found: dict[str, Passage] = {}
    for hit in result.hits:
        found.setdefault(hit.passage.document_id, hit.passage)
    return tuple(NearestDocument(key, passage.title, passage.clause) for key, passage in list(found.items())[:limit])
