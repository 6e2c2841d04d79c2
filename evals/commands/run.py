"""``hotline evals run TASK``: run one task over a dataset and print one JSON object or a short table."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from evals.contracts import RunOptions
from evals.registry import load_task, task_names
from evals.run_record import save, summarise

help = "run one task"
EPILOG = "example: hotline evals run screen --dataset cases.jsonl --json"
STORE = Path("runs") / "outputs.sqlite"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", choices=task_names())
    parser.add_argument("--dataset", type=Path, required=True, help="cases, .jsonl or .jsonl.gz")
    parser.add_argument(
        "--corpus", type=Path, action="append", default=[], help="documents, .jsonl or .jsonl.gz; repeatable"
    )
    parser.add_argument(
        "--history", type=Path, action="append", default=[], help="labelled orders to learn from; repeatable"
    )
    parser.add_argument("--units", type=Path, help="handling units: a catalogue's handling_units.yaml, or .jsonl")
    parser.add_argument("--limit", type=int, help="only the first N cases")
    parser.add_argument("--out", type=Path, help="folder for run.json and cases, predictions, failures .jsonl")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a task's option; repeatable")
    parser.add_argument(
        "--store",
        type=Path,
        nargs="?",
        const=STORE,
        help=f"keep outputs here ({STORE}) and generate only what changed since: row, options, data or code",
    )
    parser.add_argument("--json", action="store_true", help="print JSON (else a short table)")


def execute(arguments: argparse.Namespace) -> int:
    """Raises ``DatasetError``."""
    options = RunOptions(
        dataset=arguments.dataset,
        corpus=tuple(arguments.corpus),
        limit=arguments.limit,
        out=arguments.out,
        extra=dict(pair.split("=", 1) for pair in arguments.set),
        history=tuple(arguments.history),
        units=arguments.units,
        store=arguments.store,
    )
    result = load_task(arguments.task).run(options)
    report = summarise(arguments.task, options, result)
    if options.out:
        save(options.out, report, result)
    if options.store:
        print(f"{result.reused} of {result.n} outputs taken from {options.store}", file=sys.stderr)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else as_table(report))
    return 0


def as_table(report: dict[str, Any]) -> str:
    rows = [("task", report["task"]), ("dataset", report["dataset"]), ("n", report["n"])]
    rows += [(name, _figure(value, report["intervals"].get(name))) for name, value in report["metrics"].items()]
    rows += [(f"{name} ms", f"{value:.2f}") for name, value in report["latency_ms"].items()]
    width = max(len(name) for name, _ in rows) + 2
    return "\n".join(f"{name:<{width}}{value}" for name, value in rows)


def _figure(value: float, interval: list[float] | None) -> str:
    return f"{value:.4f}" + (f"  [{interval[0]:.4f}, {interval[1]:.4f}]" if interval else "")
