"""``hotline orders draft-reply``: the written reply to an appellant as a draft; nothing is kept or sent."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed
from assistant.commands.options import building, settings_of

if TYPE_CHECKING:
    from assistant.domain.reply_draft import ReplyCase
    from assistant.reply_contracts import ReplyOutcome
    from assistant.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", help="number or id")
    parser.add_argument("--note", default="", help="what the unit found and did, in its words; personal data is masked")
    parser.add_argument("--contact", default="", help="whom the appellant may call")
    parser.add_argument("--json", action="store_true", help="print JSON, with facts, sources and trace")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from assistant.commands.order_terminal import operator, work_orders
    from assistant.desks.orders import OrderUnknown
    from assistant.domain.order_policy import NotAllowed

    settings = settings_of(arguments)
    with work_orders(arguments) as opened:
        order_id = opened.store.id_of(arguments.order) or arguments.order
        try:
            case = opened.replies.case(order_id, operator(), arguments.note, arguments.contact)
        except OrderUnknown as error:
            raise CommandFailed(f"no order {arguments.order}; see `hotline orders list`") from error
        except NotAllowed as refusal:
            raise CommandFailed(refusal.detail) from refusal
        outcome = _drafted(settings, opened, case)
    if outcome.error:
        raise CommandFailed(f"no draft: {outcome.error}")
    told = (
        json.dumps(asdict(outcome), ensure_ascii=False, default=str) if arguments.json else "\n".join(_lines(outcome))
    )
    print(told)
    return 0


def _drafted(settings: Settings, opened: Any, case: ReplyCase) -> ReplyOutcome:
    with building():
        from assistant.bootstrap.replies import open_replies

        flow, close = open_replies(settings, lambda: opened)
    try:
        return asyncio.run(flow.draft_reply(case))
    finally:
        close()


def _lines(outcome: ReplyOutcome) -> Iterator[str]:
    yield outcome.label
    yield outcome.text
    yield ""
    yield from (f"· {notice}" for notice in outcome.notices)
    if outcome.gaps:
        yield f"· 待填写 {outcome.gaps} 处"
    if "index" in outcome.degraded:
        yield "· 政策库暂时无法查询，没有引用依据。"
    for past in outcome.past:
        yield f"· 参考（{past.number}，诉求人满意）：{past.reply}"
