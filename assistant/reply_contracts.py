"""Contracts of the stages of ``draft_reply``."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.contracts import Citation, ComposerKind, StageTrace
from assistant.domain.reply_draft import CaseFact, PastReply, ReplyPart, ReplySentence


@dataclass(frozen=True, slots=True)
class DraftedReply:
    """What a composer wrote; ``degraded`` says why a model did not."""

    sentences: tuple[ReplySentence, ...]
    composer: ComposerKind
    model: str | None = None
    prompt: str | None = None
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """``citations`` are numbers of the reply's citations, ``facts`` tokens of the case's facts. ``gap``: to be filled in."""

    text: str
    citations: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()
    gap: bool = False


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """Every sentence is a set phrase, supported by what it cites, or a gap. ``removed`` holds what failed, for the audit."""

    parts: tuple[tuple[ReplyPart, tuple[CheckedSentence, ...]], ...]
    citations: tuple[Citation, ...]
    composer: ComposerKind
    removed: tuple[str, ...] = ()
    model: str | None = None
    prompt: str | None = None
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyOutcome:
    """A draft as people see it. ``error`` names the ending where a stage failed; then there is no draft.

    ``text`` is what may be taken over; ``label`` marks it as drafted by a machine and stays with it until a person has
    taken it over (GB 45438-2025).
    """

    text: str = ""
    parts: tuple[tuple[ReplyPart, tuple[CheckedSentence, ...]], ...] = ()
    citations: tuple[Citation, ...] = ()
    facts: tuple[CaseFact, ...] = ()
    past: tuple[PastReply, ...] = ()
    gaps: int = 0
    label: str = ""
    notices: tuple[str, ...] = ()
    composer: ComposerKind | None = None
    model: str | None = None
    prompt: str | None = None
    degraded: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    trace: tuple[StageTrace, ...] = ()
    error: str = ""
