"""``hotline evals compare RUN_A RUN_B``: is B better than A, on which figures, on which cases, and could it be chance?"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from evals.compare import Comparison, Difference, compare
from evals.run_record import load

help = "compare two runs of one task, case by case"
EPILOG = "example: hotline evals compare runs/before runs/after"
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", type=Path, help="folder of the earlier run (made with --out)")
    parser.add_argument("second", type=Path, help="folder of the later run")
    parser.add_argument("--json", action="store_true", help="print JSON (else a table)")


def execute(arguments: argparse.Namespace) -> int:
    """Raises ``DatasetError``."""
    found = compare(load(arguments.first), load(arguments.second))
    print(json.dumps(_as_data(found), ensure_ascii=False) if arguments.json else as_table(found))
    return 0


def _as_data(found: Comparison) -> dict[str, object]:
    differences = [{**asdict(one), "change": one.change, "significant": one.significant} for one in found.differences]
    return {**asdict(found), "differences": differences}


def as_table(found: Comparison) -> str:
    left_out = found.only_first + found.only_second
    head = f"{found.shared} cases in both runs" + (f", {left_out} in one only are left out" if left_out else "")
    columns = f"{'figure':<34}{'first':>9}{'second':>9}{'change':>9}  {'95 % of the change':<21}{'p':>7}"
    changed = [f"{one.id:<28}{one.measure:<30}{one.first:.3f} -> {one.second:.3f}" for one in found.changed[:SHOWN]]
    more = len(found.changed) - len(changed)
    tail = ["", "cases that changed:", *changed, *([f"… and {more} more (--json)"] if more > 0 else [])]
    return "\n".join([head, columns, *map(_line, found.differences), *(tail if changed else ["no case changed"])])


def _line(one: Difference) -> str:
    mark = " *" if one.significant else ""
    return (
        f"{one.measure:<34}{one.first:>9.4f}{one.second:>9.4f}{one.change:>+9.4f}  "
        f"[{one.low:+.4f}, {one.high:+.4f}]   {one.p:>7.4f}{mark}"
    )
