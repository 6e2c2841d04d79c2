"""吹哨报到 measured (ordinance Articles 16 and 33): how many called units came, how fast, and how each side grades the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, median

from assistant.domain.work_order import WhistleState, WorkOrder


@dataclass(frozen=True, slots=True)
class WhistleMetrics:
    """``arrived`` of ``called``; ``median_delay`` after the appointed time; mean grades 1 to 5, ``None`` without any."""

    whistles: int
    called: int
    arrived: int
    on_time: int
    median_delay: timedelta | None
    grade_of_arrivals: float | None
    grade_of_whistles: float | None


def whistle_metrics(orders: Iterable[WorkOrder], unit: str | None = None) -> WhistleMetrics:
    """Over all whistles, or those that ``unit`` blew or was called by."""
    whistles = [whistle for order in orders for whistle in order.whistles if unit is None or _concerns(whistle, unit)]
    delays = [max(at - whistle.meet_at, timedelta()) for whistle in whistles for _, at in whistle.arrivals]
    arrivals = [score for whistle in whistles for _, about, score in whistle.scores if about != whistle.by]
    callers = [score for whistle in whistles for _, about, score in whistle.scores if about == whistle.by]
    return WhistleMetrics(
        whistles=len(whistles),
        called=sum(len(whistle.units) for whistle in whistles),
        arrived=len(delays),
        on_time=sum(delay == timedelta() for delay in delays),
        median_delay=timedelta(seconds=median(d.total_seconds() for d in delays)) if delays else None,
        grade_of_arrivals=fmean(arrivals) if arrivals else None,
        grade_of_whistles=fmean(callers) if callers else None,
    )


def _concerns(whistle: WhistleState, unit: str) -> bool:
    return unit == whistle.by or unit in whistle.units
