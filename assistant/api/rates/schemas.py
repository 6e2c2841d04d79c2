"""三率 as callers see them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from pydantic import Field

from assistant.api.schemas import Shape
from assistant.api.work_orders.schemas import OrderLine
from assistant.domain.three_rates import CONFIGURABLE, Grouping, Measure, RateCounts, Weights

Share = float | None


class RateRow(Shape):
    """Counts of a group and its rates, 0 to 1; ``null`` without a valid follow-up."""

    group: str = Field(description="单位编号、问题分类、渠道或街乡；空为未登记")
    name: str
    orders: int
    excluded: int
    valid: int = Field(description="有效回访")
    contacted: int
    solved: int
    satisfied: int = Field(description="满意和基本满意")
    response: Share = Field(description="响应率")
    resolution: Share = Field(description="解决率")
    satisfaction: Share = Field(description="满意率")
    composite: Share = Field(description="综合得分，未配置权重时为空")

    @classmethod
    def of(cls, group: str, name: str, counts: RateCounts, weights: Weights | None) -> RateRow:
        rates = counts.rates
        return cls(group=group, name=name, composite=rates.composite(weights), **asdict(counts), **asdict(rates))


class RateReport(Shape):
    """Groups stand by name, not by rate."""

    first: date
    last: date
    by: Grouping
    groups: list[RateRow]
    total: RateRow
    samples: int = Field(description="其中演示数据的工单数")
    composite_note: str = Field(default=CONFIGURABLE, description="综合得分的口径由使用单位配置")


class RateOrders(Shape):
    """Ids of the orders behind a number; ``lines`` are the same orders as a list shows them, latest received first."""

    measure: Measure
    items: list[str]
    lines: list[OrderLine]
    next_cursor: str | None
