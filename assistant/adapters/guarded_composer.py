"""A composer whose sentences never give the assistant or its reader the orders of a document (hazards A2, 26)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from assistant.contracts import ComposerKind, DraftSentence, Evidence, StandaloneQuestion
from assistant.ports.answering import Composer


class GuardedComposer:
    """Leaves out what ``gives_orders`` finds, quotations too: a poisoned document that slipped in is not recited.

    Raises what the composer inside raises; closing the iterator closes that one's.
    """

    def __init__(self, inner: Composer, gives_orders: Callable[[str], bool]) -> None:
        self._inner, self._gives_orders = inner, gives_orders

    @property
    def kind(self) -> ComposerKind:
        return self._inner.kind

    @property
    def model(self) -> str | None:
        return self._inner.model

    @property
    def prompt(self) -> str | None:
        return self._inner.prompt

    async def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncGenerator[DraftSentence]:
        drafts = aclosing(self._inner.compose(question, evidence))
        async with drafts as sentences:
            async for sentence in sentences:
                if not self._gives_orders(sentence.text):
                    yield sentence
