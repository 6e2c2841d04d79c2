"""``hotline follow-ups``: whom to ask now, by which script, and what they said (Article 23)."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import add_json, add_page
from assistant.commands.order_terminal import as_plain, local_time, operator, printable, work_orders

if TYPE_CHECKING:
    from assistant.bootstrap.orders import WorkOrders
    from assistant.domain.work_order_events import FollowUp
    from assistant.ports.orders import OrderRow

HELP = """follow-ups (回访): the queue, longest due first, the script, and outcomes

examples:
  hotline follow-ups list
  hotline follow-ups list --need 未解决待决定
  hotline follow-ups script 20260302-0123456789
  hotline follow-ups record 20260302-0123456789 --contacted yes --solved no --satisfaction 不满意 --opinion 还在漏
  hotline follow-ups record 20260302-0123456789 --unanswered"""
NEEDS = ("回访", "时限届满未反馈", "未解决待决定", "待办结")
YES_NO = {"yes": True, "no": False, "是": True, "否": False}


@dataclass(frozen=True)
class FollowUpsCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        _list(verbs.add_parser("list", help="orders to follow up now"))
        _script(verbs.add_parser("script", help="what to say and ask"))
        _record(verbs.add_parser("record", help="write down an answered or unanswered attempt"))

    def execute(self, arguments: argparse.Namespace) -> int:
        status: int = arguments.run(arguments)
        return status


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--need", choices=NEEDS, help="only orders that need this")
    add_page(parser)
    add_json(parser)
    parser.set_defaults(run=run_list)


def _script(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", nargs="?", help="number or id; its title is filled in")
    add_json(parser)
    parser.set_defaults(run=run_script)


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", help="number or id")
    parser.add_argument("--channel", default="电话", help="电话 短信 网络 (default: 电话)")
    parser.add_argument("--unanswered", action="store_true", help="nobody was reached")
    parser.add_argument("--contacted", choices=YES_NO, help="whether the unit had contacted the appellant")
    parser.add_argument("--solved", choices=YES_NO, help="whether the matter is solved")
    parser.add_argument("--satisfaction", choices=("满意", "基本满意", "不满意"), help="as the appellant says")
    parser.add_argument("--opinion", default="", help="what the appellant said; personal data is masked")
    parser.add_argument("--reopen", action="store_true", help="have it handled again, with a new clock")
    add_json(parser)
    parser.set_defaults(run=run_record)


def run_list(arguments: argparse.Namespace) -> int:
    from assistant.domain.follow_up import FollowUpNeed, need_of

    need, now = FollowUpNeed(arguments.need) if arguments.need else None, datetime.now(UTC)
    with work_orders(arguments) as opened:
        rows = opened.follow_ups.due(now, need, after=arguments.after, limit=arguments.limit)
        counts, tries = opened.follow_ups.counts(now), opened.script.unreachable_after
    needs = [need_of(row.state, row.solved, row.attempts, tries) for row in rows]
    if arguments.json:
        items = [asdict(row) | {"need": need.value} for row, need in zip(rows, needs, strict=True)]
        told = {"counts": {need.value: number for need, number in counts.items()}, "items": items}
        print(json.dumps(as_plain(told), ensure_ascii=False))
        return 0
    for row, need in zip(rows, needs, strict=True):
        print(_line(row, need.value))
    print("　".join(f"{need.value} {number}" for need, number in counts.items()))
    return 0


def _line(row: OrderRow, need: str) -> str:
    assert row.follow_up_due is not None
    tried = f"已试{row.attempts}次" if row.attempts else ""
    parts = (local_time(row.follow_up_due), row.number, need, tried, row.category, printable(row.title))
    return "  ".join(part for part in parts if part)


def run_script(arguments: argparse.Namespace) -> int:
    with work_orders(arguments) as opened:
        order = opened.store.load(_id_of(opened, arguments.order)) if arguments.order else None
    script = opened.script
    opening = script.opening
    if order is not None:
        opening = opening.replace("{title}", order.title).replace("{number}", order.number)
    if arguments.json:
        print(json.dumps(asdict(script) | {"opening": opening}, ensure_ascii=False))
        return 0
    print(printable(opening))
    for number, question in enumerate(script.questions, 1):
        choices = f"（{' / '.join(question.answers)}）" if question.answers else f"（{question.only_if}时问，记录原话）"
        print(f"  {number}. {question.ask}{choices}")
    print(f"未解决时：{script.unsolved}\n结束：{script.closing}")
    return 0


def run_record(arguments: argparse.Namespace) -> int:
    from assistant.domain.order_limits import NoTimeLimit
    from assistant.domain.order_policy import NotAllowed
    from assistant.domain.work_order_events import Reopening

    answer = _answer(arguments)
    with work_orders(arguments) as opened:
        order_id = _id_of(opened, arguments.order)
        try:
            order = opened.desk.take(order_id, answer, operator(), "回访")
            if arguments.reopen:
                order = opened.desk.take(order_id, Reopening(), operator(), "回访未解决，重新办理")
        except (NotAllowed, NoTimeLimit) as refusal:
            raise CommandFailed(getattr(refusal, "detail", str(refusal))) from refusal
    if arguments.json:
        print(json.dumps(as_plain(asdict(order)), ensure_ascii=False))
    else:
        again = f"，{local_time(order.follow_up_at)}再试" if arguments.unanswered and order.follow_up_at else ""
        print(f"{order.number}  {order.state.value}  第{order.round}轮{again}")
    return 0


def _answer(arguments: argparse.Namespace) -> FollowUp:
    from assistant.domain.work_order_events import FollowUp, Satisfaction

    given = (arguments.contacted, arguments.solved)
    if arguments.unanswered:
        return FollowUp(arguments.channel, False)
    if None in given or arguments.satisfaction is None:
        raise UsageError("give --contacted, --solved and --satisfaction, or --unanswered")
    contacted, solved = (YES_NO[word] for word in given)
    return FollowUp(arguments.channel, True, contacted, solved, Satisfaction(arguments.satisfaction), arguments.opinion)


def _id_of(opened: WorkOrders, name: Any) -> str:
    order_id = opened.store.id_of(name) or name
    if opened.store.load(order_id) is None:
        raise CommandFailed(f"no order {name}; see `hotline orders list`")
    return str(order_id)


COMMAND = FollowUpsCommand()
