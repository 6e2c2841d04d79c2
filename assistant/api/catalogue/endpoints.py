"""``GET /v1/units`` and ``GET /v1/categories``: the city pack's catalogue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from assistant.api.answering import today
from assistant.api.catalogue.schemas import CategoryList, CategoryView, UnitList, UnitView
from assistant.api.problems import Problem
from assistant.api.schemas import problems
from assistant.api.state import state_of
from assistant.domain.catalogue import SEPARATOR, UnitKind

router = APIRouter(prefix="/v1", tags=["目录"])


@router.get("/units", response_model=UnitList, summary="承办单位", responses=problems(422))
async def list_units(
    request: Request,
    kind: Annotated[UnitKind | None, Query(description="单位类别")] = None,
    name: Annotated[str | None, Query(max_length=40, description="名称或者别名中的文字")] = None,
) -> UnitList:
    day = today()
    units = [
        UnitView.of(unit, day)
        for unit in state_of(request).container.triage.catalogue.units
        if kind in (None, unit.kind) and (name is None or any(name in known for known in (unit.name, *unit.aliases)))
    ]
    return UnitList(items=units, as_of=day)


@router.get("/units/{unit_id}", response_model=UnitView, summary="一个承办单位", responses=problems(404, 422))
async def get_unit(request: Request, unit_id: str) -> UnitView:
    units = state_of(request).container.triage.catalogue.units
    found = next((unit for unit in units if unit.id == unit_id), None)
    if found is None:
        raise Problem(404, "unit_not_found", "没有这个承办单位。")
    return UnitView.of(found, today())


@router.get("/categories", response_model=CategoryList, summary="问题分类", responses=problems(422))
async def list_categories(
    request: Request,
    under: Annotated[
        str | None, Query(max_length=80, description="只列这一类之下的", examples=["公共服务/供暖"])
    ] = None,
) -> CategoryList:
    categories = state_of(request).container.triage.catalogue.categories
    chosen = [item for item in categories if under is None or (item.name + SEPARATOR).startswith(under + SEPARATOR)]
    return CategoryList(items=[CategoryView.of(item) for item in chosen])
