"""主动治理 as callers see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from assistant.api.schemas import Shape
from assistant.domain.signal_topics import SignalTopics, Topic
from assistant.domain.time_limits import BEIJING
from assistant.domain.watch import ARTICLES, Signal, SignalKind, WatchedOrder
from assistant.domain.watch_seasons import Backtest

STATEMENT = "以上为依据工单数据的提示，由主管核实后处置；系统不会自动派单或者上报。"


class UnitName(Shape):
    id: str
    name: str


class SignalView(Shape):
    """``chance``: how likely so many orders would be by luck; ``null`` where that is not what makes the signal."""

    id: str
    kind: SignalKind
    article: str = Field(description="《北京市接诉即办工作条例》条款")
    category: str = Field(description="空为全部分类")
    street: str | None
    street_name: str
    place: str
    first: datetime
    last: datetime
    count: int
    callers: int = Field(description="不同诉求人")
    expected: float = Field(description="往常或者预测的件数")
    chance: float | None
    reason: str
    receivers: list[UnitName] = Field(description="应当即时告知的单位（第二十九条）")

    @classmethod
    def of(cls, signal: Signal, names: Mapping[str, str]) -> SignalView:
        cell = signal.cell
        return cls(
            id=signal.id,
            kind=signal.kind,
            article=ARTICLES[signal.kind],
            category=cell.category,
            street=cell.street or None,
            street_name=names.get(cell.street, cell.street),
            place=cell.place,
            first=signal.first.astimezone(BEIJING),
            last=signal.last.astimezone(BEIJING),
            count=signal.count,
            callers=signal.callers,
            expected=signal.expected,
            chance=signal.chance,
            reason=signal.reason,
            receivers=[UnitName(id=unit, name=names.get(unit, unit)) for unit in signal.receivers],
        )


class BacktestView(Shape):
    """Share of orders by which the forecast of past months was off, beside that of repeating last year's month."""

    months: int
    orders: int
    method: float
    naive: float

    @classmethod
    def of(cls, backtest: Backtest | None) -> BacktestView | None:
        if backtest is None:
            return None
        method, naive = round(backtest.method, 4), round(backtest.naive, 4)
        return cls(months=backtest.months, orders=backtest.orders, method=method, naive=naive)


class WatchView(Shape):
    at: datetime
    since: datetime = Field(description="突发聚集的观察起点")
    orders: int = Field(description="纳入观察的工单数")
    signals: list[SignalView]
    backtest: BacktestView | None
    statement: str = STATEMENT


class WatchedOrderView(Shape):
    id: str
    received_at: datetime
    category: str
    street: str | None
    place: str
    title: str
    is_open: bool
    is_unsolved: bool

    @classmethod
    def of(cls, order: WatchedOrder) -> WatchedOrderView:
        return cls(
            id=order.id,
            received_at=order.received_at.astimezone(BEIJING),
            category=order.category,
            street=order.street or None,
            place=order.place,
            title=order.title,
            is_open=order.is_open,
            is_unsolved=order.is_unsolved,
        )


class SignalOrders(Shape):
    """The orders that a signal stands on, in order of time, as they are now."""

    kind: SignalKind
    total: int
    items: list[WatchedOrderView]
    next_cursor: str | None


SHOWN = 50
"""Orders of a topic that come with it, the newest."""


class TopicView(Shape):
    """Orders that say the same."""

    title: str = Field(description="最近一件的标题")
    count: int
    callers: int = Field(description="不同诉求人")
    open: int = Field(description="仍在办理")
    unsolved: int = Field(description="诉求人反映未解决或者重新办理")
    first: datetime
    last: datetime
    items: list[WatchedOrderView] = Field(description=f"最近的工单，至多{SHOWN}件，按时间先后")

    @classmethod
    def of(cls, topic: Topic) -> TopicView:
        first, *_, last = topic.orders
        return cls(
            title=topic.title,
            count=len(topic.orders),
            callers=topic.callers,
            open=topic.open,
            unsolved=topic.unsolved,
            first=first.received_at.astimezone(BEIJING),
            last=last.received_at.astimezone(BEIJING),
            items=[WatchedOrderView.of(order) for order in topic.orders[-SHOWN:]],
        )


class TopicsView(Shape):
    """Largest topic first."""

    total: int = Field(description="信号背后的工单数")
    compared: int = Field(description="参与归并的最近工单数")
    alone: int = Field(description="与其他工单都不相同的工单数")
    found: int = Field(description="话题总数")
    topics: list[TopicView]

    @classmethod
    def of(cls, topics: SignalTopics, limit: int) -> TopicsView:
        return cls(
            total=topics.total,
            compared=topics.compared,
            alone=topics.alone,
            found=len(topics.topics),
            topics=[TopicView.of(topic) for topic in topics.topics[:limit]],
        )
