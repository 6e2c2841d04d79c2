"""From a citizen's words to an order in the seats' queue; the pages without script and ``/v1/citizen`` share this."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from assistant.api.answering import record
from assistant.api.appeals.endpoints import audit_payload
from assistant.api.citizen.schemas import AdviceView, FiledView, FilingView, MissingView
from assistant.api.middleware.hosts import is_cross_site
from assistant.api.problems import Problem
from assistant.api.state import ApiState
from assistant.api.work_orders.working import at_the_desk
from assistant.desks.once import RepeatedRequest
from assistant.desks.orders import OrderForm
from assistant.domain.appeal import Urgency
from assistant.domain.citizen_filing import CHANNEL, Advice, AdviceKind, Filing, FilingState, called_back, filing_state
from assistant.domain.order_progress import code_for
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Actor, Role
from assistant.ports.requests import Request as Asked
from assistant.ports.requests import StoredReply

STATEMENT = "登记后由坐席核对并派给有关单位办理；系统不会自动派单。"
EMERGENCY_NUMBERS = ["110", "119", "120", "122"]
APPELLANT = Actor("citizen", Role.APPELLANT)


@dataclass(frozen=True, slots=True)
class Contact:
    """How the handling unit reaches the appellant. ``call_back``: they would rather speak to a person."""

    phone: str
    name: str = ""
    confidential: bool = False
    call_back: bool = False


def refuse_other_sites(request: Request) -> None:
    """What a visitor of another site has their browser send is not what they wrote here. Raises ``Problem`` 403."""
    if is_cross_site(request.scope):
        raise Problem(403, "cross_site_request", "请在热线的页面或者嵌入的窗口中提交。")


async def admit(state: ApiState, request: Request, what: str) -> None:
    """Filing and trying codes are counted apart from reading. Raises ``Problem`` 429."""
    decision = await state.container.filings.admit(f"{what}:{request.scope['hotline.principal']}")
    if not decision.allowed:
        wait = max(1, math.ceil(decision.retry_after_s))
        detail = f"提交过于频繁，请在 {wait} 秒后再试；急事请拨打12345。"
        raise Problem(429, "rate_limited", detail, headers={"retry-after": str(wait)}, retry_after_s=wait)


async def look_at(state: ApiState, filing: Filing) -> FilingState:
    """Raises ``Problem`` with the ending's own status where the triage failed."""
    report = await state.container.triage.triage_appeal(filing.intake(datetime.now(UTC)))
    await record(state, "appeal_triaged", audit_payload(report))
    if report.error:
        known = state.container.flow.statuses[report.error]
        raise Problem(known.http, report.error, known.text)
    return filing_state(filing, report)


def view_of(state: ApiState, filed: FilingState) -> FilingView:
    return FilingView(
        title=filed.title,
        type=filed.type.value,
        category=filed.category,
        place=filed.place,
        urgent=filed.urgency is not Urgency.NORMAL,
        missing=[MissingView(field=name, question=question) for name, question in filed.missing],
        advice=_advice(state, filed.advice),
        statement=STATEMENT,
    )


def _advice(state: ApiState, advice: Advice | None) -> AdviceView | None:
    if advice is None:
        return None
    text = advice.text or (state.container.flow.statuses[advice.status].text if advice.status else "")
    numbers = EMERGENCY_NUMBERS if advice.kind is AdviceKind.EMERGENCY else []
    return AdviceView(kind=advice.kind, text=text, numbers=numbers)


def request_of(request: Request, key: str, body: bytes) -> Asked:
    """Bound to the key alone, which only its sender knows: a phone changes its address between two tries."""
    fingerprint = hashlib.sha256(request.url.path.encode() + b"\n" + body).hexdigest()
    return Asked(APPELLANT.id, key, fingerprint)


async def file_order(state: ApiState, filing: Filing, contact: Contact, asked: Asked) -> FiledView:
    """受理: in the seats' queue. A repeated request gets the same number and the same code.

    Raises ``Problem``: 409, 422 or 503; nothing is saved then.
    """
    filed = await look_at(state, filing)
    form = order_form(filing, contact, called_back(filed) if contact.call_back else filed)

    def work() -> FiledView:
        desk = state.container.work_orders().desk
        code = code_for(desk.secret, asked.key)
        try:
            return _filed(_reply(desk.open(form, APPELLANT, asked, _reply, code).order), code)
        except RepeatedRequest as repeated:
            return _filed(repeated.reply, code)

    view = await at_the_desk(work)
    await record(state, "appeal_filed", {"number": view.number})
    return view


def order_form(filing: Filing, contact: Contact, filed: FilingState) -> OrderForm:
    return OrderForm(
        title=filed.title,
        content=filing.told,
        type=filed.type,
        category=filed.category,
        street=filed.street,
        place=filed.place,
        channel=CHANNEL,
        urgency=filed.urgency,
        confidential=contact.confidential,
        name=contact.name,
        phone=contact.phone,
        address=filing.answers.get("where", ""),
        labels=filed.labels,
    )


def _reply(order: WorkOrder) -> StoredReply:
    """What is kept for a repeated request; the code is not in it."""
    received = order.received_at.isoformat() if order.received_at else ""
    said = {"number": order.number, "state": "已受理，等待派单", "received_at": received}
    return StoredReply(201, json.dumps(said, ensure_ascii=False), "")


def _filed(reply: StoredReply, code: str) -> FiledView:
    return FiledView(**json.loads(reply.body), code=code)
