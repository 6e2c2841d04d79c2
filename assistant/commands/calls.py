"""``hotline calls``: the telephone platform's counts by day, for 接通率 on the dashboard."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed
from assistant.commands.options import add_json, add_period, today
from assistant.commands.order_terminal import work_orders

if TYPE_CHECKING:
    from datetime import date

    from assistant.domain.call_counts import CallCounts

HELP = """counts of the telephone platform by day: how many calls came, were answered, and within 15 seconds

A file has one row a day with the columns 日期 呼入量 接通量 15秒接通量 (or day offered answered within_15s).
A day that comes again replaces what stood there. A file with a bad row is refused as a whole.

examples:
  hotline calls import calls-2026-11.csv --dry-run
  hotline calls import calls-2026-11.csv
  hotline calls show --from 2026-11-01 --to 2026-11-30 --json"""


@dataclass(frozen=True)
class CallsCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True, metavar="WAY")
        taken = ways.add_parser("import", help="take in a file: .csv .tsv .xlsx .jsonl")
        taken.add_argument("file", type=Path)
        taken.add_argument("--dry-run", action="store_true", help="check the file and store nothing")
        add_json(taken)
        taken.set_defaults(run=_import)
        shown = ways.add_parser("show", help="counts and rates of a period")
        add_period(shown, "called", required=True)
        add_json(shown)
        shown.set_defaults(run=_show)

    def execute(self, arguments: argparse.Namespace) -> int:
        done: int = arguments.run(arguments)
        return done


def _import(arguments: argparse.Namespace) -> int:
    days = _read(arguments.file)
    if not arguments.dry_run:
        with work_orders(arguments) as opened:
            opened.calls.put(days)
    told = {"days": len(days), "first": str(min(days)), "last": str(max(days)), "stored": not arguments.dry_run}
    done = "checked, nothing stored" if arguments.dry_run else "stored"
    print(json.dumps(told) if arguments.json else f"{len(days)} days {done}: {told['first']} to {told['last']}")
    return 0


def _read(file: Path) -> dict[date, CallCounts]:
    from assistant.adapters.order_files import FileRefused, read_rows
    from assistant.domain.call_counts import column_names, read_day

    days: dict[date, CallCounts] = {}
    faults: list[str] = []
    names: dict[str, str] | None = None
    try:
        for row in read_rows(file):
            try:
                if row.fault:
                    raise ValueError(row.fault)
                names = names or column_names(row.values)
                day, counts = read_day({name: row.values.get(said, "") for name, said in names.items()}, today())
                if day in days:
                    raise ValueError(f"{day} 在文件中出现了两次")
                days[day] = counts
            except ValueError as error:
                faults.append(f"line {row.line}: {error}")
    except FileRefused as error:
        raise CommandFailed(str(error)) from error
    if faults or not days:
        print("\n".join(faults[:20]), file=sys.stderr)
        raise CommandFailed(f"{file}: {len(faults)} bad rows; nothing was stored" if faults else f"{file}: no rows")
    return days


def _show(arguments: argparse.Namespace) -> int:
    from assistant.domain.call_counts import CallCounts

    with work_orders(arguments) as opened:
        days = opened.calls.days(arguments.first, arguments.last)
    whole = sum(days.values(), CallCounts())
    if arguments.json:
        rows = [{"day": str(day)} | _told(counts) for day, counts in days.items()]
        print(json.dumps({"days": rows, "total": _told(whole)}))
        return 0
    print("日期        呼入量    接通量  接通率  15秒接通率")
    for name, counts in [*((str(day), counts) for day, counts in days.items()), ("合计", whole)]:
        rates = "  ".join(
            "     —" if rate is None else f"{rate:6.1%}" for rate in (counts.connected, counts.connected_in_15s)
        )
        print(f"{name:<10}  {counts.offered:>6}  {counts.answered:>6}  {rates}")
    return 0


def _told(counts: CallCounts) -> dict[str, Any]:
    return asdict(counts) | {"connected": counts.connected, "connected_in_15s": counts.connected_in_15s}


COMMAND = CallsCommand()
