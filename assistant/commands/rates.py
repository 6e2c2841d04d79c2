"""``hotline rates``: the three rates of a period, by unit, category, channel or street."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant.commands import UsageError
from assistant.commands.options import add_json, add_period
from assistant.commands.order_terminal import work_orders

if TYPE_CHECKING:
    from assistant.domain.three_rates import Measure, RateCounts, RateFilter, Weights

BY = ("unit", "category", "channel", "street")
HELP = """response, resolution and satisfaction (三率) over the valid follow-ups of a period

Groups stand by name, not by rate. Weights of a composite and exclusions come from HOTLINE_RATES__…; there are none by default.

examples:
  hotline rates --from 2026-02-19 --to 2026-03-18
  hotline rates --from 2026-02-19 --to 2026-03-18 --by category --depth 2 --json
  hotline rates --from 2026-02-19 --to 2026-03-18 --unit street-wangjing --orders unsolved
  hotline rates --from 2026-02-19 --to 2026-03-18 --public"""


@dataclass(frozen=True)
class RatesCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        add_period(parser, "last followed up, or closed,", required=True)
        parser.add_argument("--by", choices=BY, default="unit", help="what makes a group (default: unit)")
        parser.add_argument("--depth", type=int, choices=(1, 2, 3), default=1, help="levels of the category in a group")
        for name in BY:
            parser.add_argument(f"--{name}", help=f"only orders of this {name}")
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--public", action="store_true", help="hide groups with few follow-ups, as for publication")
        way.add_argument("--orders", metavar="MEASURE", help="ids of the orders behind a number, e.g. unsolved")
        add_json(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        from assistant.domain.three_rates import Grouping

        wanted, measure = _filter(arguments), _measure(arguments)
        with work_orders(arguments) as opened:
            if measure is not None:
                return _print_orders(opened.rates, wanted, measure, arguments)
            groups = opened.rates.groups(wanted, Grouping(arguments.by), depth=arguments.depth)
            samples, weights = opened.rates.samples(wanted), opened.rates.rules.weights
            names = {unit.id: unit.name for unit in opened.desk.policy.units.values()}
        told = _public(groups) if arguments.public else _internal(groups, weights)
        told |= {"from": str(arguments.first), "to": str(arguments.last), "by": arguments.by}
        told["samples"] = samples > 0 if arguments.public else samples  # the number itself may be small
        print(json.dumps(told, ensure_ascii=False) if arguments.json else _table(told, names))
        return 0


def _filter(arguments: argparse.Namespace) -> RateFilter:
    from assistant.domain.three_rates import Period, RateFilter

    try:
        period = Period(arguments.first, arguments.last)
    except ValueError as error:
        raise UsageError(f"--from {arguments.first} --to {arguments.last}: {error}") from error
    return RateFilter(period, arguments.unit, arguments.category, arguments.channel, arguments.street)


def _measure(arguments: argparse.Namespace) -> Measure | None:
    from assistant.domain.three_rates import Measure

    known = {measure.value: measure for measure in Measure}
    if arguments.orders is not None and arguments.orders not in known:
        raise UsageError(f"--orders {arguments.orders}: one of {' '.join(known)}")
    return known.get(arguments.orders)


def _print_orders(book: Any, wanted: RateFilter, measure: Measure, arguments: argparse.Namespace) -> int:
    found: list[str] = []
    while page := book.orders(wanted, measure, after=found[-1] if found else "", limit=10_000):
        found += page
    print(json.dumps({"total": len(found), "orders": found}) if arguments.json else "\n".join(found))
    return 0


def _internal(groups: Mapping[str, RateCounts], weights: Weights | None) -> dict[str, Any]:
    from assistant.domain.three_rates import CONFIGURABLE, total

    def row(counts: RateCounts) -> dict[str, Any]:
        return asdict(counts) | asdict(counts.rates) | {"composite": counts.rates.composite(weights)}

    note = CONFIGURABLE if weights else ""
    rows = [{"group": name} | row(counts) for name, counts in groups.items()]
    return {"groups": rows, "total": row(total(groups)), "composite_note": note}


def _public(groups: Mapping[str, RateCounts]) -> dict[str, Any]:
    from assistant.domain.public_rates import PublicRates, publish

    def row(found: PublicRates) -> dict[str, Any]:
        rates = asdict(found.rates) if found.rates else dict.fromkeys(("response", "resolution", "satisfaction"))
        return {"valid": found.valid, "hidden": found.rates is None} | rates

    whole, shown = publish(groups)
    return {"groups": [{"group": name} | row(found) for name, found in shown.items()], "total": row(whole)}


def _table(told: Mapping[str, Any], names: Mapping[str, str]) -> str:
    composite = "  综合（口径可配置）" if told.get("composite_note") else ""
    lines = [f"{told['from']} 至 {told['to']}  响应率  解决率  满意率  有效回访{composite}"]
    for row in [*told["groups"], {"group": "合计"} | told["total"]]:
        parts = [_share(row[name]) for name in ("response", "resolution", "satisfaction")]
        valid = "少于可公布数量" if row.get("hidden") else str(row["valid"])
        more = [_share(row["composite"])] if composite else []
        lines.append("  ".join([*parts, f"{valid:>7}", *more, _shown(names.get(row["group"], row["group"]))]))
    if told["samples"]:
        lines.append("含演示数据" if told["samples"] is True else f"其中演示数据 {told['samples']} 件")
    return "\n".join(lines)


def _shown(name: str) -> str:
    """Control characters of an imported name must not steer the terminal."""
    return "".join(character if character.isprintable() else "·" for character in name) or "（未登记）"


def _share(rate: float | None) -> str:
    return "     —" if rate is None else f"{rate:6.1%}"


COMMAND = RatesCommand()
