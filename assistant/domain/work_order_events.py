"""What can happen to a work order (工单): one frozen payload per step, wrapped in who, when and why.

Payloads hold no personal data: an order's events are read by many, its appellant by few. Texts are masked before they
come here. Articles are those of 北京市接诉即办工作条例.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.domain.appeal import AppealType, DispatchMode, Urgency
from assistant.domain.time_limits import Limit


class Role(StrEnum):
    """Who acts. There is no role for software: nothing is dispatched, sent or closed but by a person."""

    APPELLANT = "appellant"
    """Whoever files an appeal on the web; without an account, known by number and code only."""
    SEAT_AGENT = "seat_agent"
    UNIT = "unit"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person. ``unit`` is the handling unit's id for ``Role.UNIT``."""

    id: str
    role: Role
    unit: str | None = None


class PauseReason(StrEnum):
    """Why a clock may stand still; anything else needs an extension."""

    AWAITING_APPELLANT = "等待诉求人补充材料"
    APPELLANT_ASKED = "诉求人要求暂缓"
    LEGAL_PROCEDURE = "依法进行鉴定、检测、公告等程序"
    FORCE_MAJEURE = "不可抗力"


class HandlingResult(StrEnum):
    SOLVED = "已解决"
    PARTLY = "部分解决"
    EXPLAINED = "已解释说明"
    UNSOLVABLE_NOW = "暂无法解决"


class Satisfaction(StrEnum):
    SATISFIED = "满意"
    BASICALLY = "基本满意"
    DISSATISFIED = "不满意"
    NOT_GIVEN = "未评价"


class ClosedBy(StrEnum):
    """How an order ended."""

    FOLLOW_UP = "回访办结"
    DIRECT_ANSWER = "直接答复"
    DIVERSION = "分流告知"
    UNREACHABLE = "多次回访未接通"
    HISTORY = "历史办结"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """受理 (Article 10). ``content`` is masked. ``repeat_of`` links an earlier order of the same appellant."""

    number: str
    title: str
    content: str
    type: AppealType
    category: str
    street: str | None
    received_at: datetime
    channel: str = "电话"
    urgency: Urgency = Urgency.NORMAL
    complex: bool = False
    confidential: bool = False
    place: str = ""
    appellant_key: str | None = None
    repeat_of: str | None = None
    labels: tuple[str, ...] = ()
    dispatch_limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class History:
    """An order that was handled elsewhere and is imported with how it ended."""

    acceptance: Acceptance
    lead: str | None = None
    lead_name: str = ""
    dispatched_at: datetime | None = None
    closed_at: datetime | None = None
    result: str = ""
    reply: str = ""
    contacted: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction = Satisfaction.NOT_GIVEN
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """直接答复 (Article 11 ¶1): answered at once from the knowledge base."""

    answer: str


@dataclass(frozen=True, slots=True)
class Diverted:
    """分流告知 (Article 11 (一)–(六)): not dispatched; ``rule`` is a row of ``diversion_rules.yaml``."""

    rule: str
    told: str


@dataclass(frozen=True, slots=True)
class Consultation:
    """派单会商 (Article 12 ¶2): units that were asked before a hard case is dispatched, and what they said."""

    units: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Dispatch:
    """派单 (Articles 11 ¶2, 12 ¶1, 13, 14). ``copies`` are informed, not charged. Mode and limits are filled in by rule."""

    lead: str
    co_units: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    advice: str = ""
    copies: tuple[str, ...] = ()
    mode: DispatchMode = DispatchMode.DIRECT
    transmitted: bool = False
    feedback_limit: Limit | None = None
    contact_limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class DispatchObjection:
    """退单 (Article 12 ¶3): the unit says that it is not its duty, and shows why."""

    grounds: str
    evidence: tuple[str, ...] = ()
    proposed_unit: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectionReview:
    """派单异议审核. Upheld: the order waits for a new dispatch. Rejected: it stays, and its clocks never stood still."""

    upheld: bool
    note: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """签收."""


@dataclass(frozen=True, slots=True)
class HandlingStart:
    """办理."""

    plan: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """联系诉求人 (Article 15)."""

    reached: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClockPause:
    ground: PauseReason


@dataclass(frozen=True, slots=True)
class ClockResumption:
    pass


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """延期申请 (Article 15): allowed only once the appellant has been told the reason."""

    days: int
    told_appellant: bool


@dataclass(frozen=True, slots=True)
class ExtensionReview:
    granted: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class SubTask:
    """协办 (Article 14): a part of the work for another unit, with its own clock."""

    task_id: str
    unit: str
    task: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class SubTaskReport:
    """The co-unit reports in time, or explains the stage (``done`` false)."""

    task_id: str
    note: str
    done: bool


@dataclass(frozen=True, slots=True)
class Whistle:
    """街乡吹哨 (Article 16): a 街乡 calls units to a joint task at a place and time."""

    whistle_id: str
    units: tuple[str, ...]
    place: str
    meet_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """部门报到."""

    whistle_id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class WhistleReview:
    """双向考评 (Article 33): the 街乡 grades an arrival, or a called unit grades the whistle; 1 to 5."""

    whistle_id: str
    about: str
    score: int


@dataclass(frozen=True, slots=True)
class StageReport:
    """阶段反馈: where the work stands (Article 14)."""

    note: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """A unit brings to the district, the city or a line ministry what it cannot solve (Article 20)."""

    to: str
    note: str


@dataclass(frozen=True, slots=True)
class Supervision:
    """督办."""

    note: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """反馈 to the appellant and to the hotline (Article 15). ``explanation``: why it cannot be solved now."""

    result: HandlingResult
    reply: str
    told_appellant: bool
    explanation: str = ""
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackReview:
    """审核. Not passed: back to handling, and the feedback clock counts as if it had never stopped."""

    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """回访 (Article 23): phone, SMS or web. Without a connection the three answers are ``None``.

    ``again_at``: when to try again after an unanswered attempt; filled in by rule where the person names no time.
    """

    channel: str
    connected: bool
    contacted: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction = Satisfaction.NOT_GIVEN
    opinion: str = ""
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """评价 (Article 8): the appellant answers the follow-up's questions on their own, by number and code."""

    contacted: bool
    solved: bool
    satisfaction: Satisfaction
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Closure:
    """办结. ``unsolved_approved``: a supervisor parks what cannot be solved now (暂无法解决)."""

    unsolved_approved: bool = False


@dataclass(frozen=True, slots=True)
class Reopening:
    """重新办理 with new clocks; the earlier rounds stay on record."""


@dataclass(frozen=True, slots=True)
class MergeInto:
    """并单: this order goes on under another one."""

    order_id: str


@dataclass(frozen=True, slots=True)
class MergeOf:
    """The other side of ``MergeInto``."""

    order_id: str


Change = (
    Acceptance
    | History
    | DirectAnswer
    | Diverted
    | Consultation
    | Dispatch
    | DispatchObjection
    | ObjectionReview
    | Receipt
    | HandlingStart
    | Contact
    | ClockPause
    | ClockResumption
    | ExtensionRequest
    | ExtensionReview
    | SubTask
    | SubTaskReport
    | Whistle
    | Arrival
    | WhistleReview
    | StageReport
    | Escalation
    | Supervision
    | Feedback
    | FeedbackReview
    | FollowUp
    | Rating
    | Closure
    | Reopening
    | MergeInto
    | MergeOf
)


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """Who did what when and why. ``sequence`` counts from 1 without gaps; ``at`` never goes back within an order."""

    sequence: int
    at: datetime
    actor: Actor
    reason: str
    change: Change
