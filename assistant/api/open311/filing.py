"""A service request becomes an order (受理); a person dispatches it."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.api.open311.asking import Filing
from assistant.api.state import ApiState
from assistant.desks.orders import OrderForm
from assistant.domain.appeal import Intake, Triage, Urgency
from assistant.domain.catalogue import SEPARATOR

CHANNEL = "Open311"
EMERGENCY = "handover_emergency"


def order_form(filing: Filing, triage: Triage | None) -> OrderForm:
    """The title is the service's name: cutting one out of the description could cut through a phone number."""
    proposed = triage.place.street_id if triage and triage.place else None
    return OrderForm(
        title=filing.category.rsplit(SEPARATOR, 1)[-1],
        content=filing.description,
        type=filing.type,
        category=filing.category,
        street=filing.street or proposed,
        place=filing.place,
        channel=CHANNEL,
        urgency=Urgency.EMERGENCY if in_danger(triage) else Urgency(triage.urgency.label) if triage else Urgency.NORMAL,
        confidential=filing.confidential,
        name=filing.name,
        phone=filing.phone,
        address=filing.place,
        original=filing.original,
    )


def in_danger(triage: Triage | None) -> bool:
    return bool(triage and triage.diversion and triage.diversion.status == EMERGENCY)


def notice(number: str, code: str, triage: Triage | None) -> str:
    said = f"已受理，工单编号 {number}，查询码 {code}（只告知一次）。"
    if triage and triage.diversion and in_danger(triage):
        return f"{triage.diversion.tell or '情况紧急，请立即拨打110、119、120或122。'} {said}"
    return said


async def triaged(state: ApiState, filing: Filing) -> Triage | None:
    """Of several demands the first in danger, else the first. Without a triage the order is opened all the same."""
    told = f"{filing.description}。{filing.place}"
    report = await state.container.triage.triage_appeal(
        Intake(told, datetime.now(UTC), CHANNEL, phone=filing.phone or None, sees_past=False)
    )
    return next((one for one in report.triages if in_danger(one)), report.triages[0] if report.triages else None)
