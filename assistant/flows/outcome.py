"""What a finished run means to the user: a status, the text, and everything the trace must keep."""

from __future__ import annotations

import re

from assistant.contracts import (
    CheckedAnswer,
    Evidence,
    OpenPoint,
    RedactedText,
    RouteDecision,
    StandaloneQuestion,
    TurnOutcome,
)
from assistant.domain.asking_back import offer_of
from assistant.pipeline import FlowResult, Stop
from assistant.rendering import body, closing, label_of, refusal
from assistant.routing_data import RoutingLabels
from assistant.statuses import Statuses


def conclude(result: FlowResult, labels: RoutingLabels, statuses: Statuses) -> TurnOutcome:
    """The outcome of a run that ended by a stop, or else with a checked answer."""
    if result.stop is not None:
        return _stopped(result, result.stop, statuses)
    return _answered(result, result.values[CheckedAnswer], labels, statuses)


def _stopped(result: FlowResult, stop: Stop, statuses: Statuses) -> TurnOutcome:
    text = stop.text or statuses[stop.status].text
    evidence: Evidence | None = result.values.get(Evidence)
    refused = (stop.status.startswith("unanswerable_") and not stop.text) or stop.nearest
    return TurnOutcome(
        status=stop.status,
        text=refusal(text, stop.nearest) if refused else text,
        label=statuses.labels.curated,
        statement=statuses.service_statement,
        nearest=stop.nearest,
        degraded=stop.degraded,
        trace=result.trace,
        answerability=evidence.answerability if evidence else None,
        evidence=evidence.passages if evidence else (),
        redacted_question=_redacted(result),
        ask=stop.ask,
        extras=_extras(result),
    )


def _answered(result: FlowResult, answer: CheckedAnswer, labels: RoutingLabels, statuses: Statuses) -> TurnOutcome:
    evidence: Evidence = result.values[Evidence]
    point: OpenPoint = result.values[OpenPoint]
    offered = point if point.offered else None
    notes = [*([offer_of(offered.question)] if offered else []), *_notes(result, labels)]
    return TurnOutcome(
        status="answered",
        text=body(answer.sentences) + closing(answer, evidence.as_of, notes, statuses.labels),
        ask=offered,
        sentences=answer.sentences,
        citations=answer.citations,
        composer=answer.composer,
        label=label_of(answer, statuses.labels),
        statement=statuses.service_statement,
        model=answer.model,
        prompt=answer.prompt,
        degraded=answer.degraded,
        trace=result.trace,
        answerability=evidence.answerability,
        evidence=evidence.passages,
        removed=answer.removed,
        redacted_question=_redacted(result),
        extras=_extras(result),
    )


def _notes(result: FlowResult, labels: RoutingLabels) -> list[str]:
    """How to file the complaint, and what holds for another district, where the question calls for it."""
    route: RouteDecision = result.values[RouteDecision]
    question = result.values[StandaloneQuestion].text
    notes = [
        note.text for note in labels.notes if re.search(note.when, question) and not re.search(note.unless, question)
    ]
    return [*notes, labels[route.label].closing]


def _redacted(result: FlowResult) -> str:
    redacted: RedactedText | None = result.values.get(RedactedText)
    return redacted.text if redacted else ""


def _extras(result: FlowResult) -> dict[str, str]:
    """Facts for the trace that have no field of their own."""
    question: StandaloneQuestion | None = result.values.get(StandaloneQuestion)
    route: RouteDecision | None = result.values.get(RouteDecision)
    extras = {"route": route.label, "route_reason": route.reason} if route else {}
    if question and question.carried_over:
        extras["standalone_question"] = question.text
    return extras
