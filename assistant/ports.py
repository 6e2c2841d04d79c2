"""Protocols the stages need; adapters live in ``assistant.adapters``, one file per outside thing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from assistant.contracts import AnswerEvent, ComposerKind, DraftSentence, Evidence, Message, StandaloneQuestion
from assistant.domain.appeal import Appeal, Judgement, Place, SimilarOrder
from assistant.domain.correction_memory import UnitLesson
from assistant.domain.rate_limit import RateDecision
from assistant.domain.said_places import PlaceWords
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


class AuditLog(Protocol):
    async def append(self, event: str, payload: dict[str, Any]) -> None: ...


class RateLimiter(Protocol):
    async def admit(self, key: str) -> RateDecision:
        """Counts one request of ``key``, which is opaque and never holds personal data."""
        ...


class SessionStore(Protocol):
    async def history(self, conversation_id: str) -> tuple[Message, ...]: ...

    async def append(self, conversation_id: str, *messages: Message) -> None: ...


@dataclass(frozen=True, slots=True)
class Readiness:
    """State of one dependency; ``detail`` is a short fixed phrase, never an address or a secret."""

    ok: bool
    detail: str = ""


class ReadinessCheck(Protocol):
    """Asked by ``/readyz``. A dependency that is not ``required`` only degrades the service."""

    @property
    def required(self) -> bool: ...

    async def check(self) -> Readiness: ...


class OrderHistory(Protocol):
    """Past orders of the city: own repeats, the same event by others, solved precedents."""

    async def similar(self, appeal: Appeal, category: Judgement, place: Place, limit: int) -> tuple[SimilarOrder, ...]:
        """Best first, at most ``limit``. Empty where nothing is like it."""
        ...

    def received(self, appellant_key: str) -> Sequence[datetime]:
        """When the orders of one appellant came in, in any order, of what is known by now. Never waits."""
        ...


class CategoryModel(Protocol):
    """Learned from a city's own orders; labels are category names of that history."""

    def scores(self, text: str) -> Sequence[tuple[str, float]]:
        """(category, probability), best first."""
        ...


class UnitRouter(Protocol):
    """Learned from a city's own orders and from what people corrected."""

    def rank(self, text: str, category: str, street_id: str | None) -> Sequence[tuple[str, float]]:
        """(unit id, calibrated probability), best first; ids are those of the catalogue."""
        ...


class FieldFiller(Protocol):
    """Names the words of a masked appeal for fields that rules left open; what it gives is checked by who asks."""

    async def fill(self, text: str, fields: Sequence[str]) -> Mapping[str, str]:
        """Field to words, of the ``fields`` asked for only. Raises ``ChatModelError``."""
        ...


class PlaceTagger(Protocol):
    """Finds the words that say where in a masked sentence, also for places that no gazetteer holds."""

    def words(self, text: str) -> Sequence[PlaceWords]:
        """In reading order, without overlaps."""
        ...


class UnitLessons(Protocol):
    """What upheld objections and people's corrections teach of an appeal at once, before any model is learned anew."""

    def recall(self, text: str, category: str, street: str | None, now: datetime) -> Sequence[UnitLesson]:
        """One per wrong unit, strongest first. Never waits for a database."""
        ...
