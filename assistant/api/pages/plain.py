"""``/complaint`` and ``/progress``: file an appeal and see how it goes, as plain forms that need no script."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse

from assistant.api.citizen.filing import Contact, admit, file_order, look_at, refuse_other_sites, request_of, view_of
from assistant.api.citizen.schemas import FiledView, FilingRequest, FilingView, NewFiling, RatingRequest
from assistant.api.pages.assets import TEMPLATES, size_of
from assistant.api.problems import Problem
from assistant.api.state import ApiState, state_of
from assistant.api.work_orders.schemas import ProgressQuery, ProgressView
from assistant.api.work_orders.working import at_the_desk
from assistant.domain.citizen_filing import LABELS, Filing
from assistant.domain.order_progress import STEPS
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order_events import Satisfaction

router = APIRouter(include_in_schema=False)
FIELDS = tuple(LABELS)
CONTACT_PROBLEM = "请检查：事情至少写4个字；联系电话至少5位数字。"


@dataclass(frozen=True, slots=True)
class Form:
    """What a posted form said; a field that was not there is empty."""

    fields: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    @property
    def answers(self) -> dict[str, str]:
        return {name: self[f"answer_{name}"] for name in FIELDS if f"answer_{name}" in self.fields}

    @property
    def key(self) -> str:
        """One for one filing: sending the page again makes no second order."""
        given = self["key"]
        return given if len(given) == 32 and given.isalnum() and given.isascii() else secrets.token_hex(16)


def first_form(request: Request) -> Form:
    return Form({name: request.query_params.get(name, "")[:40] for name in ("size", "number")})


async def form_of(request: Request) -> Form:
    """Raises ``Problem`` for another site's form and for bytes that are no UTF-8 form."""
    refuse_other_sites(request)
    try:
        fields = parse_qs((await request.body()).decode(), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Problem(400, "invalid_encoding", "表单不是有效的 UTF-8，请使用UTF-8。") from None
    return Form({name: values[0].replace("\x00", "") for name, values in fields.items()})


@router.get("/complaint")
async def show_complaint(request: Request) -> HTMLResponse:
    return complaint_page(request, first_form(request))


@router.post("/complaint")
async def complain(request: Request) -> HTMLResponse:
    """First what is missing is asked back on one page, then the order is filed."""
    form, state = await form_of(request), state_of(request)
    try:
        filing = FilingRequest(text=form["text"], answers=form.answers, phone=form["phone"]).filing()
        contact = contact_of(form, filing)
    except ValidationError:
        return complaint_page(request, form, problem=CONTACT_PROBLEM, status=422)
    if form["step"] != "submit":
        looked = view_of(state, await look_at(state, filing))
        return complaint_page(request, form, looked=looked)
    try:
        await admit(state, request, "order")
        asked = request_of(request, form.key, await request.body())
        return complaint_page(request, form, filed=await file_order(state, filing, contact, asked), status=201)
    except Problem as problem:
        return complaint_page(request, form, problem=problem.detail, status=problem.status)


def contact_of(form: Form, filing: Filing) -> Contact:
    """Raises ``ValidationError`` for a phone that is none."""
    given = NewFiling(text=filing.text, phone=form["phone"], name=form["name"])
    return Contact(given.phone, given.name, bool(form["confidential"]), bool(form["call_back"]))


def complaint_page(
    request: Request,
    form: Form,
    *,
    looked: FilingView | None = None,
    filed: FiledView | None = None,
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    context = {"form": form, "key": form.key, "fields": LABELS, "looked": looked, "filed": filed, "problem": problem}
    return page(request, form, "complaint.html", context, status)


@router.get("/progress")
async def show_progress(request: Request) -> HTMLResponse:
    return progress_page(request, first_form(request))


@router.post("/progress")
async def look_up(request: Request) -> HTMLResponse:
    form, state = await form_of(request), state_of(request)
    try:
        await admit(state, request, "code")
        if form["step"] == "rate":
            return progress_page(request, form, await rated(request, state, form), thanks=True)
        query, desk_of = ProgressQuery(number=form["number"], code=form["code"]), state.container.work_orders
        found = ProgressView.of(await at_the_desk(lambda: desk_of().desk.progress(query.number, query.code)))
        return progress_page(request, form, found)
    except ValidationError:
        return progress_page(request, form, problem="请填写工单编号、8位查询码；评价时三项都要选。", status=422)
    except Problem as problem:
        known = problem.code == "order_not_found"
        words = "没有找到。请核对编号和查询码，或拨打12345查询。" if known else problem.detail
        return progress_page(request, form, problem=words, status=problem.status)


async def rated(request: Request, state: ApiState, form: Form) -> ProgressView:
    """Raises ``ValidationError`` where a question was left open."""
    body = RatingRequest(
        number=form["number"],
        code=form["code"],
        contacted=form["contacted"],
        solved=form["solved"],
        satisfaction=form["satisfaction"],
        opinion=form["opinion"],
    )
    asked, desk_of = request_of(request, form.key, await request.body()), state.container.work_orders
    return ProgressView.of(await at_the_desk(lambda: desk_of().desk.rate(body.number, body.code, body.rating(), asked)))


def progress_page(
    request: Request,
    form: Form,
    found: ProgressView | None = None,
    *,
    problem: str = "",
    status: int = 200,
    thanks: bool = False,
) -> HTMLResponse:
    satisfactions = [item.value for item in Satisfaction if item is not Satisfaction.NOT_GIVEN]
    context = {"form": form, "key": form.key, "found": found, "problem": problem, "thanks": thanks}
    more = {"satisfactions": satisfactions, "shown": shown, "steps": STEPS}
    return page(request, form, "progress.html", context | more, status)


def shown(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y年%-m月%-d日 %H:%M}"


def page(request: Request, form: Form, template: str, context: dict[str, object], status: int) -> HTMLResponse:
    """Holds a code or an appellant's words: no cache may keep it."""
    state = state_of(request)
    known = {
        "region": state.container.region,
        "statement": state.container.flow.statuses.service_statement,
        "serves_citizens": state.widget.enabled,
        "shows_page": state.shows_page,
        **size_of(request, form["size"]),
    }
    return HTMLResponse(TEMPLATES.get_template(template).render({**known, **context}), status_code=status)
