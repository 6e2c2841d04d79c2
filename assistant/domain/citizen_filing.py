"""An appeal that a citizen files alone (Articles 8 and 10): what is still to ask, and the order form it becomes.

The triage proposes; nothing of it but what concerns the citizen leaves this module: no units, no probabilities, no other orders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from assistant.domain.appeal import AppealType, Handling, Intake, Triage, TriageReport, Urgency

CHANNEL = "网络"
CALL_BACK = "转人工"
SEVERAL = "多诉求"
LABELS = {"where": "地点", "object": "反映对象", "when": "发生时间", "demand": "诉求人要求"}
CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Filing:
    """What the citizen wrote. ``answers`` maps a field that was asked for to the answer; an empty one was passed over."""

    text: str
    answers: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""

    def intake(self, now: datetime) -> Intake:
        where, phone = self.answers.get("where") or None, self.phone or None
        return Intake(self.told, now, CHANNEL, address=where, phone=phone, sees_past=False)

    @property
    def told(self) -> str:
        """One text: an answer alone (昨天) says little without what it answers."""
        said = [f"{LABELS[name]}：{self.answers[name]}" for name in LABELS if self.answers.get(name, "").strip()]
        return "。\n".join([self.text.strip().rstrip("。"), *said])


class AdviceKind(StrEnum):
    EMERGENCY = "emergency"
    ROUTE = "route"
    ANSWERABLE = "answerable"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to tell before filing. ``text`` is empty where the ending ``status`` of ``answer_statuses.yaml`` has the words."""

    kind: AdviceKind
    status: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FilingState:
    """How far the appeal is: ``missing`` are (field, question) still to ask, in order."""

    title: str
    type: AppealType
    category: str
    place: str
    street: str | None
    urgency: Urgency
    missing: tuple[tuple[str, str], ...]
    advice: Advice | None
    labels: tuple[str, ...]


def filing_state(filing: Filing, report: TriageReport) -> FilingState:
    """The first demand that goes to a unit leads: one appeal of a citizen is one order, and the seat may split it.

    Raises ``ValueError`` for a report without any triage.
    """
    if not report.triages:
        raise ValueError("a report without a triage has nothing to file")
    urgent = next((item for item in report.triages if _handling(item) is Handling.TRANSFER), None)
    leading = urgent or next((t for t in report.triages if _handling(t) is Handling.DISPATCH), report.triages[0])
    place = leading.place
    return FilingState(
        title=leading.title,
        type=AppealType(leading.type.label),
        category=leading.category.label,
        place=filing.answers.get("where", "").strip() or (place.community or place.text if place else ""),
        street=place.street_id if place else None,
        urgency=Urgency(leading.urgency.label),
        missing=_missing(filing, leading),
        advice=_advice(leading),
        labels=(SEVERAL,) if len(report.triages) > 1 else (),
    )


def _handling(triage: Triage) -> Handling | None:
    return triage.decision.handling if triage.decision else None


def _missing(filing: Filing, triage: Triage) -> tuple[tuple[str, str], ...]:
    """A phone number is asked for by its own field; what was answered or passed over is not asked again."""
    return tuple(
        (name, question)
        for name, question in triage.extraction.missing
        if name != CONTACT and name in LABELS and name not in filing.answers
    )


def _advice(triage: Triage) -> Advice | None:
    """In an emergency the rule's words are the agent's (我为您转119): the citizen is told to call."""
    handling, diversion = _handling(triage), triage.diversion
    if handling is Handling.TRANSFER:
        return Advice(AdviceKind.EMERGENCY, diversion.status if diversion else "handover_emergency")
    if diversion is not None:
        return Advice(AdviceKind.ROUTE, diversion.status, diversion.tell)
    return Advice(AdviceKind.ANSWERABLE) if handling is Handling.ANSWER else None


def called_back(state: FilingState) -> FilingState:
    """The citizen wants to speak to a person: the seat sees that first."""
    return replace(state, labels=(CALL_BACK, *state.labels))
