"""Orders that an order may repeat, as callers see them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from assistant.api.schemas import Shape
from assistant.domain.appeal import Relation, SimilarOrder
from assistant.domain.work_order import OrderState

STATEMENT = "以上为辅助建议；是否并单由坐席核实后决定，系统不会自动并单。"
_OVER = frozenset({OrderState.CLOSED.value, OrderState.MERGED.value})


class SimilarOrderView(Shape):
    """``merge_proposed``: an open order that seems to tell of the same, which a person may merge this one into."""

    order_id: str
    number: str
    relation: Relation
    score: float
    title: str
    reason: str
    state: str
    received_at: datetime | None
    unit: str | None
    outcome: str = Field(description="办理结果")
    merge_proposed: bool = Field(description="建议核实后并单")

    @classmethod
    def of(cls, order: SimilarOrder) -> SimilarOrderView:
        repeats = order.relation is not Relation.PRECEDENT
        return cls(
            order_id=order.order_id,
            number=order.number,
            relation=order.relation,
            score=order.score,
            title=order.title,
            reason=order.reason,
            state=order.state,
            received_at=order.received_at,
            unit=order.unit,
            outcome=order.outcome,
            merge_proposed=repeats and order.state not in _OVER,
        )


class SimilarOrderList(Shape):
    items: list[SimilarOrderView]
    statement: str = STATEMENT
