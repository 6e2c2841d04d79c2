"""Titles of orders: a list shows them, so they are short and end where a clause does."""

from __future__ import annotations

MAX_TITLE = 40


def whole_clauses(text: str) -> str:
    """At most ``MAX_TITLE`` characters: whole clauses as far as they fit, since half a clause (我电…) says nothing.

    Of text that somebody else wrote pass the masked words: a cut could leave half a phone number that no longer looks like one.
    """
    if len(text) <= MAX_TITLE:
        return text
    end = max(text.rfind(mark, MAX_TITLE // 2, MAX_TITLE + 1) for mark in "，,。；;！!？?")
    return text[:end] if end > 0 else text[: MAX_TITLE - 1] + "…"
