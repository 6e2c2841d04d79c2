"""``/v1/knowledge``: drafts are previewed and approved, documents listed, compared by version and retired."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query, Request

from assistant.api.answering import record, today
from assistant.api.documents.endpoints import versions_of
from assistant.api.documents.schemas import DocumentView, VersionView
from assistant.api.identity import identity_of
from assistant.api.knowledge.schemas import (
    ChangeView,
    ClauseView,
    Decision,
    DraftEdit,
    DraftList,
    DraftRow,
    KnowledgeDetail,
    KnowledgePage,
    KnowledgeRow,
    NewDraft,
    PreviewView,
    Retirement,
)
from assistant.api.problems import Problem
from assistant.api.schemas import problems
from assistant.api.state import ApiContainer, state_of
from assistant.domain.pii import TokenNumbering, redact
from assistant.domain.policy_draft import Change, DraftRefused, clause_changes
from assistant.knowledge_ports import KnowledgeUnavailable
from retrieval.contracts import Document, Passage

router = APIRouter(prefix="/v1/knowledge", tags=["知识库"])
T = TypeVar("T")
STATUSES = {
    "draft_not_found": 404,
    "document_not_found": 404,
    "draft_decided": 409,
    "draft_changed": 409,
    "second_person_needed": 403,
}
Flag = Literal["due", "unverified", "retired", "in_force"]


async def desk_says(work: Callable[[], T]) -> T:
    """Runs the blocking desk in a thread. Raises ``Problem`` 403, 404, 409, 422 or 503."""
    try:
        return await asyncio.to_thread(work)
    except DraftRefused as refusal:
        raise Problem(STATUSES.get(refusal.code, 422), refusal.code, refusal.detail) from None
    except KnowledgeUnavailable as error:
        raise Problem(503, "knowledge_unavailable", str(error), headers={"retry-after": "5"}) from None


@router.post("/drafts", status_code=201, response_model=PreviewView, summary="新文件草稿", responses=problems(403, 422))
async def add_draft(request: Request, body: NewDraft) -> PreviewView:
    desk, who, wanted = state_of(request).container.knowledge, identity_of(request).principal, body.facts.wanted()
    if body.file is None:
        preview = await desk_says(lambda: desk.add_text(body.text, wanted, who, body.supersedes))
    else:
        name, content = body.file.name, base64.b64decode(body.file.content)
        preview = await desk_says(lambda: desk.add_file(name, content, wanted, who, body.supersedes))
    await _noted(request, "knowledge_draft", preview.draft.id)
    return PreviewView.of(preview, today())


@router.get("/drafts", response_model=DraftList, summary="草稿", responses=problems(403))
async def list_drafts(request: Request) -> DraftList:
    drafts = await desk_says(state_of(request).container.knowledge.drafts.all)
    return DraftList(items=[DraftRow.of(draft) for draft in drafts])


@router.get("/drafts/{draft_id}", response_model=PreviewView, summary="草稿预览", responses=problems(403, 404))
async def get_draft(request: Request, draft_id: str) -> PreviewView:
    desk = state_of(request).container.knowledge
    return PreviewView.of(await desk_says(lambda: desk.look(draft_id)), today())


@router.put(
    "/drafts/{draft_id}", response_model=PreviewView, summary="修改草稿", responses=problems(403, 404, 409, 422)
)
async def edit_draft(request: Request, draft_id: str, body: DraftEdit) -> PreviewView:
    desk, who = state_of(request).container.knowledge, identity_of(request).principal
    wanted = body.facts.wanted()
    return PreviewView.of(await desk_says(lambda: desk.edit(draft_id, body.text, wanted, who, body.revision)), today())


@router.post(
    "/drafts/{draft_id}/decisions",
    response_model=DraftRow,
    summary="审核草稿：通过后才会被引用",
    responses=problems(403, 404, 409, 422),
)
async def decide_draft(request: Request, draft_id: str, body: Decision) -> DraftRow:
    desk, who = state_of(request).container.knowledge, identity_of(request).principal
    if body.verdict == "approved":
        draft = await desk_says(lambda: desk.approve(draft_id, who, body.revision))
    else:
        draft = await desk_says(lambda: desk.reject(draft_id, who, body.revision, body.reason))
    await _noted(request, f"knowledge_{body.verdict}", draft_id)
    return DraftRow.of(draft)


@router.get("/documents", response_model=KnowledgePage, summary="知识库文件", responses=problems(403, 422))
async def list_knowledge(
    request: Request,
    q: Annotated[str, Query(max_length=100, description="标题中的文字")] = "",
    owner: Annotated[str, Query(max_length=100, description="责任单位")] = "",
    kind: Annotated[str | None, Query(max_length=40)] = None,
    flag: Annotated[Flag | None, Query(description="到期、未核实、已失效、现行")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> KnowledgePage:
    day = today()
    documents = await asyncio.to_thread(state_of(request).container.documents.all)
    rows = [
        KnowledgeRow(**dict(DocumentView.of(one, day)), due=one.review_date is not None and one.review_date <= day)
        for one in documents
        if q in one.title and owner in (one.owner_unit or "") and kind in (None, one.kind)
    ]
    found = [row for row in rows if _fits(row, flag)]
    return KnowledgePage(items=sorted(found, key=lambda row: row.title)[:limit], total=len(found), as_of=day)


def _fits(row: KnowledgeRow, flag: Flag | None) -> bool:
    in_force = row.validity.in_force
    return {
        None: True,
        "due": row.due and in_force,
        "unverified": not row.verified and in_force,
        "retired": not in_force,
        "in_force": in_force,
    }[flag]


@router.get(
    "/documents/{document_id}", response_model=KnowledgeDetail, summary="文件、版本与变化", responses=problems(403, 404)
)
async def get_knowledge(request: Request, document_id: str) -> KnowledgeDetail:
    return await asyncio.to_thread(_detail, state_of(request).container, document_id)


def _detail(container: ApiContainer, document_id: str) -> KnowledgeDetail:
    document, day = container.documents.get(document_id), today()
    if document is None:
        raise Problem(404, "document_not_found", "没有这个文件。")
    versions, clauses = versions_of(container, document), _clauses(container, document)
    before = next((one for one in versions if one.id == document.predecessor_id), None)
    changes = clause_changes(_clauses(container, before), clauses) if before else ()
    return KnowledgeDetail(
        document=DocumentView.of(document, day),
        versions=[VersionView.of(version, day) for version in versions],
        clauses=[ClauseView.of(clause) for clause in clauses],
        changes=[ChangeView.of(change) for change in changes if change.change is not Change.SAME],
        as_of=day,
    )


def _clauses(container: ApiContainer, document: Document) -> list[Passage]:
    return container.passages.fetch(container.documents.passages_of(document.id))


@router.post(
    "/documents/{document_id}/retirements",
    response_model=DocumentView,
    status_code=201,
    summary="停止引用一个文件",
    responses=problems(403, 404, 422),
)
async def retire(request: Request, document_id: str, body: Retirement) -> DocumentView:
    container = state_of(request).container
    await desk_says(lambda: container.knowledge.retire(document_id, body.repealed_on))
    await _noted(request, "knowledge_retired", document_id, body.reason)
    document = await asyncio.to_thread(container.documents.get, document_id)
    if document is None:
        raise Problem(404, "document_not_found", "没有这个文件。")
    return DocumentView.of(document, today())


async def _noted(request: Request, event: str, about: str, reason: str = "") -> None:
    said = {"actor": identity_of(request).principal, "about": about, "reason": redact(reason, TokenNumbering())[0]}
    await record(state_of(request), event, said)
