"""``POST /v1/appeals`` 诉求: the triage of an appeal, as a proposal that a person confirms."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.encoders import jsonable_encoder

from assistant.api.answering import check_question, record
from assistant.api.appeals.schemas import AppealProposal, AppealRequest
from assistant.api.identity import identity_of
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, problems
from assistant.api.state import ApiState, state_of
from assistant.api.tracing import current_trace_id
from assistant.domain.accounts import AccountRole
from assistant.domain.appeal import TriageReport
from assistant.domain.identifiers import new_id

router = APIRouter(prefix="/v1", tags=["诉求"])

STATEMENT = "以上为辅助建议，由坐席确认后生效；系统不会自动派单。"
LONGER_THAN_A_QUESTION = 8
AT_THE_HOTLINE = frozenset({AccountRole.SEAT_AGENT, AccountRole.SUPERVISOR})


@router.post("/appeals", response_model=AppealProposal, summary="研判诉求", responses=problems(*WITH_BODY, 504))
async def triage_appeal(body: AppealRequest, request: Request) -> AppealProposal:
    state = state_of(request)
    check_question(body.words, state.settings.max_question_chars * LONGER_THAN_A_QUESTION)
    # Orders of other people are for those who work at the hotline.
    staff = identity_of(request).role in AT_THE_HOTLINE
    report = await state.container.triage.triage_appeal(body.intake(datetime.now(UTC), sees_past=staff))
    await record(state, "appeal_triaged", audit_payload(report))
    if report.error:
        _refuse(state, report.error)
    return AppealProposal(
        id=new_id(),
        text=report.text,
        triages=[jsonable_encoder(asdict(triage)) for triage in report.triages],
        statement=STATEMENT,
        trace_id=current_trace_id.get(),
    )


def _refuse(state: ApiState, status: str) -> None:
    known = state.container.flow.statuses[status]
    raise Problem(known.http, status, known.text)


def audit_payload(report: TriageReport) -> dict[str, Any]:
    """What is kept of a triage: the masked words and what was proposed."""
    return {
        "trace_id": current_trace_id.get(),
        "text": report.text,
        "error": report.error,
        "proposals": [
            {
                "handling": triage.decision.handling if triage.decision else None,
                "diversion": triage.diversion.rule_id if triage.diversion else None,
                "type": triage.type.label,
                "category": triage.category.label,
                "urgency": triage.urgency.label,
                "units": [unit.unit_id for unit in triage.units.suggestions] if triage.units else [],
            }
            for triage in report.triages
        ],
    }
