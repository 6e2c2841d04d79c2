"""The page at ``/``: a plain form that works without script; with script the same form streams its answer."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from assistant.api.answering import Inquiry, answer, check_question, session_key, today
from assistant.api.middleware.hosts import is_cross_site
from assistant.api.outcomes import CLIENT_CLOSED_REQUEST, INTERRUPTED, ai_headers, final_outcome
from assistant.api.pages.assets import TEMPLATES
from assistant.api.problems import Problem
from assistant.api.state import ApiState, state_of
from assistant.api.streaming import DONE, EventStream, frame, until_disconnect
from assistant.contracts import AnswerFinished, Message, SentenceReady, StageStarted, Turn, TurnOutcome
from assistant.domain.identifiers import new_id

router = APIRouter(include_in_schema=False)
EXAMPLES = (
    "冬天家里暖气不热，能要求退采暖费吗？",
    "办理居住证需要什么条件？",
    "小区物业费涨价要经过业主同意吗？",
    "单位拖欠工资怎么办？",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of the form. ``size`` is ``large`` for the large-print version (大字版)."""

    question: str = ""
    conversation_id: str = ""
    size: str = ""


@router.get("/")
async def show_page(request: Request, size: str = "") -> Response:
    return page(state_of(request), Asked(size="large" if size == "large" else ""))


@router.post("/")
async def ask(request: Request) -> Response:
    if is_cross_site(request.scope):
        raise Problem(403, "cross_site_form", "不接受来自其他网站的提交。")
    state = state_of(request)
    asked = read_form(await request.body())
    try:
        check_question(asked.question, state.settings.max_question_chars)
    except Problem as problem:
        return page(state, asked, problem=problem.detail, status=problem.status)
    inquiry = to_inquiry(state, asked, request.scope["hotline.principal"])
    if "text/event-stream" in request.headers.get("accept", ""):
        closing = (frame({"type": "error", "errorText": INTERRUPTED}), DONE)
        frames = page_frames(state, asked, inquiry)
        beat = state.settings.stream_heartbeat_s
        return EventStream(frames, heartbeat_s=beat, closing_frames=closing, headers=ai_headers(state))
    history = await state.container.sessions.history(str(inquiry.session))
    outcome = await until_disconnect(request, final_outcome(state, inquiry))
    if outcome is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    return page(state, asked, outcome=outcome, inquiry=inquiry, history=history)


def read_form(body: bytes) -> Asked:
    """Raises ``Problem`` for bytes that are not a UTF-8 form with each field once."""
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=10)
    except ValueError:
        raise Problem(400, "invalid_encoding", "表单不是有效的 UTF-8，请使用UTF-8。") from None
    if any(len(values) > 1 for values in fields.values()):
        raise Problem(400, "duplicate_key", "表单中有重复的字段。")
    given = {name: values[0].replace("\x00", "") for name, values in fields.items()}
    conversation_id = given.get("conversation_id", "")
    is_plain = len(conversation_id) <= 64 and conversation_id.replace("-", "").isalnum()
    size = "large" if given.get("size") == "large" else ""
    return Asked(given.get("question", ""), conversation_id if is_plain else "", size)


def to_inquiry(state: ApiState, asked: Asked, principal: str) -> Inquiry:
    conversation_id = asked.conversation_id or new_id()
    turn = Turn(asked.question, today(), region=state.container.region, conversation_id=conversation_id)
    return Inquiry(turn, session_key(principal, conversation_id))


async def page_frames(state: ApiState, asked: Asked, inquiry: Inquiry) -> AsyncGenerator[str]:
    """Text while it is written, then the finished answer as the same markup that the page without script shows."""
    async for event in answer(state, inquiry):
        if isinstance(event, StageStarted):
            yield frame({"type": "stage", "stage": event.stage})
        elif isinstance(event, SentenceReady):
            yield frame({"type": "text-delta", "delta": event.delta})
        elif isinstance(event, AnswerFinished):
            markup = TEMPLATES.get_template("answer.html").render(
                answer_context(asked, event.outcome, inquiry.turn.as_of)
            )
            yield frame({"type": "answer", "html": markup, "conversationId": inquiry.turn.conversation_id})
            yield DONE


def page(
    state: ApiState,
    asked: Asked,
    *,
    outcome: TurnOutcome | None = None,
    inquiry: Inquiry | None = None,
    history: tuple[Message, ...] = (),
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    context: dict[str, Any] = {
        "region": state.container.region,
        "serves_citizens": state.widget.enabled,
        "statement": state.container.flow.statuses.service_statement,
        "ai_label": state.container.flow.statuses.labels.ai_generated,
        "examples": EXAMPLES,
        "limit": state.settings.max_question_chars,
        "size": asked.size,
        "draft": asked.question if problem else "",
        "conversation_id": inquiry.turn.conversation_id if inquiry else asked.conversation_id,
        "history": history,
        "problem": problem,
        "outcome": None,
    }
    if outcome is not None and inquiry is not None:
        context |= answer_context(asked, outcome, inquiry.turn.as_of)
        status = state.container.flow.statuses[outcome.status].http
    headers = ai_headers(state, outcome) if outcome else {}
    return HTMLResponse(TEMPLATES.get_template("page.html").render(context), status_code=status, headers=headers)


def answer_context(asked: Asked, outcome: TurnOutcome, as_of: date) -> dict[str, Any]:
    """``clauses`` maps a citation's number to the whole text of its passage with the quoted part marked."""
    texts = {item.passage.id: item.passage.text for item in outcome.evidence}
    clauses = {
        citation.number: highlighted(texts.get(citation.passage_id, citation.quote), citation.quote)
        for citation in outcome.citations
    }
    return {"question": asked.question, "outcome": outcome, "clauses": clauses, "as_of": as_of}


def highlighted(text: str, quote: str) -> Markup:
    """``text`` escaped, with the first occurrence of ``quote`` in ``<mark>``; its full stop may be missing there."""
    text, quote = bulleted(text), bulleted(quote)
    sought = quote if quote in text else quote.rstrip("。；;.")
    before, found, after = text.partition(sought) if sought else (text, "", "")
    marked = f"<mark>{html.escape(found)}</mark>" if found else ""
    # Every part is escaped above; nothing else enters the markup.
    return Markup(html.escape(before) + marked + html.escape(after))  # noqa: S704


def bulleted(text: str) -> str:
    """List marks of the guides' source as the reader expects them."""
    return re.sub(r"^- ", "• ", text, flags=re.MULTILINE)
