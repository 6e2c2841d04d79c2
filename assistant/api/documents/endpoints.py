"""``GET /v1/documents`` lists, ``GET /v1/documents/{id}`` shows one version with its siblings, successor and basis."""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from assistant.api.answering import today
from assistant.api.caching import matches
from assistant.api.documents.schemas import DocumentDetail, DocumentPage, DocumentView, VersionView
from assistant.api.paging import Cursor, decode_cursor, encode_cursor
from assistant.api.problems import Problem
from assistant.api.schemas import Region, problems
from assistant.api.state import ApiContainer, state_of
from retrieval.contracts import Document

router = APIRouter(prefix="/v1/documents", tags=["文件"])

AsOf = Annotated[date | None, Query(description="按哪一天判断是否有效，默认北京时间今天")]
Title = Annotated[str | None, Query(max_length=100, description="标题中的文字", examples=["物业"])]
Kind = Annotated[str | None, Query(max_length=40)]
Level = Annotated[str | None, Query(max_length=40, description="效力级别")]
Limit = Annotated[int, Query(ge=1, le=100)]
InForce = Annotated[bool | None, Query(description="true 只列 as_of 当日有效的，false 只列无效的")]


@router.get("", response_model=DocumentPage, summary="文件列表", responses=problems(422))
async def list_documents(
    request: Request,
    title: Title = None,
    kind: Kind = None,
    level: Level = None,
    region: Annotated[Region | None, Query()] = None,
    in_force: InForce = None,
    as_of: AsOf = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> DocumentPage:
    day = as_of or today()
    after = decode_cursor(cursor) if cursor else ""
    wanted = unicodedata.normalize("NFKC", title or "")

    def fits(document: Document) -> bool:
        return (
            wanted in document.title
            and kind in (None, document.kind)
            and level in (None, document.level)
            and region in (None, document.region)
            and in_force in (None, document.validity.covers(day))
        )

    documents = await asyncio.to_thread(state_of(request).container.documents.all)
    found = sorted((document for document in documents if document.id > after and fits(document)), key=lambda d: d.id)
    page = found[:limit]
    following = encode_cursor(page[-1].id) if len(found) > limit else None
    return DocumentPage(items=[DocumentView.of(document, day) for document in page], next_cursor=following, as_of=day)


@router.get("/{document_id}", response_model=DocumentDetail, summary="一个文件版本", responses=problems(304, 404, 422))
async def get_document(request: Request, document_id: str, as_of: AsOf = None) -> Response:
    container = state_of(request).container
    day = as_of or today()
    detail = await asyncio.to_thread(_detail, container, document_id, day)
    body = detail.model_dump(mode="json")
    tag = f'"{hashlib.sha256(detail.model_dump_json().encode()).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return JSONResponse(body, headers=headers)


def _detail(container: ApiContainer, document_id: str, day: date) -> DocumentDetail:
    registry = container.documents
    document = registry.get(document_id)
    if document is None:
        raise Problem(404, "document_not_found", "没有这个文件。")
    return DocumentDetail(
        document=DocumentView.of(document, day),
        versions=[VersionView.of(version, day) for version in versions_of(container, document)],
        passage_ids=list(registry.passages_of(document_id)),
        as_of=day,
    )


def versions_of(container: ApiContainer, document: Document) -> list[Document]:
    """All versions of the title, oldest first, found along predecessors and successors."""
    chain, seen = [document], {document.id}
    for attribute, place in (("predecessor_id", 0), ("successor_id", -1)):
        end: Document | None = document
        while end is not None and (following := getattr(end, attribute)) and following not in seen:
            seen.add(following)
            end = container.documents.get(following)
            if end is not None:
                chain.insert(0 if place == 0 else len(chain), end)
    return chain
