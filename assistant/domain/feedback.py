"""What people made of what the assistant proposed: taken, changed, turned down, and why (conventions C5, C13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.domain.edit_distance import edit_distance


class FeedbackKind(StrEnum):
    ANSWER = "answer"
    SUGGESTION = "suggestion"
    DRAFT = "draft"


class Verdict(StrEnum):
    """``UP`` and ``DOWN`` are thumbs: an opinion without a use."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    UP = "up"
    DOWN = "down"


SUGGESTED_PARTS = ("type", "category", "unit", "street", "urgency", "title", "content")
"""What of a triage a person may correct."""
LEARNED_PARTS = ("type", "category", "unit")


class FeedbackRefused(Exception):  # noqa: N818 - an answer to a person
    """``code`` is stable; ``detail`` is Chinese and says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person says of a proposal. ``subject`` is the id of the answer, triage or draft."""

    kind: FeedbackKind
    subject: str
    verdict: Verdict
    part: str = ""
    question: str = ""
    proposed: str = ""
    final: str = ""
    reason: str = ""
    order_id: str | None = None
    model: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback(Opinion):
    """As it is kept: texts are masked. ``distance`` is in characters from ``proposed`` to ``final``, ``length`` that
    of the proposal; ``distance`` is ``None`` where nothing was used.
    """

    id: str
    at: datetime
    distance: int | None = None
    length: int = 0
    actor: str = ""
    role: str = ""
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A proposal or dispatch that a person set right. ``instead`` is ``None`` while nobody has said what is right.

    ``source``: ``objection`` (an upheld 派单异议, Article 12) or ``person`` (a suggestion that was changed).
    """

    at: datetime
    source: str
    part: str
    wrong: str
    instead: str | None
    title: str = ""
    content: str = ""
    category: str = ""
    street: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class FeedbackCounts:
    """``changed`` and ``length``: characters changed in, and characters of, the proposals that were used."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    up: int = 0
    down: int = 0
    changed: int = 0
    length: int = 0

    @property
    def used(self) -> int:
        return self.accepted + self.edited

    @property
    def adoption(self) -> float | None:
        """Share of the decided proposals that were used, changed or not, in [0, 1]."""
        decided = self.used + self.rejected
        return self.used / decided if decided else None

    @property
    def edit_rate(self) -> float | None:
        """Characters changed per character proposed, over the proposals that were used."""
        return self.changed / self.length if self.length else None

    def __add__(self, other: FeedbackCounts) -> FeedbackCounts:
        pairs = zip(self.numbers, other.numbers, strict=True)
        return FeedbackCounts(*(ours + theirs for ours, theirs in pairs))

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.accepted, self.edited, self.rejected, self.up, self.down, self.changed, self.length)


def settled(verdict: Verdict, proposed: str, final: str, reason: str) -> tuple[Verdict, str, int | None]:
    """Verdict, final text and distance as they are to be kept: a text counts as edited only where it differs.

    Raises ``FeedbackRefused``: text_missing, reason_missing.
    """
    if verdict in (Verdict.UP, Verdict.DOWN):
        return verdict, "", None
    if verdict is Verdict.REJECTED:
        if not reason.strip():
            raise FeedbackRefused("reason_missing", "不采用请写明原因，便于改进。")
        return verdict, final, None
    used = final if verdict is Verdict.EDITED else proposed
    if not proposed.strip() or not used.strip():
        raise FeedbackRefused("text_missing", "请给出建议的内容和最后采用的内容。")
    distance = edit_distance(proposed, used)
    return (Verdict.EDITED if distance else Verdict.ACCEPTED), used, distance
