"""Units 承办单位 and categories 问题分类 of the city pack."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from assistant.api.schemas import Shape
from assistant.domain.catalogue import Category, HandlingUnit, UnitKind


class UnitView(Shape):
    id: str
    name: str
    kind: UnitKind
    code: str | None = Field(description="街乡的统计区划代码")
    aliases: list[str]
    duties: list[str]
    verified: bool
    source: str
    valid_now: bool

    @classmethod
    def of(cls, unit: HandlingUnit, day: date) -> UnitView:
        return cls(
            id=unit.id,
            name=unit.name,
            kind=unit.kind,
            code=unit.code,
            aliases=list(unit.aliases),
            duties=list(unit.duties),
            verified=unit.verified,
            source=unit.source,
            valid_now=unit.validity.covers(day),
        )


class UnitList(Shape):
    items: list[UnitView]
    as_of: date


class CategoryView(Shape):
    name: str = Field(examples=["公共服务/供暖/室温不达标"])
    path: list[str]
    seven_five: str = Field(description="七有五性")

    @classmethod
    def of(cls, category: Category) -> CategoryView:
        return cls(name=category.name, path=list(category.path), seven_five=category.seven_five)


class CategoryList(Shape):
    items: list[CategoryView]
