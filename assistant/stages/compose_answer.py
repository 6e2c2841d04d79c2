"""Stage ``compose_answer``: sentences are shown once they are cited and checked; a failing model is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from assistant.contracts import (
    Citation,
    CitedSentence,
    ComposerKind,
    DraftAnswer,
    DraftSentence,
    Evidence,
    Scope,
    SentenceReady,
    StandaloneQuestion,
)
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.domain.terms import coverage
from assistant.pipeline import Stop
from assistant.ports import AnswerListener, ChatModelError, Composer, ComposerDeclined
from assistant.rendering import sentence_delta
from assistant.stages.check_answer import MAX_SENTENCES, fits, nearest_documents, sentence_fault
from assistant.stages.resolve_citations import CitationBook

MOST_DRAFTED = 3 * MAX_SENTENCES
"""A model that goes on after this many sentences is left; what stands of them is the answer."""


@dataclass(frozen=True, slots=True)
class ComposeBudget:
    """Seconds that a composer may take until its first checked sentence, between two, and in all."""

    first_sentence_s: float = 4.0
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
        self, question: StandaloneQuestion, evidence: Evidence, scope: Scope, listener: AnswerListener
    ) -> DraftAnswer:
        """Raises ``Stop`` (unanswerable_no_evidence) when the model says that the passages do not answer."""
        gate, drafts = SentenceGate(evidence, scope), list[DraftSentence]()
        failure = await self._by_model(question, evidence, gate, drafts, listener)
        by_model = bool(gate.shown)
        if failure or not by_model:
            async for draft in self._backup.compose(question, evidence):
                if not any(coverage(draft.text, shown.text) > 0.8 for shown in gate.shown):
                    await _offer(draft, gate, drafts, listener)
        kind = ComposerKind.MODEL if by_model else self._backup.kind
        model, prompt = (self._composer.model, self._composer.prompt) if by_model else (self._backup.model, None)
        degraded = (*evidence.degraded, *((f"chat_model:{failure}",) if failure else ()))
        return DraftAnswer(tuple(drafts), kind, model, prompt, degraded)

    async def _by_model(
        self,
        question: StandaloneQuestion,
        evidence: Evidence,
        gate: SentenceGate,
        drafts: list[DraftSentence],
        listener: AnswerListener,
    ) -> str:
        """The reason of failure, empty when the model's answer stands or no model is set."""
        if self._composer.kind is not ComposerKind.MODEL:
            return ""
        if not self._breaker.admits():
            return "circuit_open"
        try:
            async with aclosing(self._in_time(self._composer.compose(question, evidence), gate)) as stream:
                async for draft in stream:
                    await _offer(draft, gate, drafts, listener)
                    if len(drafts) >= MOST_DRAFTED:
                        break
        except ChatModelError as error:
            self._breaker.failed()
            return error.reason
        except ComposerDeclined as declined:
            self._breaker.succeeded()
            if not gate.shown:
                nearest = nearest_documents(evidence)
                raise Stop("unanswerable_no_evidence", note="model declined", nearest=nearest) from declined
        return self._verdict(gate)

    def _verdict(self, gate: SentenceGate) -> str:
        if gate.shown:
            self._breaker.succeeded()
            return ""
        self._breaker.failed()
        return "unsupported"

    async def _in_time(self, drafts: AsyncIterator[DraftSentence], gate: SentenceGate) -> AsyncGenerator[DraftSentence]:
        """Raises ``ChatModelError`` (timeout) when no sentence stands in time; leaving it closes the call behind it."""
        clock = asyncio.get_running_loop().time
        last, end = clock() + self._budget.first_sentence_s, clock() + self._budget.total_s
        async with aclosing(drafts) as stream:  # type: ignore[type-var]
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


async def _offer(
    draft: DraftSentence, gate: SentenceGate, drafts: list[DraftSentence], listener: AnswerListener
) -> None:
    drafts.append(draft)
    event = gate.admit(draft)
    if event is not None:
        await listener(event)
