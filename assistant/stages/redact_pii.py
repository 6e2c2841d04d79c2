"""Stage ``redact_pii``: personal data leaves the text before anything stores, embeds or sends it."""

from __future__ import annotations

from assistant.contracts import Message, RedactedText, Turn
from assistant.domain.pii import TokenNumbering, redact


async def redact_pii(turn: Turn) -> RedactedText:
    """History first, so that a token keeps its number through the conversation."""
    numbering = TokenNumbering()
    history = tuple(_redacted(message, numbering) for message in turn.history)
    text, spans = redact(turn.question, numbering)
    return RedactedText(text, spans, history)


def _redacted(message: Message, numbering: TokenNumbering) -> Message:
    """An answer quotes offices, whose landlines must stay readable."""
    return Message(message.role, redact(message.content, numbering, by_citizen=message.role == "user")[0])
