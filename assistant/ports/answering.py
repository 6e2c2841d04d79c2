"""What answering a question needs from outside: the search, a composer, a chat model, the conversation so far."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.contracts import AnswerEvent, ComposerKind, DraftSentence, Evidence, Message, StandaloneQuestion
from retrieval.contracts import Passage, SearchQuery, SearchResult


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a chat model. ``schema`` asks for JSON that validates against it; ``timeout_s`` bounds the call."""

    system: str
    messages: tuple[Message, ...]
    max_tokens: int = 1024
    temperature: float = 0.0
    schema: dict[str, Any] | None = None
    timeout_s: float = 30.0
    first_token_timeout_s: float = 4.0


class ChatModelError(Exception):
    """The model did not give a usable reply; ``reason`` is one of a closed set used in traces and metrics.

    Reasons: unreachable, timeout, rate_limited, too_long, rejected, garbled, cut.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class ComposerDeclined(Exception):  # noqa: N818 - not an error: an honest answer of the composer
    """The composer says that the evidence does not answer the question."""


class ChatModel(Protocol):
    @property
    def name(self) -> str: ...

    def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        """Text pieces as they arrive. Raises ``ChatModelError``; closing the iterator aborts the call upstream."""
        ...


class PassageSearch(Protocol):
    async def search(self, query: SearchQuery) -> SearchResult: ...

    async def neighbours(self, passage: Passage) -> tuple[Passage, ...]:
        """All passages of the same article or guide section, in document order; empty when unknown."""
        ...


class Composer(Protocol):
    """Writes an answer from evidence, sentence by sentence; cites by token only."""

    @property
    def kind(self) -> ComposerKind: ...

    @property
    def model(self) -> str | None: ...

    @property
    def prompt(self) -> str | None:
        """The released prompt, e.g. ``compose_answer@v1#3f2a…``; ``None`` where none is used."""
        ...

    def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncGenerator[DraftSentence]:
        """Raises ``ChatModelError``, ``ComposerDeclined``; closing the iterator stops the work behind it."""
        ...


class AnswerListener(Protocol):
    """Hears the events of a turn while it runs. Slow listeners slow the answer; raising aborts it."""

    async def __call__(self, event: AnswerEvent, /) -> None: ...


class SessionStore(Protocol):
    async def history(self, conversation_id: str) -> tuple[Message, ...]: ...

    async def append(self, conversation_id: str, *messages: Message) -> None: ...
