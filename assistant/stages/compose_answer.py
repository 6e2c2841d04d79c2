"""Stage ``compose_answer``: sentences are shown once they are cited and checked; a failing model is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from assistant.contracts import (
    Citation,
    CitedSentence,
    ComposerKind,
    DraftAnswer,
    DraftSentence,
    Evidence,
    OpenPoint,
    RouteDecision,
    Scope,
    SentenceReady,
    StandaloneQuestion,
)
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.domain.terms import coverage
from assistant.pipeline import Stop
from assistant.ports.answering import AnswerListener, ChatModelError, Composer, ComposerDeclined
from assistant.rendering import sentence_delta
from assistant.stages.ask_back import asked_back
from assistant.stages.check_answer import MAX_SENTENCES, fits, nearest_documents, sentence_fault
from assistant.stages.resolve_citations import CitationBook

MOST_DRAFTED = 3 * MAX_SENTENCES
"""A model that goes on after this many sentences is left; what stands of them is the answer."""

BUSY = "rate_limited"
"""A model with a full queue says so at once and works for those in it: there is no wait to spare the next one."""


@dataclass(frozen=True, slots=True)
class ComposeBudget:
    """Seconds from the question to a model's first checked sentence, then between two, and in all.

    Where the stages before have left less than ``least_s`` of them, the model is not asked.
    """

    first_sentence_s: float = 4.0
    least_s: float = 0.5
    sentence_gap_s: float = 4.0
    total_s: float = 30.0


class SentenceGate:
    """Lets a drafted sentence through when clauses in force support it; numbers citations by first use.

    What it lets through is exactly what ``resolve_citations`` and ``check_answer`` keep of the whole draft.
    """

    def __init__(self, evidence: Evidence, scope: Scope) -> None:
        self._book, self._scope = CitationBook(evidence), scope
        self._passages = {item.passage.id: item.passage for item in evidence.passages}
        self._numbers: dict[int, int] = {}
        self.shown: list[CitedSentence] = []

    def admit(self, draft: DraftSentence) -> SentenceReady | None:
        sentence = self._book.cite(draft)
        citations = {citation.number: citation for citation in self._book.citations}
        if sentence_fault(sentence, citations, self._passages, self._scope.as_of) or self._excess(sentence):
            return None
        fresh = [number for number in sentence.citations if number not in self._numbers]
        for number in fresh:
            self._numbers[number] = len(self._numbers) + 1
        numbered = replace(sentence, citations=tuple(self._numbers[number] for number in sentence.citations))
        event = SentenceReady(numbered, self._renumbered(fresh, citations), sentence_delta(numbered, self.shown))
        self.shown.append(numbered)
        return event

    def _renumbered(self, fresh: list[int], citations: dict[int, Citation]) -> tuple[Citation, ...]:
        return tuple(replace(citations[number], number=self._numbers[number]) for number in fresh)

    def _excess(self, sentence: CitedSentence) -> bool:
        size = sum(len(other.text) for other in self.shown) + len(sentence.text)
        return any(sentence.text == other.text for other in self.shown) or not fits(len(self.shown) + 1, size)


@dataclass
class _Page:
    """What has been drafted so far, and what of it stood and was shown."""

    gate: SentenceGate
    listener: AnswerListener
    drafts: list[DraftSentence] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return bool(self.gate.shown)

    async def offer(self, draft: DraftSentence) -> None:
        self.drafts.append(draft)
        event = self.gate.admit(draft)
        if event is not None:
            await self.listener(event)


class ComposeAnswer:
    """``backup`` writes when ``composer`` fails or nothing it says stands; ``breaker`` spares later turns the wait."""

    def __init__(
        self,
        composer: Composer,
        backup: Composer,
        breaker: CircuitBreaker | None = None,
        budget: ComposeBudget | None = None,
    ) -> None:
        self._composer, self._backup = composer, backup
        self._breaker, self._budget = breaker or CircuitBreaker(), budget or ComposeBudget()

    async def __call__(
        self,
        question: StandaloneQuestion,
        route: RouteDecision,
        evidence: Evidence,
        point: OpenPoint,
        scope: Scope,
        listener: AnswerListener,
    ) -> DraftAnswer:
        """Raises ``Stop`` (clarification, unanswerable_no_evidence, handover_appeal) when a composer says that nothing
        answers."""
        page = _Page(SentenceGate(evidence, scope), listener)
        try:
            failure = await self._by_model(question, evidence, page, self._left_s(scope))
            by_model = page.has_text
            if failure or not by_model:
                await self._by_backup(question, evidence, page)
        except ComposerDeclined as declined:
            raise _nothing_answers(route, point, evidence) from declined
        kind = ComposerKind.MODEL if by_model else self._backup.kind
        model, prompt = (self._composer.model, self._composer.prompt) if by_model else (self._backup.model, None)
        degraded = (*evidence.degraded, *((f"chat_model:{failure}",) if failure else ()))
        return DraftAnswer(tuple(page.drafts), kind, model, prompt, degraded)

    def _left_s(self, scope: Scope) -> float:
        """Of the wait for a first sentence: a search that had to queue has used some of it up."""
        if scope.asked_at_s is None:
            return self._budget.first_sentence_s
        return self._budget.first_sentence_s - (asyncio.get_running_loop().time() - scope.asked_at_s)

    async def _by_model(self, question: StandaloneQuestion, evidence: Evidence, page: _Page, within_s: float) -> str:
        """The reason of failure, empty when the model's answer stands or no model is set."""
        if self._composer.kind is not ComposerKind.MODEL:
            return ""
        if within_s < min(self._budget.least_s, self._budget.first_sentence_s):
            return "no_time"
        if not self._breaker.admits():
            return "circuit_open"
        try:
            async with aclosing(
                self._in_time(self._composer.compose(question, evidence), page.gate, within_s)
            ) as stream:
                async for draft in stream:
                    await page.offer(draft)
                    if len(page.drafts) >= MOST_DRAFTED:
                        break
        except ChatModelError as error:
            if error.reason != BUSY:
                self._breaker.failed()
            return error.reason
        except ComposerDeclined:
            self._breaker.succeeded()
            if not page.has_text:
                raise
        return self._verdict(page)

    async def _by_backup(self, question: StandaloneQuestion, evidence: Evidence, page: _Page) -> None:
        try:
            async for draft in self._backup.compose(question, evidence):
                if not any(coverage(draft.text, shown.text) > 0.8 for shown in page.gate.shown):
                    await page.offer(draft)
        except ComposerDeclined:
            if not page.has_text:
                raise

    def _verdict(self, page: _Page) -> str:
        if page.has_text:
            self._breaker.succeeded()
            return ""
        self._breaker.failed()
        return "unsupported"

    async def _in_time(
        self, drafts: AsyncGenerator[DraftSentence], gate: SentenceGate, within_s: float
    ) -> AsyncGenerator[DraftSentence]:
        """Raises ``ChatModelError`` (timeout) when no sentence stands in time; leaving it closes the call behind it."""
        clock = asyncio.get_running_loop().time
        last, end = clock() + within_s, clock() + self._budget.total_s
        async with aclosing(drafts) as stream:
            while True:
                try:
                    async with asyncio.timeout_at(min(last, end)):
                        draft = await anext(stream)
                except StopAsyncIteration:
                    return
                except TimeoutError as error:
                    raise ChatModelError("timeout", "no checked sentence in time") from error
                before = len(gate.shown)
                yield draft
                if len(gate.shown) > before:
                    last = clock() + self._budget.sentence_gap_s


def _nothing_answers(route: RouteDecision, point: OpenPoint, evidence: Evidence) -> Stop:
    if point.question and point.instead and route.label != "appeal":
        return asked_back(point, "composer declined")
    status = "handover_appeal" if route.label == "appeal" else "unanswerable_no_evidence"
    return Stop(status, note="composer declined", nearest=nearest_documents(evidence), degraded=evidence.degraded)
