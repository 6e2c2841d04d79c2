"""Frozen contracts of the stages: each stage consumes some of these types and produces one.

Text offsets are character offsets; times are seconds; ``as_of`` is a calendar day in Asia/Shanghai.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from assistant.domain.pii_kinds import PiiKind as PiiKind
from assistant.domain.pii_kinds import PiiSpan as PiiSpan
from retrieval.contracts import Passage

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One question (咨询, ``Inquiry``) with what was said before it."""

    question: str
    as_of: date
    history: tuple[Message, ...] = ()
    region: str | None = None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The day and the place an answer must hold for. Carries none of the citizen's words, so any stage may take it."""

    as_of: date
    region: str | None = None
    asked_at_s: float | None = field(default=None, compare=False)
    """By the event loop's clock: a citizen waits from here on, not from the stage that is running."""


@dataclass(frozen=True, slots=True)
class RedactedText:
    """Text safe for models, logs and embeddings; ``history`` is masked with the same token numbering."""

    text: str
    spans: tuple[PiiSpan, ...] = ()
    history: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreenedText:
    """Text that no guard stopped. ``notes`` name weaker signals for the audit (e.g. invisible characters removed)."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """The question with what it borrows from the conversation filled in. ``original`` is as asked (masked).

    ``matter`` is the text to search and match by: without the home region's own name, which every document shares,
    and in official words where the city pack knows them.
    """

    text: str
    original: str
    carried_over: tuple[str, ...] = ()
    matter: str = ""

    @property
    def sought(self) -> str:
        return self.matter or self.text


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """Where the question goes: a label of ``policy_corpus/catalogue/routing_labels.yaml``, with the reason."""

    label: str
    confidence: float
    reason: str = ""
    lacking: float = -math.inf
    """Log-odds that the question lacks what decides its answer."""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """What the citizen has not said and the answer depends on, as one short ``question``; empty: nothing.

    ``offered`` below an answer, asked ``instead`` of a refusal. ``options``: replies to choose from.
    """

    question: str = ""
    options: tuple[str, ...] = ()
    offered: bool = False
    instead: bool = True


@dataclass(frozen=True, slots=True)
class EvidencePassage:
    """A passage under the only name a composer may cite: ``P1`` … ``Pn``.

    ``hit``: found by the search itself, not brought along by a neighbour.
    """

    token: str
    passage: Passage
    score: float
    hit: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the answer may rest on. ``answerability`` in [0, 1] is calibrated (see docs/quality.md)."""

    passages: tuple[EvidencePassage, ...]
    answerability: float
    as_of: date
    degraded: tuple[str, ...] = ()


class ComposerKind(StrEnum):
    EXTRACTIVE = "extractive"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of a draft with the passage tokens it cites (without brackets).

    ``verbatim`` sentences are quotations; ``basis`` is the legal basis that the quoted text itself names.
    """

    text: str
    tokens: tuple[str, ...]
    verbatim: bool = False
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    sentences: tuple[DraftSentence, ...]
    composer: ComposerKind
    model: str | None = None
    prompt: str | None = None
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause in force, ready to show. ``number`` is 1-based by first use; ``quote`` occurs in the passage."""

    number: int
    passage_id: str
    document_id: str
    title: str
    clause: str
    path: tuple[str, ...]
    document_number: str | None
    issuer: str | None
    effective_from: date | None
    repealed_on: date | None
    quote: str
    basis: tuple[str, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence with the numbers of its citations; ``verbatim`` when it is a quotation (摘录)."""

    text: str
    citations: tuple[int, ...]
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class CitedAnswer:
    sentences: tuple[CitedSentence, ...]
    citations: tuple[Citation, ...]
    composer: ComposerKind
    model: str | None = None
    prompt: str | None = None
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """An answer in which every sentence is supported; ``removed`` holds what failed the check, for the audit."""

    sentences: tuple[CitedSentence, ...]
    citations: tuple[Citation, ...]
    composer: ComposerKind
    removed: tuple[str, ...] = ()
    model: str | None = None
    prompt: str | None = None
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageTrace:
    stage: str
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class NearestDocument:
    document_id: str
    title: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """How a turn ended: a status of the closed list ``assistant/answer_statuses.yaml`` and what the user sees."""

    status: str
    text: str
    sentences: tuple[CitedSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    composer: ComposerKind | None = None
    label: str = ""
    statement: str = ""
    """服务声明: what the service is and is not, and how to reach a person."""
    model: str | None = None
    prompt: str | None = None
    nearest: tuple[NearestDocument, ...] = ()
    degraded: tuple[str, ...] = ()
    trace: tuple[StageTrace, ...] = ()
    answerability: float | None = None
    redacted_question: str = ""
    evidence: tuple[EvidencePassage, ...] = ()
    removed: tuple[str, ...] = ()
    ask: OpenPoint | None = None
    """What is asked back: instead of an answer (``clarification``), or below one."""
    extras: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage begins; ``stage`` is its name in ``assistant/flows/answer_inquiry.py``."""

    stage: str


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """A sentence that is cited and checked, safe to show now. ``citations`` are the ones it uses for the first time.

    ``delta`` is the exact text to append: all deltas of a turn, the last one included, concatenate to its ``text``.
    """

    sentence: CitedSentence
    citations: tuple[Citation, ...]
    delta: str


@dataclass(frozen=True, slots=True)
class AnswerFinished:
    """Always the last event. ``delta`` is what of ``outcome.text`` no sentence has shown yet."""

    outcome: TurnOutcome
    delta: str


AnswerEvent = StageStarted | SentenceReady | AnswerFinished
