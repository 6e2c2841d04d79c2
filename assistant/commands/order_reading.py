"""``hotline orders list`` and ``show``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import add_json, add_page, add_period, beginning
from assistant.commands.order_terminal import as_plain, local_time, operator, printable, work_orders

if TYPE_CHECKING:
    from assistant.ports.orders import OrderQuery, OrderRow


def add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", help="受理 派单 签收 办理 反馈 审核 回访 办结 退单审核 并单")
    parser.add_argument("--unit", help="id of a unit with any part in the order")
    parser.add_argument("--street", help="id of a 街乡")
    parser.add_argument("--category", help="a category and everything below it")
    parser.add_argument("--text", default="", help="words of the order")
    parser.add_argument("--overdue", action="store_true", help="only open orders whose limit has passed")
    add_period(parser, "received")
    add_page(parser)
    add_json(parser)
    parser.set_defaults(run=run_list)


def add_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", help="number or id")
    parser.add_argument("--person", metavar="REASON", help="show the appellant's data as well; the look is recorded")
    add_json(parser)
    parser.set_defaults(run=run_show)


def run_list(arguments: argparse.Namespace) -> int:
    query = _query(arguments)
    with work_orders(arguments) as opened:
        rows, total = opened.store.find(query), opened.store.count(query)
    if arguments.json:
        print(json.dumps({"total": total, "items": [as_plain(asdict(row)) for row in rows]}, ensure_ascii=False))
        return 0
    for row in rows:
        print(_line(row))
    print(f"{len(rows)} of {total}", file=sys.stderr)
    return 0


def _query(arguments: argparse.Namespace) -> OrderQuery:
    from assistant.domain.work_order import OrderState
    from assistant.ports.orders import OrderQuery

    states = {state.value: state for state in OrderState}
    if arguments.state and arguments.state not in states:
        raise UsageError(f"--state {arguments.state}: one of {' '.join(states)}")
    return OrderQuery(
        state=states.get(arguments.state),
        unit=arguments.unit,
        street=arguments.street,
        category=arguments.category,
        text=arguments.text,
        received_from=beginning(arguments.first) if arguments.first else None,
        received_before=beginning(arguments.last + timedelta(days=1)) if arguments.last else None,
        due_before=datetime.now(UTC) if arguments.overdue else None,
        open_only=arguments.overdue,
        after=arguments.after,
        limit=arguments.limit,
    )


def _line(row: OrderRow) -> str:
    due = row.feedback_due or row.dispatch_due
    ends = f"限 {local_time(due)}" if due else ("超期" if row.late else "")
    unit = row.lead or row.lead_name or "-"
    parts = (local_time(row.received_at), row.number, row.state.value, row.category, unit, ends, printable(row.title))
    return "  ".join(part for part in parts if part)


def run_show(arguments: argparse.Namespace) -> int:
    from assistant.domain.order_policy import NotAllowed

    with work_orders(arguments) as opened:
        order_id = opened.store.id_of(arguments.order) or arguments.order
        order = opened.store.load(order_id)
        if order is None:
            raise CommandFailed(f"no order {arguments.order}; see `hotline orders list`")
        events = opened.store.events(order_id)
        try:
            person = (
                opened.desk.person(order_id, operator(), arguments.person) if arguments.person is not None else None
            )
        except NotAllowed as error:
            raise UsageError("--person needs the reason for looking, e.g. --person 回访") from error
        calendar = opened.desk.policy.calendar
    if arguments.json:
        told = {"order": asdict(order), "events": [_event(event) for event in events]}
        print(json.dumps(as_plain(told | ({"person": asdict(person)} if person else {})), ensure_ascii=False))
        return 0
    _print_order(order, calendar)
    for event in events:
        print(f"  {local_time(event.at)}  {type(event.change).__name__}  {event.actor.id}  {printable(event.reason)}")
    if person is not None:
        print(f"诉求人 {person.name} {person.phone} {person.address}\n原文 {printable(person.content)}")
    return 0


def _event(event: Any) -> dict[str, Any]:
    return asdict(event) | {"kind": type(event.change).__name__}


def _print_order(order: Any, calendar: Any) -> None:
    from assistant.domain.time_limits import deadline

    print(
        f"{order.number}  {order.state.value}  第{order.round}轮\n{printable(order.title)}\n{printable(order.content)}"
    )
    print(
        f"{order.type.value} · {order.category} · {order.urgency.value} · 主办 {order.lead or order.lead_name or '未派单'}"
    )
    for clock in order.clocks:
        end = deadline(clock, calendar)
        state = f"停于 {local_time(clock.stopped)}" if clock.stopped else "暂停中" if clock.is_paused else "计时中"
        print(
            f"  时限 {clock.kind.value} {clock.limit.value} {clock.limit.unit}：至 {local_time(end) if end else '—'}，{state}；{clock.limit.source}"
        )
