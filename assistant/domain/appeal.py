"""The words of an appeal (诉求) and of its triage: what a citizen brought, and what we propose a person should do with it.

Confidences are probabilities in [0, 1]. Spans are character offsets into ``Appeal.text``. Everything here is a proposal:
a person confirms it (design: people decide).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assistant.domain.repeat_caller import UNKNOWN_CALLER, RepeatCaller


class AppealType(StrEnum):
    """诉求类型, ordinance Article 2, plus 表扬 and 其他 as hotlines use them."""

    INQUIRY = "咨询"
    HELP = "求助"
    COMPLAINT = "投诉"
    REPORT = "举报"
    SUGGESTION = "建议"
    PRAISE = "表扬"
    OTHER = "其他"


class Urgency(StrEnum):
    EMERGENCY = "紧急"
    URGENT = "加急"
    NORMAL = "一般"


class DispatchMode(StrEnum):
    """Ordinance Article 12 ¶1."""

    DIRECT = "direct"
    DIRECT_WITH_DISTRICT_COPY = "direct_with_district_copy"
    DISTRICT_COORDINATION = "district_coordination"


class Handling(StrEnum):
    """What Article 11 has done with an appeal."""

    TRANSFER = "立即转接"
    TELL = "告知途径"
    ANSWER = "直接答复"
    DISPATCH = "派单"


class Relation(StrEnum):
    """How an earlier order relates to this appeal."""

    OWN_REPEAT = "own_repeat"
    SAME_EVENT = "same_event"
    PRECEDENT = "precedent"


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn of a call transcript; ``speaker`` is ``citizen`` or ``seat_agent``."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What the citizen brought, unmasked. Only ``redact_appeal`` sees it; ``phone`` leaves it as an opaque hash.

    ``sees_past``: who asks works at the hotline. Anybody else could name another's number and learn of that person's orders, so
    nothing of the past is looked at for them.
    """

    text: str
    received_at: datetime
    channel: str = "电话"
    transcript: tuple[Utterance, ...] = ()
    address: str | None = None
    phone: str | None = None
    sees_past: bool = True


@dataclass(frozen=True, slots=True)
class Appeal:
    """What came in. ``text`` is masked; ``appellant_key`` is an opaque hash of the contact, for own repeats only.

    ``context`` is the whole call when ``text`` is one of its demands: a place is often said only once.
    """

    text: str
    received_at: datetime
    channel: str = "电话"
    transcript: tuple[Utterance, ...] = ()
    address: str | None = None
    appellant_key: str | None = None
    context: str = ""
    sees_past: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """One label with how sure we are, why, and what else it could be (best first, without the label itself)."""

    label: str
    confidence: float
    reason: str = ""
    spans: tuple[Span, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened. ``street_id`` is a unit id of the catalogue (one of the 43 街乡) when known.

    ``alternatives`` are (unit id, confidence) of other 街乡 that the words fit; ``question`` is what to ask back then.
    """

    text: str
    district: str | None = None
    street_id: str | None = None
    street: str | None = None
    community: str | None = None
    detail: str | None = None
    confidence: float = 0.0
    reason: str = ""
    spans: tuple[Span, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One extracted field of the order form and where it was said.

    ``normal`` is the value in a form that machines compare: an ISO 8601 time or interval for ``when``, else empty.
    """

    value: str
    confidence: float
    spans: tuple[Span, ...] = ()
    normal: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Ordinance Article 10: what the order needs. ``missing`` holds (field, question to ask next) in asking order."""

    who: Found | None = None
    what: Found | None = None
    where: Found | None = None
    when: Found | None = None
    object: Found | None = None
    demand: Found | None = None
    contact: Found | None = None
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Diversion:
    """Ordinance Article 11: not dispatched; ``rule_id`` is a row of ``diversion_rules.yaml``."""

    rule_id: str
    item: str
    status: str
    tell: str
    confidence: float
    reason: str
    spans: tuple[Span, ...] = ()
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiversionCheck:
    """``diversion`` when a rule fits; ``suspected`` is a rule whose sign is there but which needs proof (an own order)."""

    diversion: Diversion | None = None
    suspected: tuple[Diversion, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    type: Judgement
    category: Judgement
    urgency: Judgement
    seven_five: str = ""
    instability: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Article 11: how the appeal goes on, and the diversion in force when it is not dispatched."""

    handling: Handling
    reason: str
    diversion: Diversion | None = None


@dataclass(frozen=True, slots=True)
class SimilarOrder:
    order_id: str
    relation: Relation
    score: float
    title: str
    reason: str
    unit: str | None = None
    outcome: str = ""
    number: str = ""
    state: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SimilarOrders:
    """Best first; empty where no history is kept."""

    orders: tuple[SimilarOrder, ...] = ()
    caller: RepeatCaller = UNKNOWN_CALLER

    def of(self, relation: Relation) -> tuple[SimilarOrder, ...]:
        return tuple(order for order in self.orders if order.relation is relation)


@dataclass(frozen=True, slots=True)
class UnitSuggestion:
    """A handling unit with the reasons for it. ``probability`` is calibrated on held-back orders."""

    unit_id: str
    name: str
    probability: float
    dispatch_entry: str | None = None
    basis: tuple[str, ...] = ()
    precedents: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRanking:
    """At most three suggestions. ``one_click`` only where precision on held-back orders is at least 0.95.

    ``consult`` names the units to ask before dispatch in a hard case (Article 12 ¶2); ``escalation`` who guides from above
    (Article 20). Both are unit ids.
    """

    suggestions: tuple[UnitSuggestion, ...]
    mode: DispatchMode
    co_units: tuple[str, ...] = ()
    one_click: bool = False
    consult: tuple[str, ...] = ()
    escalation: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class WorkOrderDraft:
    """Title and content of the order to be. ``completeness`` is the share of Article 10's fields that are known."""

    title: str
    content: str
    completeness: float
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    """The proposal for one demand of an appeal; an appeal with several demands gives several."""

    demand: str
    extraction: Extraction
    type: Judgement
    category: Judgement
    urgency: Judgement
    seven_five: str
    instability: tuple[str, ...]
    place: Place | None
    diversion: Diversion | None
    similar: tuple[SimilarOrder, ...]
    units: UnitRanking | None
    title: str = ""
    content: str = ""
    completeness: float = 0.0
    decision: Decision | None = None
    caller: RepeatCaller = UNKNOWN_CALLER
    trace: tuple[tuple[str, float], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class TriageReport:
    """One triage per demand of the call; ``error`` names the ending when a stage failed (a person takes over)."""

    text: str
    triages: tuple[Triage, ...]
    error: str = ""
