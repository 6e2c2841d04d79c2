"""``/v1/knowledge/documents``: listed and searched, shown with versions, compared clause by clause, retired."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from assistant.api.answering import today
from assistant.api.documents.endpoints import versions_of
from assistant.api.documents.schemas import DocumentView, VersionView
from assistant.api.documents.searching import Found, found_in_text
from assistant.api.knowledge.asking import desk_says, noted
from assistant.api.knowledge.schemas import (
    ChangeView,
    ClauseView,
    ComparisonView,
    KnowledgeDetail,
    KnowledgePage,
    KnowledgeRow,
    Retirement,
)
from assistant.api.paging import Cursor, page_after
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, Identifier, problems
from assistant.api.state import ApiContainer, state_of
from assistant.api.strict_json import refuse_unfit
from assistant.domain.clause_changes import Change, ClauseChange, clause_changes
from retrieval.contracts import Document, Passage
from retrieval.ingestion.normalise import fold_line

router = APIRouter(prefix="/v1/knowledge", tags=["知识库"])
Flag = Literal["due", "unverified", "retired", "in_force"]


@router.get("/documents", response_model=KnowledgePage, summary="知识库文件", responses=problems(403, 422))
async def list_knowledge(
    request: Request,
    q: Annotated[str, Query(max_length=100, description="标题或正文中的文字")] = "",
    owner: Annotated[str, Query(max_length=100, description="责任单位")] = "",
    kind: Annotated[str | None, Query(max_length=40)] = None,
    flag: Annotated[Flag | None, Query(description="到期、未核实、已失效、现行")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> KnowledgePage:
    """Those with the words in their title by title, then those whose clauses say it, best first."""
    refuse_unfit(q)
    container, day, words = state_of(request).container, today(), fold_line(q)
    documents = await asyncio.to_thread(container.documents.all)
    titled = sorted((one for one in documents if words in one.title), key=lambda one: one.title)
    inside = await found_in_text(container, words, day, without={one.id for one in titled})
    rows = [_row(Found(one), day) for one in titled] + [_row(found, day) for found in inside]
    fit = [row for row in rows if owner in (row.owner_unit or "") and kind in (None, row.kind) and _fits(row, flag)]
    page, following = page_after(fit, lambda row: row.id, cursor, limit)
    return KnowledgePage(items=page, total=len(fit), as_of=day, next_cursor=following)


def _row(found: Found, day: date) -> KnowledgeRow:
    document = found.document
    return KnowledgeRow(
        **dict(DocumentView.of(document, day)),
        due=document.review_date is not None and document.review_date <= day,
        clause=found.place,
        excerpt=found.excerpt,
    )


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
    document, day = _known(container, document_id), today()
    versions, clauses = versions_of(container, document), _clauses(container, document)
    before = next((one for one in versions if one.id == document.predecessor_id), None)
    changes = clause_changes(_clauses(container, before), clauses) if before else ()
    return KnowledgeDetail(
        document=DocumentView.of(document, day),
        versions=[VersionView.of(version, day) for version in versions],
        clauses=[ClauseView.of(clause) for clause in clauses],
        changes=[ChangeView.of(change) for change in changes if change.change is not Change.SAME],
        text=container.knowledge.shelf.text_of(document_id),
        keywords=list(document.keywords),
        retired_because=container.knowledge.shelf.why_retired(document_id),
        as_of=day,
    )


@router.get(
    "/comparisons", response_model=ComparisonView, summary="两份文件逐条比较", responses=problems(403, 404, 422)
)
async def compare(request: Request, before: Identifier, after: Identifier) -> ComparisonView:
    container, day = state_of(request).container, today()
    older, newer, rows = await asyncio.to_thread(_compared, container, before, after)
    return ComparisonView(
        before=VersionView.of(older, day),
        after=VersionView.of(newer, day),
        rows=[ChangeView.of(row) for row in rows],
    )


def _compared(container: ApiContainer, before: str, after: str) -> tuple[Document, Document, tuple[ClauseChange, ...]]:
    older, newer = _known(container, before), _known(container, after)
    return older, newer, clause_changes(_clauses(container, older), _clauses(container, newer))


def _known(container: ApiContainer, document_id: str) -> Document:
    document = container.documents.get(document_id)
    if document is None:
        raise Problem(404, "document_not_found", "没有这个文件。")
    return document


def _clauses(container: ApiContainer, document: Document) -> list[Passage]:
    return container.passages.fetch(container.documents.passages_of(document.id))


@router.post(
    "/documents/{document_id}/retirements",
    response_model=DocumentView,
    status_code=201,
    summary="停止引用一个文件",
    responses=problems(403, 404, *WITH_BODY),
)
async def retire(request: Request, document_id: str, body: Retirement) -> DocumentView:
    container = state_of(request).container
    await desk_says(lambda: container.knowledge.retire(document_id, body.repealed_on, body.reason, body.successor_id))
    await noted(request, "knowledge_retired", document_id, body.reason)
    return DocumentView.of(await asyncio.to_thread(_known, container, document_id), today())
