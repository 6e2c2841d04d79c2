"""``hotline orders export``: a unit's orders and follow-ups for its own analysis. ``hotline orders whistles``: how 吹哨报到 goes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import HOTLINE_ZONE, add_json, add_period

if TYPE_CHECKING:
    from assistant.bootstrap.orders import WorkOrders
    from assistant.domain.work_order import WorkOrder
    from assistant.ports.orders import OrderQuery

PAGE = 500


def add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", required=True, help="id of the unit; only orders that it has a part in")
    parser.add_argument("--out", type=Path, metavar="FILE", help="JSON lines (default: standard output)")
    add_period(parser, "received")
    parser.set_defaults(run=run_export)


def add_whistles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", help="only whistles that it blew or was called by")
    add_json(parser)
    add_period(parser, "received")
    parser.set_defaults(run=run_whistles)


def run_export(arguments: argparse.Namespace) -> int:
    from assistant.commands.order_terminal import work_orders
    from assistant.domain.unit_export import exported

    count = 0
    with work_orders(arguments) as opened, _writing(arguments.out) as out:
        if arguments.unit not in opened.desk.policy.units:
            raise UsageError(f"--unit {arguments.unit}: no such unit in the city pack; see GET /v1/units")
        now, calendar = datetime.now(UTC), opened.desk.policy.calendar
        for order in orders_of(opened, arguments):
            out.write(json.dumps(exported(order, arguments.unit, now, calendar), ensure_ascii=False) + "\n")
            count += 1
    print(f"{count} orders", file=sys.stderr)
    return 0


def run_whistles(arguments: argparse.Namespace) -> int:
    from assistant.commands.order_terminal import work_orders
    from assistant.domain.whistle_metrics import whistle_metrics

    with work_orders(arguments) as opened:
        found = asdict(whistle_metrics(orders_of(opened, arguments), arguments.unit))
    delay: timedelta | None = found.pop("median_delay")
    found["median_delay_minutes"] = None if delay is None else round(delay.total_seconds() / 60)
    if arguments.json:
        print(json.dumps(found))
    else:
        print(_sentence(found))
    return 0


def _sentence(found: dict[str, Any]) -> str:
    grades = {name: "—" if found[name] is None else f"{found[name]:.1f}" for name in _GRADES}
    return (
        f"吹哨 {found['whistles']} 次，呼叫 {found['called']} 家次，报到 {found['arrived']}，按时 {found['on_time']}；"
        f"报到评分 {grades['grade_of_arrivals']}，吹哨评分 {grades['grade_of_whistles']}（满分5分）"
    )


_GRADES = ("grade_of_arrivals", "grade_of_whistles")


def orders_of(opened: WorkOrders, arguments: argparse.Namespace) -> Iterator[WorkOrder]:
    """Whole orders of the period, latest first, page by page."""
    query: OrderQuery | None = _query(arguments)
    while query is not None:
        rows = opened.store.find(query)
        for row in rows:
            order = opened.store.load(row.id)
            if order is not None:
                yield order
        query = replace(query, after=rows[-1].id) if len(rows) == PAGE else None


def _query(arguments: argparse.Namespace) -> OrderQuery:
    from assistant.ports.orders import OrderQuery

    first, last = arguments.first, arguments.last
    if first and last and last < first:
        raise UsageError("--to lies before --from")
    end = last and last + timedelta(days=1)
    return OrderQuery(unit=arguments.unit, received_from=_midnight(first), received_before=_midnight(end), limit=PAGE)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, datetime.min.time(), HOTLINE_ZONE) if day else None


@contextmanager
def _writing(path: Path | None) -> Iterator[IO[str]]:
    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8") as out:
            yield out
    except OSError as error:
        raise CommandFailed(f"{path}: {error.strerror}") from error
