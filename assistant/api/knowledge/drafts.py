"""``/v1/knowledge/previews`` and ``/drafts``: what would be cited is shown before it is saved, and approved before it is."""

from __future__ import annotations

from fastapi import APIRouter, Request

from assistant.api.answering import today
from assistant.api.identity import identity_of
from assistant.api.knowledge.asking import desk_says, noted
from assistant.api.knowledge.schemas import (
    Decision,
    DraftEdit,
    DraftList,
    DraftRow,
    LookView,
    NewDraft,
    PreviewView,
)
from assistant.api.schemas import WITH_BODY, problems
from assistant.api.state import state_of
from assistant.desks.knowledge import Preview
from assistant.domain.policy_draft import Editor

router = APIRouter(prefix="/v1/knowledge", tags=["知识库"])


def editor_of(request: Request) -> Editor:
    identity = identity_of(request)
    return Editor(identity.principal, identity.signed_in.account.name if identity.signed_in else "")


def shown(request: Request, preview: Preview) -> PreviewView:
    return PreviewView.of_draft(preview, today(), identity_of(request).principal)


@router.post("/previews", response_model=LookView, summary="新文件预览：不保存", responses=problems(403, *WITH_BODY))
async def preview_new(request: Request, body: NewDraft) -> LookView:
    desk, source, wanted = state_of(request).container.knowledge, body.source(), body.facts.wanted()
    return LookView.of(await desk_says(lambda: desk.propose(source, wanted, body.supersedes)), today())


@router.post(
    "/drafts", status_code=201, response_model=PreviewView, summary="新文件草稿", responses=problems(403, *WITH_BODY)
)
async def add_draft(request: Request, body: NewDraft) -> PreviewView:
    desk, who = state_of(request).container.knowledge, editor_of(request)
    source, wanted = body.source(), body.facts.wanted()
    preview = await desk_says(lambda: desk.add(source, wanted, who, body.supersedes))
    await noted(request, "knowledge_draft", preview.draft.id)
    return shown(request, preview)


@router.get("/drafts", response_model=DraftList, summary="草稿", responses=problems(403))
async def list_drafts(request: Request) -> DraftList:
    drafts, principal = (
        await desk_says(state_of(request).container.knowledge.drafts.all),
        identity_of(request).principal,
    )
    return DraftList(items=[DraftRow.of(draft, principal) for draft in drafts])


@router.get("/drafts/{draft_id}", response_model=PreviewView, summary="草稿预览", responses=problems(403, 404))
async def get_draft(request: Request, draft_id: str) -> PreviewView:
    desk = state_of(request).container.knowledge
    return shown(request, await desk_says(lambda: desk.look(draft_id)))


@router.post(
    "/drafts/{draft_id}/previews",
    response_model=PreviewView,
    summary="试改草稿：不保存",
    responses=problems(403, 404, 409, *WITH_BODY),
)
async def preview_edit(request: Request, draft_id: str, body: DraftEdit) -> PreviewView:
    desk, wanted = state_of(request).container.knowledge, body.facts.wanted()
    preview = await desk_says(lambda: desk.try_edit(draft_id, body.text, wanted, body.supersedes, body.revision))
    return shown(request, preview)


@router.put(
    "/drafts/{draft_id}", response_model=PreviewView, summary="修改草稿", responses=problems(403, 404, 409, *WITH_BODY)
)
async def edit_draft(request: Request, draft_id: str, body: DraftEdit) -> PreviewView:
    desk, who, wanted = state_of(request).container.knowledge, editor_of(request), body.facts.wanted()
    preview = await desk_says(lambda: desk.edit(draft_id, body.text, wanted, who, body.supersedes, body.revision))
    await noted(request, "knowledge_edited", draft_id)
    return shown(request, preview)


@router.post(
    "/drafts/{draft_id}/decisions",
    response_model=DraftRow,
    summary="审核草稿：通过后才会被引用",
    responses=problems(403, 404, 409, *WITH_BODY),
)
async def decide_draft(request: Request, draft_id: str, body: Decision) -> DraftRow:
    desk, who = state_of(request).container.knowledge, editor_of(request)
    if body.verdict == "approved":
        draft = await desk_says(lambda: desk.approve(draft_id, who, body.revision))
    else:
        draft = await desk_says(lambda: desk.reject(draft_id, who, body.revision, body.reason))
    await noted(request, f"knowledge_{body.verdict}", draft_id, body.reason)
    return DraftRow.of(draft, who.id)
