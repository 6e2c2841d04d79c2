"""Flow ``answer_inquiry`` 咨询: from a question to cited sentences, each checked, or an honest refusal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.answer_policy import RetrievalPolicy, load_answer_policy
from assistant.contracts import (
    AnswerEvent,
    AnswerFinished,
    Scope,
    StageStarted,
    Turn,
    TurnOutcome,
)
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.flows.outcome import conclude
from assistant.pipeline import FlowResult, Pipeline, Stage, Step, step
from assistant.ports.answering import AnswerListener, Composer, PassageSearch
from assistant.routing_data import RoutingLabels, load_clarifications, load_lay_words, load_routing_labels
from assistant.stages.ask_back import AskBack
from assistant.stages.check_answer import check_answer
from assistant.stages.compose_answer import ComposeAnswer, ComposeBudget
from assistant.stages.contextualise_question import ContextualiseQuestion
from assistant.stages.resolve_citations import resolve_citations
from assistant.stages.retrieve_evidence import RetrieveEvidence
from assistant.stages.route_intent import RouteIntent
from assistant.statuses import Statuses, load_statuses

GIVEN = (Turn, Scope, AnswerListener)
"""What a turn starts with. Only ``redact_pii`` takes the ``Turn``: all later stages see masked words."""


def answer_inquiry_stages(
    *,
    redact: Stage,
    screen: Stage,
    contextualise: Stage,
    route: Stage,
    retrieve: Stage,
    ask_back: Stage,
    compose: Stage,
    compose_within_s: float,
) -> tuple[Step, ...]:
    return (
        step(redact, fails_as="error_redaction", within_s=2),
        step(screen, fails_as="error_screening", within_s=3),
        step(contextualise, within_s=1),
        step(route, within_s=1),
        step(retrieve, fails_as="error_retrieval", within_s=4),
        step(ask_back, within_s=1),
        step(compose, fails_as="error_composition", within_s=compose_within_s),
        step(resolve_citations, within_s=1),
        step(check_answer, fails_as="unanswerable_unsupported", within_s=1),
    )


@dataclass(frozen=True)
class AnswerFlow:
    """Flow ``answer_inquiry`` (咨询). Holds no state of a turn, so one serves all."""

    pipeline: Pipeline
    labels: RoutingLabels
    statuses: Statuses = field(default_factory=load_statuses)

    async def answer_inquiry(self, turn: Turn, on_event: AnswerListener | None = None) -> TurnOutcome:
        """How the turn ends. Raises only ``CancelledError`` and what ``on_event`` raises; cancelling aborts it."""
        listen = on_event or _ignore
        shown: list[str] = []

        async def hear(event: AnswerEvent) -> None:
            shown.append(getattr(event, "delta", ""))
            await listen(event)

        async def on_stage(name: str) -> None:
            await listen(StageStarted(name))

        scope = Scope(turn.as_of, turn.region, asyncio.get_running_loop().time())
        given: Mapping[type, Any] = {Turn: turn, Scope: scope, AnswerListener: hear}
        result: FlowResult = await self.pipeline.run(given, on_stage)
        outcome = conclude(result, self.labels, self.statuses)
        await listen(AnswerFinished(outcome, outcome.text.removeprefix("".join(shown))))
        return outcome

    async def stream(self, turn: Turn) -> AsyncGenerator[AnswerEvent, None]:
        """The turn's events; the last is ``AnswerFinished``. Closing it aborts the turn and its model call."""
        queue: asyncio.Queue[AnswerEvent | None] = asyncio.Queue()
        running = asyncio.create_task(self.answer_inquiry(turn, queue.put))
        running.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (event := await queue.get()) is not None:
                yield event
            await running
        finally:
            running.cancel()


async def _ignore(event: AnswerEvent, /) -> None:
    return None


def build_answer_flow(
    *,
    search: PassageSearch,
    composer: Composer,
    backup: Composer,
    redact: Stage,
    screen: Stage,
    catalogue: Path,
    home_region: str | None = None,
    breaker: CircuitBreaker | None = None,
    budget: ComposeBudget | None = None,
    policy: RetrievalPolicy | None = None,
    ignored_labels: frozenset[str] = frozenset(),
    lacking: Callable[[str], float] | None = None,
) -> AnswerFlow:
    """The flow from ports and data. ``catalogue`` is the city pack's folder of that name; ``backup`` needs no model;
    ``ignored_labels`` of the routing data are never chosen; ``lacking`` says how much a question lacks (log-odds).

    Raises:
        WiringError: a stage lacks an input.  DataFileError: the catalogue's routing data are missing or wrong.
    """
    labels, clarifications = load_routing_labels(catalogue), load_clarifications(catalogue)
    budget = budget or ComposeBudget()
    steps = answer_inquiry_stages(
        redact=redact,
        screen=screen,
        contextualise=ContextualiseQuestion(
            clarifications.contrasts, home_region, load_lay_words(catalogue).pairs(), lacking
        ),
        route=RouteIntent(labels, clarifications, ignored_labels, lacking),
        retrieve=RetrieveEvidence(search, home_region, policy),
        ask_back=AskBack(load_answer_policy().asking.limits(), clarifications.points),
        compose=ComposeAnswer(composer, backup, breaker, budget),
        compose_within_s=budget.total_s + 5,
    )
    return AnswerFlow(Pipeline(steps, GIVEN), labels)
