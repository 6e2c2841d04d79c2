"""总览 as callers see it: every number of orders with the address of its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta

from pydantic import Field

from assistant.api.overview.links import link_of
from assistant.api.schemas import Shape
from assistant.desks.overview import Figure, Overview, Quality, Step
from assistant.domain.call_counts import CallCounts
from assistant.domain.feedback import FeedbackCounts
from assistant.domain.time_limits import BEIJING
from assistant.ports.overview import AnswerCounts, Dimension, Unanswered

LAGGING = timedelta(hours=2)
"""Nobody rings a city's hotline for so long only if the feed stands still."""
ZONE = "Asia/Shanghai"
NOT_CONNECTED = ("接通率", "15秒接通率")
"""Figures of the telephone platform (conventions D1), as long as nobody hands over its counts."""


class CallsView(Shape):
    """Counts of the telephone platform; shares are 0 to 1, of the calls that came. ``days``: those of the period that are known."""

    days: int
    offered: int = Field(description="呼入量")
    answered: int = Field(description="接通量")
    within_15s: int = Field(description="15秒接通量")
    connected: float | None = Field(description="接通率")
    connected_in_15s: float | None = Field(description="15秒接通率")

    @classmethod
    def of(cls, days: Mapping[date, CallCounts]) -> CallsView | None:
        if not days:
            return None
        whole = sum(days.values(), CallCounts())
        rates = {"connected": whole.connected, "connected_in_15s": whole.connected_in_15s}
        return cls(days=len(days), **asdict(whole), **rates)


class FigureView(Shape):
    count: int
    list: str = Field(description="数字背后的工单列表")

    @classmethod
    def of(cls, figure: Figure) -> FigureView:
        return cls(count=figure.count, list=link_of(figure.query))


class GroupView(FigureView):
    key: str = Field(description="空为未登记")
    name: str

    @classmethod
    def named(cls, key: str, name: str, figure: Figure) -> GroupView:
        return cls(key=key, name=name, count=figure.count, list=link_of(figure.query))


class StepView(FigureView):
    begin: datetime
    usual: float | None = Field(description="此前四周同一时段的均值")

    @classmethod
    def at(cls, step: Step) -> StepView:
        return cls(begin=step.begin, usual=step.usual, count=step.figure.count, list=link_of(step.figure.query))


class AdoptionView(Shape):
    """What people made of proposals; ``adoption`` and ``edit_rate`` are 0 to 1, ``null`` without any."""

    kind: str
    part: str
    accepted: int
    edited: int
    rejected: int
    adoption: float | None
    edit_rate: float | None

    @classmethod
    def of(cls, kind: str, part: str, counts: FeedbackCounts) -> AdoptionView:
        same = {"accepted": counts.accepted, "edited": counts.edited, "rejected": counts.rejected}
        return cls(kind=kind, part=part, adoption=counts.adoption, edit_rate=counts.edit_rate, **same)


class QualityView(Shape):
    """``cited``: answers whose every sentence has passed the check against its source; ``removed``: sentences that did not."""

    questions: int
    cited: int
    refused: int
    handed_over: int
    guarded: int
    errors: int
    removed: int
    degraded: int
    by_status: dict[str, int]
    unanswered: int = Field(description="没有找到依据的不同问题")
    adoption: list[AdoptionView]
    total: AdoptionView

    @classmethod
    def of(cls, quality: Quality) -> QualityView:
        whole = sum(quality.answers.values(), AnswerCounts())
        by_status: dict[str, int] = {}
        for day, counts in quality.answers.items():
            by_status[day.status] = by_status.get(day.status, 0) + counts.answers

        def family(prefix: str) -> int:
            return sum(count for status, count in by_status.items() if status.startswith(prefix))

        return cls(
            questions=whole.answers,
            cited=by_status.get("answered", 0),
            refused=family("unanswerable_"),
            handed_over=family("handover_"),
            guarded=family("guardrails_"),
            errors=family("error_"),
            removed=whole.removed,
            degraded=whole.degraded,
            by_status=dict(sorted(by_status.items())),
            unanswered=quality.unanswered,
            adoption=[AdoptionView.of(kind, part, each) for (kind, part), each in quality.feedback.items()],
            total=AdoptionView.of("", "", sum(quality.feedback.values(), FeedbackCounts())),
        )


class KnowledgeView(Shape):
    documents: int
    due: int = Field(description="已到复核日期的有效文件")
    due_soon: int = Field(description="三十天内到复核日期")
    not_in_force: int


class OverviewView(Shape):
    """Times are of Beijing. ``lag_s``: how long no order has changed; ``is_lagging``: longer than a hotline is ever silent."""

    at: datetime
    zone: str = ZONE
    first: date
    last: date
    newest: datetime | None
    lag_s: int | None
    is_lagging: bool
    samples: int = Field(description="其中演示数据的工单数")
    not_connected: tuple[str, ...] = NOT_CONNECTED
    calls: CallsView | None = Field(description="话务平台的接通情况，不随筛选；没有导入时为空")
    figures: dict[str, FigureView]
    before: FigureView = Field(description="紧邻的上一个同样长的时段的受理量")
    states: list[GroupView]
    hours: list[StepView]
    days: list[StepView]
    groups: dict[Dimension, list[GroupView]]
    callers: int = Field(description="不同诉求人，未登记的不计")
    days_to_close: float | None
    quality: QualityView
    knowledge: KnowledgeView

    @classmethod
    def of(cls, seen: Overview, names: Mapping[str, str], knowledge: KnowledgeView) -> OverviewView:
        lag = seen.at - seen.newest if seen.newest else None
        return cls(
            at=seen.at.astimezone(BEIJING),
            first=seen.period.first,
            last=seen.period.last,
            newest=seen.newest.astimezone(BEIJING) if seen.newest else None,
            lag_s=max(0, int(lag.total_seconds())) if lag is not None else None,
            is_lagging=lag is not None and lag > LAGGING,
            samples=seen.samples,
            not_connected=() if seen.calls else NOT_CONNECTED,
            calls=CallsView.of(seen.calls),
            figures={name: FigureView.of(figure) for name, figure in seen.figures.items()},
            before=FigureView.of(seen.before),
            states=[GroupView.named(state, state, figure) for state, figure in seen.states.items()],
            hours=[StepView.at(step) for step in seen.hours],
            days=[StepView.at(step) for step in seen.days],
            groups={by: group_views(found, names) for by, found in seen.groups.items()},
            callers=seen.callers,
            days_to_close=seen.days_to_close,
            quality=QualityView.of(seen.quality),
            knowledge=knowledge,
        )


def group_views(groups: Mapping[str, Figure], names: Mapping[str, str]) -> list[GroupView]:
    """By name, not by number."""
    rows = [GroupView.named(key, names.get(key, key) or "未登记", figure) for key, figure in groups.items()]
    return sorted(rows, key=lambda row: (not row.key, row.name))


class UnansweredView(Shape):
    """``question`` is masked; the latest wording."""

    question: str
    status: str
    asked: int
    first_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, item: Unanswered) -> UnansweredView:
        times = {"first_at": item.first_at.astimezone(BEIJING), "last_at": item.last_at.astimezone(BEIJING)}
        return cls(question=item.question, status=item.status, asked=item.asked, **times)


class UnansweredList(Shape):
    since: date
    total: int
    items: list[UnansweredView]
