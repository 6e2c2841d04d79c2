"""Stage ``contextualise_question``: a follow-up becomes a question that can be searched alone."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.contracts import Message, RedactedText, ScreenedText, StandaloneQuestion
from assistant.domain.follow_up_question import complete

REMEMBERED_TURNS = 4


async def contextualise_question(screened: ScreenedText, redacted: RedactedText) -> StandaloneQuestion:
    """Fills ellipsis and pronouns from the (masked) conversation; a complete question stays as it is."""
    earlier = standalone_history(redacted.history)
    completed = complete(screened.text, earlier, asked_back=_asked_back(redacted.history))
    return StandaloneQuestion(completed.text, screened.text, completed.borrowed)


def standalone_history(history: Sequence[Message]) -> list[str]:
    """The user's last questions, each completed by the ones before it, oldest first."""
    recent = history[-2 * REMEMBERED_TURNS :]
    found: list[str] = []
    for at, message in enumerate(recent):
        if message.role == "user":
            found.append(complete(message.content, found, asked_back=_asked_back(recent[:at])).text)
    return found


def _asked_back(history: Sequence[Message]) -> bool:
    """Clarifications are short questions; answers are long and end with their sources."""
    if not history or history[-1].role != "assistant":
        return False
    last = history[-1].content
    return len(last) <= 160 and ("？" in last or "?" in last) and "依据" not in last
