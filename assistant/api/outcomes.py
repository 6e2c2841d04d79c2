"""What every route that answers does with an outcome: waits for it, refuses with it, labels it."""

from __future__ import annotations

from assistant.api.answering import Inquiry, answer
from assistant.api.problems import Problem
from assistant.api.state import ApiState
from assistant.contracts import AnswerFinished, TurnOutcome

INTERRUPTED = "答复中断，请重新提问，或拨打12345由人工受理。"
CLIENT_CLOSED_REQUEST = 499


async def final_outcome(state: ApiState, inquiry: Inquiry) -> TurnOutcome:
    outcome: TurnOutcome | None = None
    async for event in answer(state, inquiry):
        if isinstance(event, AnswerFinished):
            outcome = event.outcome
    if outcome is None:
        raise RuntimeError("the flow ended without an outcome")
    return outcome


def is_error(state: ApiState, outcome: TurnOutcome) -> bool:
    return state.container.flow.statuses[outcome.status].http >= 400


def raise_if_error(state: ApiState, outcome: TurnOutcome) -> None:
    status = state.container.flow.statuses[outcome.status].http
    if status >= 400:
        headers = {"retry-after": "5"} if status == 503 else {}
        raise Problem(status, outcome.status, outcome.text, headers=headers)


def ai_headers(state: ApiState, outcome: TurnOutcome | None = None) -> dict[str, str]:
    """The label of AI-generated content, and what is degraded (``x-degraded``) when something is.

    A stream's headers go out before its ending is known: they say ``true``; preset texts otherwise say ``false``.
    """
    generated = outcome is None or outcome.composer is not None
    names = {*state.container.degradation.active(), *(outcome.degraded if outcome else ())}
    plain = sorted(name for name in names if name.isascii() and name.isprintable())
    label = {"x-ai-generated": "true" if generated else "false"}
    return label | ({"x-degraded": ", ".join(plain)} if plain else {})
