"""``hotline evals``: run a task over a dataset and print one JSON object.

Registered as the entry point ``evals`` of the group ``hotline.commands``, so that ``assistant`` never imports ``evals``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import pkgutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import evals.tasks
from evals.contracts import DatasetError, RunOptions, Task, TaskResult
from evals.files import write_rows


def task_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(evals.tasks.__path__) if module.ispkg)


def load_task(name: str) -> Task:
    return cast(Task, importlib.import_module(f"evals.tasks.{name}").TASK)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser(
        "run", help="run one task", epilog="example: hotline evals run screen --dataset cases.jsonl --json"
    )
    run.add_argument("task", choices=task_names())
    run.add_argument("--dataset", type=Path, required=True, help="cases, .jsonl or .jsonl.gz")
    run.add_argument(
        "--corpus", type=Path, action="append", default=[], help="documents, .jsonl or .jsonl.gz; repeatable"
    )
    run.add_argument(
        "--history", type=Path, action="append", default=[], help="labelled orders to learn from; repeatable"
    )
    run.add_argument("--units", type=Path, help="handling units: a catalogue's handling_units.yaml, or .jsonl")
    run.add_argument("--limit", type=int, help="only the first N cases")
    run.add_argument("--out", type=Path, help="folder for predictions.jsonl, failures.jsonl and result.json")
    run.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a task's own option; repeatable")
    run.add_argument("--json", action="store_true", help="print JSON (else a short table)")


def execute(arguments: argparse.Namespace) -> int:
    options = RunOptions(
        dataset=arguments.dataset,
        corpus=tuple(arguments.corpus),
        limit=arguments.limit,
        out=arguments.out,
        extra=dict(pair.split("=", 1) for pair in arguments.set),
        history=tuple(arguments.history),
        units=arguments.units,
    )
    try:
        result = load_task(arguments.task).run(options)
    except DatasetError as error:
        print(error, file=sys.stderr)
        return 2
    report = summarise(arguments.task, options, result)
    if options.out:
        save(options.out, report, result)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else as_table(report))
    return 0


def summarise(task: str, options: RunOptions, result: TaskResult) -> dict[str, Any]:
    config = {"task": task, "options": dict(options.extra), "limit": options.limit, **result.config}
    return {
        "task": task,
        "dataset": str(options.dataset),
        "corpus": [str(path) for path in options.corpus],
        "history": [str(path) for path in options.history],
        "n": result.n,
        "metrics": {name: round(value, 6) for name, value in result.metrics.items()},
        "latency_ms": {name: round(value, 3) for name, value in result.latency.items()},
        "config_hash": hashlib.sha256(json.dumps(config, sort_keys=True, default=str).encode()).hexdigest()[:16],
        "config": config,
    }


def save(folder: Path, report: dict[str, Any], result: TaskResult) -> None:
    write_rows(folder / "predictions.jsonl", result.predictions)
    write_rows(folder / "failures.jsonl", result.failures)
    (folder / "result.json").write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")


def as_table(report: dict[str, Any]) -> str:
    rows = [("task", report["task"]), ("dataset", report["dataset"]), ("n", report["n"])]
    rows += [(name, f"{value:.4f}") for name, value in report["metrics"].items()]
    rows += [(f"{name} ms", f"{value:.2f}") for name, value in report["latency_ms"].items()]
    return "\n".join(f"{name:<24}{value}" for name, value in rows)


@dataclass(frozen=True)
class Command:
    """What the ``hotline`` program needs of a command that lives outside ``assistant``."""

    help: str = "measure quality over a dataset"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        add_arguments(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        return execute(arguments)


COMMAND = Command()
