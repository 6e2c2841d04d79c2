"""The words of a written reply to an appellant (办理答复) while it is a draft; a person completes and sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import OrderEvent

GAP = "【待填写"
"""Opens a placeholder: what nobody has recorded is asked for, never made up."""


class ReplyPart(StrEnum):
    """In the order in which a reply has them."""

    GREETING = "开头"
    FOUND = "核查情况"
    DONE = "办理情况"
    BASIS = "办理依据"
    NEXT = "下一步安排"
    CONTACT = "联系方式"


WRITTEN = (ReplyPart.FOUND, ReplyPart.DONE, ReplyPart.BASIS, ReplyPart.NEXT)
"""Parts that a composer writes; the others are set phrases."""


@dataclass(frozen=True, slots=True)
class ReplyCase:
    """What a reply is drafted from. ``note``: what the unit found, in its words, masked. ``contact``: whom to call.

    ``unit_names`` are names by unit id; ``due`` is when the feedback is due.
    """

    order: WorkOrder
    events: tuple[OrderEvent, ...]
    as_of: date
    note: str = ""
    contact: str = ""
    due: datetime | None = None
    unit_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        lead = self.order.lead or ""
        return self.unit_names.get(lead, self.order.lead_name or lead)


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One sentence that the order's log or the unit's note states, under the only name a composer may cite.

    ``part`` is where it belongs; ``None``: background that is not told by itself.
    """

    token: str
    text: str
    part: ReplyPart | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    facts: tuple[CaseFact, ...] = ()

    def of(self, part: ReplyPart) -> tuple[CaseFact, ...]:
        return tuple(fact for fact in self.facts if fact.part is part)


@dataclass(frozen=True, slots=True)
class PastReply:
    """A reply to a like matter that satisfied its appellant: an example of wording, never a source of facts."""

    order_id: str
    number: str
    title: str
    reply: str


@dataclass(frozen=True, slots=True)
class PastReplies:
    replies: tuple[PastReply, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """``tokens`` name facts (F1) and passages (P1). ``verbatim``: words of its source. ``basis`` as in ``DraftSentence``."""

    part: ReplyPart
    text: str
    tokens: tuple[str, ...] = ()
    verbatim: bool = False
    basis: tuple[str, ...] = ()
