"""``GET /v1/passages`` searches, ``GET /v1/passages/{id}`` shows one with its surroundings."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from assistant.api.answering import check_question, today
from assistant.api.passages.schemas import PassageHits, PassageInContext, PassageView
from assistant.api.problems import Problem
from assistant.api.schemas import Region, problems
from assistant.api.state import state_of
from assistant.api.strict_json import refuse_unfit
from retrieval.contracts import SearchQuery

router = APIRouter(prefix="/v1/passages", tags=["条款"])

Question = Annotated[
    str, Query(description="要检索的问题或条款，如“物业管理条例第二十条”", examples=["物业费涨价要谁同意"])
]
AsOf = Annotated[date | None, Query(description="按哪一天的有效规定，默认北京时间今天")]
Place = Annotated[Region | None, Query(description="适用地区，也包括其上级和国家规定")]
Levels = Annotated[list[str] | None, Query(description="效力级别，可重复；不填为全部", max_length=20)]
Count = Annotated[int, Query(ge=1, le=100, description="最多返回几条")]


@router.get("", response_model=PassageHits, summary="检索条款", responses=problems(422))
async def search_passages(
    request: Request,
    q: Question,
    as_of: AsOf = None,
    region: Place = None,
    level: Levels = None,
    k: Count = 10,
) -> PassageHits:
    state = state_of(request)
    check_question(q, state.settings.max_question_chars)
    levels = tuple(level or ())
    refuse_unfit(q, region or "", *levels)
    day = as_of or today()
    query = SearchQuery(q, day, region or state.container.region, levels, k)
    return PassageHits.of(await state.container.search.search(query), day)


@router.get(
    "/{passage_id}", response_model=PassageInContext, summary="一条条款及其上下文", responses=problems(404, 422)
)
async def get_passage(request: Request, passage_id: str, as_of: AsOf = None) -> PassageInContext:
    state = state_of(request)
    found = await asyncio.to_thread(state.container.passages.fetch, [passage_id])
    if not found:
        raise Problem(404, "passage_not_found", "没有这条条款。")
    day = as_of or today()
    neighbours = await state.container.search.neighbours(found[0])
    return PassageInContext(
        passage=PassageView.of(found[0], day),
        neighbours=[PassageView.of(passage, day) for passage in neighbours],
        as_of=day,
    )
