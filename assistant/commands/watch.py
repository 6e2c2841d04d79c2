"""``hotline watch``: what is bursting, rising, lasting or coming, and the orders behind each signal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import HOTLINE_ZONE, add_json, building, iso_day, settings_of

if TYPE_CHECKING:
    from assistant.desks.watch import WatchDesk
    from assistant.domain.watch import Signal, WatchedOrder
    from assistant.domain.watch_report import WatchReport

KINDS = ("burst", "group", "rising", "lasting", "seasonal", "monthly_topic")
TITLES = dict(zip(KINDS, ("突发聚集", "群体诉求", "上升事项", "长期未解决", "季节性预判", "每月一题候选"), strict=True))
HELP = """what a supervisor should look at before more people have to call (ordinance Articles 24, 25, 29)

examples:
  hotline watch
  hotline watch --at 2026-03-18 --days 14 --kind burst --json
  hotline watch --orders SIGNAL
  hotline watch --topics SIGNAL"""


@dataclass(frozen=True)
class WatchCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--at", type=iso_day, metavar="YYYY-MM-DD", help="as of the end of that day (default: now)")
        parser.add_argument("--days", type=int, default=30, help="look for bursts of so many days (default: 30)")
        parser.add_argument("--kind", choices=KINDS, help="only signals of this kind")
        parser.add_argument("--orders", metavar="SIGNAL", help="the orders behind a signal, by its id")
        parser.add_argument("--topics", metavar="SIGNAL", help="what those orders tell of: groups that say the same")
        add_json(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        from assistant.ports.orders import StoreUnavailable

        if not 1 <= arguments.days <= 366:
            raise UsageError("--days: 1 to 366")
        with building():
            desk, names, close = _opened(arguments)
        try:
            if arguments.orders:
                return _print_orders(desk, arguments)
            if arguments.topics:
                return _print_topics(desk, arguments)
            return _print_report(desk.report(arguments.days, _moment(arguments)), names, arguments)
        except StoreUnavailable as error:
            raise CommandFailed(str(error)) from error
        finally:
            close()


def _opened(arguments: argparse.Namespace) -> tuple[WatchDesk, Mapping[str, str], Any]:
    from assistant.adapters.catalogue_files import load_catalogue
    from assistant.bootstrap.history import watch_desk
    from assistant.bootstrap.orders import OpenOnce
    from assistant.city_pack import city_pack_folder

    settings = settings_of(arguments)
    orders = OpenOnce(settings)
    units = load_catalogue(city_pack_folder(settings.city_pack) / "catalogue").units
    return watch_desk(settings, orders), {unit.id: unit.name for unit in units}, orders.close


def _moment(arguments: argparse.Namespace) -> datetime:
    return datetime.combine(arguments.at, time.max, HOTLINE_ZONE) if arguments.at else datetime.now(UTC)


def _print_orders(desk: WatchDesk, arguments: argparse.Namespace) -> int:
    found = desk.evidence(arguments.orders)
    if found is None:
        raise CommandFailed(f"--orders {arguments.orders}: no signal; take an id from `hotline watch --json`")
    _, orders = found
    if arguments.json:
        told = [asdict(order) | {"received_at": order.received_at.isoformat()} for order in orders]
        for row in told:
            row.pop("caller")
        print(json.dumps({"total": len(orders), "orders": told}, ensure_ascii=False))
    else:
        print("\n".join(map(_order_line, orders)))
    return 0


def _print_topics(desk: WatchDesk, arguments: argparse.Namespace) -> int:
    found = desk.topics(arguments.topics)
    if found is None:
        raise CommandFailed(f"--topics {arguments.topics}: no signal; take an id from `hotline watch --json`")
    if arguments.json:
        rows = [
            {"title": topic.title, "count": len(topic.orders), "callers": topic.callers, "open": topic.open}
            | {"unsolved": topic.unsolved, "orders": [order.id for order in topic.orders]}
            for topic in found.topics
        ]
        head = {"total": found.total, "compared": found.compared, "alone": found.alone}
        print(json.dumps(head | {"topics": rows}, ensure_ascii=False))
        return 0
    newest = "" if found.compared == found.total else f"最近{found.compared}件，"
    print(f"{found.total}件工单，{newest}{len(found.topics)}个话题，另有{found.alone}件各不相同")
    for topic in found.topics:
        days = f"{_local(topic.orders[0].received_at)} 至 {_local(topic.orders[-1].received_at)}"
        print(f"{len(topic.orders):>5}件 {topic.callers}人 未解决{topic.unsolved}件  {_shown(topic.title)}  {days}")
    return 0


def _order_line(order: WatchedOrder) -> str:
    state = "在办" if order.is_open else "未解决" if order.is_unsolved else "办结"
    return f"{_local(order.received_at)}  {order.id}  {state}  {order.category}  {_shown(order.title)}"


def _print_report(report: WatchReport, names: Mapping[str, str], arguments: argparse.Namespace) -> int:
    wanted = [signal for signal in report.signals if arguments.kind in (None, signal.kind.value)]
    if arguments.json:
        print(json.dumps(_told(report, wanted, names), ensure_ascii=False))
        return 0
    print(f"截至 {_local(report.at)}，观察 {report.orders} 件工单；突发聚集自 {_local(report.since)} 起")
    for kind in KINDS:
        of_kind = [signal for signal in wanted if signal.kind.value == kind]
        if arguments.kind in (None, kind):
            print("\n".join([f"【{TITLES[kind]}】{'' if of_kind else '没有'}", *_lines(of_kind, names)]))
    if report.backtest is not None and arguments.kind in (None, "seasonal"):
        test = report.backtest
        print(f"预测回测：{test.months}个月的误差 {test.method:.1%}，照搬去年同月为 {test.naive:.1%}")
    print("以上为依据工单数据的提示，由主管核实后处置。")
    return 0


def _lines(signals: list[Signal], names: Mapping[str, str]) -> Iterator[str]:
    for signal in signals:
        where = f"{names.get(signal.cell.street, signal.cell.street)}{signal.cell.place}" or "全区"
        yield f"  {where}　{signal.cell.category}　{_local(signal.first)} 至 {_local(signal.last)}"
        yield f"    {signal.reason}"
        if signal.receivers:
            yield f"    应即时告知：{'、'.join(names.get(unit, unit) for unit in signal.receivers)}（条例第二十九条）"
        yield f"    工单：hotline watch --orders {signal.id}"


def _told(report: WatchReport, signals: list[Signal], names: Mapping[str, str]) -> dict[str, Any]:
    from assistant.domain.watch import ARTICLES

    rows = []
    for signal in signals:
        row = asdict(signal) | {"id": signal.id, "article": ARTICLES[signal.kind]}
        row |= {"first": signal.first.isoformat(), "last": signal.last.isoformat()}
        rows.append(row | {"receivers": [{"id": unit, "name": names.get(unit, unit)} for unit in signal.receivers]})
    backtest = report.backtest and asdict(report.backtest)
    head = {"at": report.at.isoformat(), "since": report.since.isoformat(), "orders": report.orders}
    return head | {"signals": rows, "backtest": backtest}


def _shown(text: str) -> str:
    """Control characters of a title must not steer the terminal."""
    return "".join(character if character.isprintable() else "·" for character in text)


def _local(at: datetime) -> str:
    return at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")


COMMAND = WatchCommand()
