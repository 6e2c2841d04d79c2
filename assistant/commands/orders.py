"""``hotline orders``: its verbs; sample orders; the outbox."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.commands import CommandFailed, UsageError, draft_reply, order_export, order_intake, order_reading
from assistant.commands.options import HOTLINE_ZONE, add_json, building, iso_day, settings_of
from assistant.commands.order_terminal import work_orders

HELP = """import, list and show work orders; draft replies; make sample orders; send what waits in the outbox

examples:
  hotline orders import export.xlsx --map 诉求描述=content --rejects rejected.jsonl
  hotline orders import export.xlsx --dry-run
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
        order_intake.add_import(
            verbs.add_parser("import", help="take in another system's orders from .csv, .xlsx or .jsonl")
        )
        order_reading.add_list(verbs.add_parser("list", help="list orders, latest first"))
        order_reading.add_show(verbs.add_parser("show", help="one order with its clocks and history"))
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


def _seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=3200, help="how many (default: 3200)")
    parser.add_argument("--seed", type=int, default=12345, help="the same seed and end give the same orders")
    parser.add_argument(
        "--until", type=iso_day, metavar="YYYY-MM-DD", help="last day of the fifteen months (default: now)"
    )
    add_json(parser)
    parser.set_defaults(run=run_seed)


def _relay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--watch", action="store_true", help="go on until interrupted")
    parser.add_argument("--resend", type=int, metavar="ID", help="try a message again that was given up")
    add_json(parser)
    parser.set_defaults(run=run_relay)


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
    from assistant.adapters.outbox_relay import HttpDelivery, keep_relaying, relay

    settings = settings_of(arguments).orders
    if settings.receiver_url is None:
        raise UsageError("HOTLINE_ORDERS__RECEIVER_URL is not set: messages stay in the outbox until it is")
    token = settings.receiver_token.get_secret_value() if settings.receiver_token else None
    deliver = HttpDelivery(str(settings.receiver_url), token=token, timeout_s=settings.receiver_timeout_s)
    with work_orders(arguments) as opened:
        if arguments.resend is not None and not opened.outbox.resend(arguments.resend, datetime.now(UTC)):
            raise CommandFailed(f"no message {arguments.resend} was given up")
        if arguments.watch:
            keep_relaying(opened.outbox, deliver, time.sleep)
        while relay(opened.outbox, deliver).delivered:
            pass
        state = opened.outbox.outbox_state()
        dead = [
            {"id": letter.id, "to": letter.destination, "kind": letter.kind} for letter in opened.outbox.dead_letters()
        ]
    told = {"delivered": opened.outbox.delivered_so_far(), "waiting": state.waiting, "given_up": dead}
    print(json.dumps(told, ensure_ascii=False) if arguments.json else _outbox_line(told))
    return 1 if dead else 0


def _outbox_line(told: dict[str, Any]) -> str:
    lines = [f"{told['delivered']} delivered, {told['waiting']} waiting, {len(told['given_up'])} given up"]
    lines += [f"  --resend {letter['id']}: {letter['kind']} to {letter['to']}" for letter in told["given_up"]]
    return "\n".join(lines)


COMMAND = OrdersCommand()
