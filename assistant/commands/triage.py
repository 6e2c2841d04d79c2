"""``hotline triage``: what an appeal is and who should get it, as a proposal for a person."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from assistant.commands.options import HOTLINE_ZONE, building, settings_of
from assistant.domain.appeal import DispatchMode, Intake, Relation, SimilarOrder, Triage, TriageReport
from assistant.flows.triage_appeal import TriageFlow
from assistant.ports.triage import OrderHistory, UnitLessons
from assistant.settings import Settings


@dataclass(frozen=True)
class TriageCommand:
    help: str = 'propose type, category, place and handling unit of an appeal\n\nexample: hotline triage "望京西园三区暖气不热，打了三次物业都不管"'

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("text", help="the appeal in the citizen's words, in Chinese")
        parser.add_argument("--address", help="where it happened, if given apart from the text")
        parser.add_argument("--phone", help="the caller's number; only its hash is used, to find own orders")
        parser.add_argument("--channel", default="电话", help="how it came in (default: 电话)")
        parser.add_argument("--json", action="store_true", help="print the whole proposal with its trace as JSON")

    def execute(self, arguments: argparse.Namespace) -> int:
        settings = settings_of(arguments)
        with building():
            flow = _built(settings)
        intake = Intake(
            arguments.text,
            datetime.now(HOTLINE_ZONE),
            arguments.channel,
            address=arguments.address,
            phone=arguments.phone,
        )
        report = asyncio.run(flow.triage_appeal(intake))
        print(json.dumps(as_data(report), ensure_ascii=False) if arguments.json else "\n\n".join(as_text(report)))
        return 1 if report.error else 0


def _built(settings: Settings) -> TriageFlow:
    from assistant.bootstrap.triage import build_triage

    return build_triage(settings, _history(settings), _lessons(settings))


def _history(settings: Settings) -> OrderHistory | None:
    """A database that is away must not keep an appeal from being looked at."""
    from assistant.bootstrap.history import history_at_once
    from assistant.ports.orders import StoreUnavailable

    try:
        return history_at_once(settings)
    except StoreUnavailable as error:
        print(f"past orders are not compared: {error}", file=sys.stderr)
        return None


def _lessons(settings: Settings) -> UnitLessons | None:
    from assistant.bootstrap.lessons import lessons_at_once
    from assistant.ports.orders import StoreUnavailable

    try:
        return lessons_at_once(settings)
    except StoreUnavailable as error:
        print(f"corrections are not heeded: {error}", file=sys.stderr)
        return None


def as_data(report: TriageReport) -> dict[str, Any]:
    """The report as JSON-able data."""
    parsed: dict[str, Any] = json.loads(json.dumps(asdict(report), ensure_ascii=False, default=str))
    return parsed


def as_text(report: TriageReport) -> Iterator[str]:
    if report.error:
        yield f"未能完成研判（{report.error}），请人工处理。"
    for number, triage in enumerate(report.triages, 1):
        head = f"【诉求 {number}/{len(report.triages)}】" if len(report.triages) > 1 else "【研判建议】"
        yield "\n".join([head, *_lines(triage), "以上为辅助建议，由坐席确认后生效。"])


def _lines(triage: Triage) -> Iterator[str]:
    yield f"标题：{triage.title}"
    if triage.decision is not None:
        yield f"处置：{triage.decision.handling}　{triage.decision.reason}"
    if triage.diversion is not None:
        yield f"告知：{triage.diversion.tell}"
    yield f"类型：{triage.type.label}（{triage.type.confidence:.0%}）　紧急程度：{triage.urgency.label}　{triage.urgency.reason}"
    yield f"分类：{triage.category.label}（{triage.category.confidence:.0%}）　七有五性：{triage.seven_five}"
    words = "".join(f"「{triage.demand[span.start : span.end]}」" for span in triage.category.spans)
    yield f"　　　{words}{triage.category.reason}"
    if triage.instability:
        yield f"不稳定因素：{'、'.join(triage.instability)}"
    if triage.place is not None:
        yield f"属地：{triage.place.street or triage.place.district or '未知'}　{triage.place.reason}"
    if triage.caller.tell:
        yield f"来电：{triage.caller.tell}"
    for order in triage.similar:
        yield from _similar_lines(order)
    yield from _unit_lines(triage)
    for _, question in triage.extraction.missing:
        yield f"待补充：{question}"


_RELATIONS = {Relation.OWN_REPEAT: "本人重复", Relation.SAME_EVENT: "疑似同一事件", Relation.PRECEDENT: "办结先例"}


def _similar_lines(order: SimilarOrder) -> Iterator[str]:
    yield f"{_RELATIONS[order.relation]}：{order.number or order.order_id}（{order.state}）{order.title}　{order.reason}"
    if order.relation is Relation.PRECEDENT and order.outcome:
        yield f"     办理：{order.outcome}"


_MODES = {
    DispatchMode.DIRECT: "直派承办单位",
    DispatchMode.DIRECT_WITH_DISTRICT_COPY: "直派街乡，抄送区政府",
    DispatchMode.DISTRICT_COORDINATION: "派区政府协调",
}


def _unit_lines(triage: Triage) -> Iterator[str]:
    units = triage.units
    if units is None or not units.suggestions:
        return
    yield f"派单方式：{_MODES[units.mode]}{'　可一键派单' if units.one_click else ''}{'　' + units.note if units.note else ''}"
    for place, unit in enumerate(units.suggestions, 1):
        yield f"  {place}. {unit.name}（{unit.probability:.0%}）{'；'.join(unit.reasons)}"
        if unit.basis:
            yield f"     依据：{'、'.join(unit.basis)}"


COMMAND = TriageCommand()
