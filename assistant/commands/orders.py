"""``hotline orders``: work orders from files, in lists and one by one; sample orders; the outbox."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError, draft_reply, order_export
from assistant.commands.options import HOTLINE_ZONE, building, iso_day, settings_of

if TYPE_CHECKING:
    from assistant.order_bootstrap import WorkOrders
    from assistant.order_ports import OrderQuery, OrderRow

HELP = """import, list and show work orders; draft replies; make sample orders; send what waits in the outbox

examples:
  hotline orders import export.xlsx --map 诉求描述=content --rejects rejected.jsonl
  hotline orders list --state 办理 --category 公共服务/供暖 --text 暖气不热
  hotline orders show 20260302-0123456789
  hotline orders draft-reply 20260302-0123456789 --note "已到现场核查，更换了单元门锁芯。"
  hotline orders export --unit street-wangjing --from 2026-02-19 --to 2026-03-18 --out wangjing.jsonl
  hotline orders whistles --from 2026-02-19
  hotline orders seed
  hotline orders relay"""


@dataclass(frozen=True)
class OrdersCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        _import(verbs.add_parser("import", help="take in another system's orders from .csv, .xlsx or .jsonl"))
        _list(verbs.add_parser("list", help="list orders, latest first"))
        _show(verbs.add_parser("show", help="one order with its clocks and history"))
        draft_reply.add_arguments(verbs.add_parser("draft-reply", help="draft the written reply to the appellant"))
        _seed(verbs.add_parser("seed", help="add invented sample orders (演示数据)"))
        order_export.add_export(
            verbs.add_parser("export", help="a unit's orders and follow-ups, masked, as JSON lines")
        )
        order_export.add_whistles(
            verbs.add_parser("whistles", help="吹哨报到: how many came, how fast, how each grades")
        )
        _relay(verbs.add_parser("relay", help="send waiting messages to HOTLINE_ORDERS__RECEIVER_URL"))

    def execute(self, arguments: argparse.Namespace) -> int:
        status: int = arguments.run(arguments)
        return status


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=".csv .tsv .xlsx .jsonl, the text formats also .gz")
    parser.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column is; repeatable"
    )
    parser.add_argument("--sheet", help="sheet of an .xlsx (default: the first)")
    parser.add_argument("--label", action="append", default=[], help="put on every order, e.g. 演示数据; repeatable")
    parser.add_argument(
        "--rejects", type=Path, metavar="FILE", help="write rows that were not taken here, with reasons"
    )
    _json_option(parser)
    parser.set_defaults(run=run_import)


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", help="受理 派单 签收 办理 反馈 审核 回访 办结 退单审核 并单")
    parser.add_argument("--unit", help="id of a unit with any part in the order")
    parser.add_argument("--street", help="id of a 街乡")
    parser.add_argument("--category", help="a category and everything below it")
    parser.add_argument("--text", default="", help="words of the order")
    parser.add_argument("--since", type=iso_day, metavar="YYYY-MM-DD", help="received on that day or later")
    parser.add_argument("--overdue", action="store_true", help="only open orders whose limit has passed")
    parser.add_argument("--after", help="id of the last row of the page before")
    parser.add_argument("--limit", type=int, default=20)
    _json_option(parser)
    parser.set_defaults(run=run_list)


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", help="number or id")
    parser.add_argument("--person", metavar="REASON", help="show the appellant's data as well; the look is recorded")
    _json_option(parser)
    parser.set_defaults(run=run_show)


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=3200)
    parser.add_argument("--seed", type=int, default=12345, help="the same seed and end give the same orders")
    parser.add_argument(
        "--until", type=iso_day, metavar="YYYY-MM-DD", help="last day of the fifteen months (default: now)"
    )
    _json_option(parser)
    parser.set_defaults(run=run_seed)


def _relay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--watch", action="store_true", help="go on until interrupted")
    parser.add_argument("--resend", type=int, metavar="ID", help="try a message again that was given up")
    _json_option(parser)
    parser.set_defaults(run=run_relay)


@contextmanager
def work_orders(arguments: argparse.Namespace) -> Iterator[WorkOrders]:
    from assistant.order_ports import StoreUnavailable

    try:
        with building():
            from assistant.order_bootstrap import open_work_orders

            opened = open_work_orders(settings_of(arguments))
        try:
            yield opened
        finally:
            opened.close()
    except StoreUnavailable as error:
        raise CommandFailed(str(error)) from error


def operator() -> Any:
    from assistant.domain.work_order_events import Actor, Role

    return Actor(f"cli:{getpass.getuser()}", Role.SUPERVISOR)


def run_import(arguments: argparse.Namespace) -> int:
    from assistant.adapters.order_files import FileRefused
    from assistant.adapters.order_importer import MappingRefused, import_orders, write_rejected

    given = dict(_pair(text) for text in arguments.map)
    began = time.perf_counter()
    with work_orders(arguments) as opened:
        try:
            report = import_orders(
                arguments.file,
                opened.store,
                opened.catalogue,
                operator(),
                given=given,
                secret=opened.secret,
                labels=tuple(arguments.label),
                sheet=arguments.sheet,
                progress=_counting("rows"),
            )
        except (FileRefused, MappingRefused) as error:
            raise CommandFailed(str(error)) from error
    seconds = time.perf_counter() - began
    if arguments.rejects:
        write_rejected(arguments.rejects, report.rejected)
    told = asdict(report) | {"rejected": [{"line": bad.line, "reason": bad.reason} for bad in report.rejected]}
    told |= {"seconds": round(seconds, 2), "per_second": round(report.imported / seconds)}
    _tell_import(told, arguments)
    return 1 if report.rejected else 0


def _tell_import(told: dict[str, Any], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
        return
    read = "、".join(f"{column}→{target}" for column, target in told["mapping"].items() if target != "-")
    print(f"columns: {read}", file=sys.stderr)
    print(
        f"{told['rows']} rows: {told['imported']} imported, {told['already_there']} already there, "
        f"{told['repeated']} repeated in the file, {len(told['rejected'])} rejected; "
        f"{told['seconds']} s, {told['per_second']} orders/s"
    )
    for bad in told["rejected"][:50]:
        print(f"  line {bad['line']}: {bad['reason']}", file=sys.stderr)
    if len(told["rejected"]) > 50:
        print(f"  and {len(told['rejected']) - 50} more; --rejects FILE keeps them all", file=sys.stderr)


def _pair(text: str) -> tuple[str, str]:
    column, found, target = text.rpartition("=")
    if not found or not column or not target:
        raise UsageError(f"--map {text!r}: write COLUMN=FIELD, e.g. 诉求描述=content; FIELD - leaves a column out")
    return column, target


def _counting(what: str) -> Any:
    if not sys.stderr.isatty():
        return None
    return lambda done: print(f"\r{done} {what}", end="", file=sys.stderr, flush=True)


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
    from assistant.order_ports import OrderQuery

    states = {state.value: state for state in OrderState}
    if arguments.state and arguments.state not in states:
        raise UsageError(f"--state {arguments.state}: one of {' '.join(states)}")
    since = arguments.since and datetime.combine(arguments.since, datetime.min.time(), HOTLINE_ZONE)
    return OrderQuery(
        state=states.get(arguments.state),
        unit=arguments.unit,
        street=arguments.street,
        category=arguments.category,
        text=arguments.text,
        received_from=since,
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


def printable(text: str) -> str:
    """Control characters of a title must not steer the terminal."""
    return "".join(character if character.isprintable() else "·" for character in text)


def local_time(at: datetime) -> str:
    return at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")


def as_plain(data: Any) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False, default=_as_text))


def _as_text(value: Any) -> Any:
    return (
        value.isoformat()
        if hasattr(value, "isoformat")
        else sorted(value)
        if isinstance(value, frozenset)
        else str(value)
    )


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


def run_seed(arguments: argparse.Namespace) -> int:
    end = datetime.now(UTC)
    if arguments.until:
        end = datetime.combine(arguments.until, datetime.max.time(), HOTLINE_ZONE).replace(microsecond=0)
    with work_orders(arguments) as opened:
        from assistant.adapters.sample_files import seed_orders

        with building():
            pack = opened.catalogue.parent
            chosen = {"count": arguments.count, "seed": arguments.seed, "secret": opened.secret}
            added = seed_orders(opened.store, pack, end, **chosen)
    print(
        json.dumps({"added": added})
        if arguments.json
        else f"{added} sample orders added (演示数据){'' if added else ': some are there already'}"
    )
    return 0


def run_relay(arguments: argparse.Namespace) -> int:
    from assistant.adapters.outbox_relay import HttpDelivery, relay

    settings = settings_of(arguments).orders
    if settings.receiver_url is None:
        raise UsageError("HOTLINE_ORDERS__RECEIVER_URL is not set: messages stay in the outbox until it is")
    token = settings.receiver_token.get_secret_value() if settings.receiver_token else None
    deliver = HttpDelivery(str(settings.receiver_url), token=token, timeout_s=settings.receiver_timeout_s)
    with work_orders(arguments) as opened:
        if arguments.resend is not None and not opened.outbox.resend(arguments.resend, datetime.now(UTC)):
            raise CommandFailed(f"no message {arguments.resend} was given up")
        report = relay(opened.outbox, deliver)
        while arguments.watch or report.delivered:
            if not report.delivered:
                time.sleep(1)
            report = relay(opened.outbox, deliver)
        state = opened.outbox.outbox_state()
        dead = [
            {"id": letter.id, "to": letter.destination, "kind": letter.kind} for letter in opened.outbox.dead_letters()
        ]
    told = {"delivered": state.delivered, "waiting": state.waiting, "given_up": dead}
    print(json.dumps(told, ensure_ascii=False) if arguments.json else _outbox_line(told))
    return 1 if dead else 0


def _outbox_line(told: dict[str, Any]) -> str:
    lines = [f"{told['delivered']} delivered, {told['waiting']} waiting, {len(told['given_up'])} given up"]
    lines += [f"  --resend {letter['id']}: {letter['kind']} to {letter['to']}" for letter in told["given_up"]]
    return "\n".join(lines)


COMMAND = OrdersCommand()
