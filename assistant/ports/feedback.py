"""The ports to drafts of replies, to what people made of proposals, and to what they corrected. All calls block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.feedback import Correction, Feedback, FeedbackCounts, FeedbackKind, Verdict
from assistant.domain.work_order_events import Actor
from assistant.ports.requests import Reply


class DraftDecided(Exception):  # noqa: N818 - an answer: somebody has decided on the draft before
    """Nothing was written."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it was shown. ``body`` is JSON; ``text`` what may be taken over; ``verdict`` ``None`` until decided."""

    id: str
    order_id: str
    at: datetime
    actor: Actor
    body: str
    text: str
    verdict: Verdict | None = None
    final: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedbackQuery:
    """Oldest first; ``first`` inclusive, ``before`` exclusive; ``after`` is a row's ``id``."""

    first: datetime
    before: datetime
    kind: FeedbackKind | None = None
    verdict: Verdict | None = None
    after: str | None = None
    limit: int = 100


class FeedbackBook(Protocol):
    """Every method raises ``StoreUnavailable``."""

    def add(self, items: Sequence[Feedback], corrections: Sequence[Correction] = (), reply: Reply = None) -> None: ...
    def counts(self, first: datetime, before: datetime) -> dict[tuple[FeedbackKind, str], FeedbackCounts]:
        """By kind and part, over ``first`` inclusive to ``before`` exclusive."""
        ...

    def rows(self, query: FeedbackQuery) -> list[Feedback]: ...


class DraftBook(Protocol):
    """Every method raises ``StoreUnavailable``."""

    def keep(self, draft: StoredDraft, reply: Reply = None) -> None: ...
    def draft(self, draft_id: str) -> StoredDraft | None: ...
    def drafts_of(self, order_id: str) -> list[StoredDraft]:
        """Latest first."""
        ...

    def decide(self, draft: StoredDraft, feedback: Feedback, reply: Reply = None) -> None:
        """Keeps the decision and the feedback together. Raises ``DraftDecided``."""
        ...


class CorrectionBook(Protocol):
    """Every method raises ``StoreUnavailable``."""

    def corrections(self) -> list[Correction]:
        """All of them, oldest first."""
        ...

    def corrections_mark(self) -> str:
        """Changes when ``corrections`` does; cheap."""
        ...
