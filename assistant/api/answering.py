"""One turn of a conversation around the flow: history before it, record, metrics and memory after it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assistant.api.problems import Problem
from assistant.api.state import ApiState
from assistant.api.tracing import current_trace_id
from assistant.contracts import AnswerEvent, AnswerFinished, Message, SentenceReady, Turn, TurnOutcome
from assistant.domain.asking_back import offer_of
from assistant.domain.question_text import fold, has_words, visible_length

logger = logging.getLogger(__name__)
BEIJING = ZoneInfo("Asia/Shanghai")

# A few code points per visible character is every living script; hundreds of accents on one letter are not.
CODE_POINTS_PER_CHARACTER = 4


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question for the flow; ``session`` is the store's key, bound to who asked; with ``None`` nothing is kept."""

    turn: Turn
    session: str | None


def today() -> date:
    return datetime.now(BEIJING).date()


def check_question(question: str, limit: int) -> None:
    """Raises ``Problem`` 422 for an empty or too long question; nothing is ever cut off."""
    folded = fold(question)
    if not folded:
        raise Problem(422, "question_empty", "请输入您的问题。", param="question")
    count = visible_length(folded)
    if count > limit or len(question) > limit * CODE_POINTS_PER_CHARACTER:
        count = max(count, len(question) // CODE_POINTS_PER_CHARACTER) if count <= limit else count
        detail = f"问题最多 {limit} 个字，现有 {count} 个字，请精简后再提交。"
        raise Problem(422, "question_too_long", detail, param="question", limit=limit, count=count)


def session_key(principal: str, conversation_id: str) -> str:
    """Knowing a conversation's id is not enough: another caller's key leads elsewhere."""
    return hashlib.sha256(f"{principal}\n{conversation_id}".encode()).hexdigest()


async def answer(state: ApiState, inquiry: Inquiry) -> AsyncGenerator[AnswerEvent]:
    """Events of the flow; the last is ``AnswerFinished``. Closing this iterator stops the work and records that."""
    started = time.perf_counter()
    finished: TurnOutcome | None = None
    waiting_for_text = True
    try:
        async with contextlib.aclosing(_events(state, inquiry)) as events:
            async for event in events:
                if waiting_for_text and isinstance(event, SentenceReady | AnswerFinished):
                    state.metrics.first_text.observe(time.perf_counter() - started)
                    waiting_for_text = False
                if isinstance(event, AnswerFinished):
                    finished = event.outcome
                    await _remember(state, inquiry, finished, time.perf_counter() - started)
                yield event
    finally:
        if finished is None:
            await _record_cancelled(state)


async def _events(state: ApiState, inquiry: Inquiry) -> AsyncGenerator[AnswerEvent]:
    turn = inquiry.turn
    if not has_words(fold(turn.question)):
        outcome = unreadable(state)
        yield AnswerFinished(outcome, outcome.text)
        return
    if inquiry.session is not None:
        turn = await _with_history(state, turn, inquiry.session)
    async with contextlib.aclosing(state.container.flow.stream(turn)) as events:
        async for event in events:
            yield event


def unreadable(state: ApiState) -> TurnOutcome:
    """Nothing but symbols or emoji: asked back without any work of the flow."""
    statuses = state.container.flow.statuses
    status = "guardrails_unreadable"
    return TurnOutcome(
        status, statuses[status].text, label=statuses.labels.curated, statement=statuses.service_statement
    )


async def _with_history(state: ApiState, turn: Turn, session: str) -> Turn:
    history = await state.container.sessions.history(session)
    return Turn(turn.question, turn.as_of, history, turn.region, turn.conversation_id)


async def _remember(state: ApiState, inquiry: Inquiry, outcome: TurnOutcome, seconds: float) -> None:
    state.metrics.observe_outcome(outcome, seconds)
    state.container.tally.note(outcome)
    if inquiry.session is not None and outcome.redacted_question and not outcome.status.startswith("error_"):
        said = Message("user", outcome.redacted_question), Message("assistant", spoken(outcome))
        await state.container.sessions.append(inquiry.session, *said)
    await record(state, "inquiry_finished", audit_payload(outcome, seconds))


def spoken(outcome: TurnOutcome) -> str:
    """What a follow-up question may refer to: the sentences without their list of sources, and what was asked back."""
    offered = offer_of(outcome.ask.question) if outcome.sentences and outcome.ask else ""
    return ("".join(sentence.text for sentence in outcome.sentences) or outcome.text) + offered


def audit_payload(outcome: TurnOutcome, seconds: float) -> dict[str, Any]:
    """What is kept of a turn: the masked question, how it ended, on what it rests; never the original text."""
    return {
        "trace_id": current_trace_id.get(),
        "question": outcome.redacted_question,
        "status": outcome.status,
        "answer": outcome.text,
        "sources": [citation.passage_id for citation in outcome.citations],
        "composer": outcome.composer,
        "model": outcome.model,
        "prompt": outcome.prompt,
        "degraded": list(outcome.degraded),
        "removed": list(outcome.removed),
        "seconds": round(seconds, 3),
    }


async def _record_cancelled(state: ApiState) -> None:
    state.metrics.cancelled.inc()
    # The request is being torn down; the record must still be written.
    await asyncio.shield(record(state, "inquiry_cancelled", {"trace_id": current_trace_id.get()}))


async def record(state: ApiState, event: str, payload: dict[str, Any]) -> None:
    """A full disk must not take the hotline down: the failure is counted, logged and shown, the answer goes out."""
    try:
        await state.container.audit.append(event, payload)
    except OSError as error:
        state.metrics.audit_failures.inc()
        state.container.degradation.mark("audit", 60.0)
        logger.error("audit record not written: %s", type(error).__name__)
