"""``hotline evals models --endpoints FILE``: several models on the same tasks, one report: quality, safety, speed, cost."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evals.commands.run import STORE
from evals.models import ModelRun, cost_per_thousand, read_plan, run_plan
from evals.report.render import write_report
from evals.report.view import Section, section_of
from evals.run_record import Run

help = "run several models on the same tasks and write one report"
EPILOG = (
    "example: hotline evals models --endpoints endpoints.yaml --out runs/models (form of the file: evals/models.py)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoints", type=Path, required=True, help="YAML: endpoints, prices and tasks")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs, report.html and report.md")
    parser.add_argument("--store", type=Path, default=STORE, help="where outputs are kept; only what changed is run")
    parser.add_argument("--title", default="12345智能助手模型对比报告")


def execute(arguments: argparse.Namespace) -> int:
    """Raises ``DatasetError``."""
    made: list[ModelRun] = []
    for one in run_plan(read_plan(arguments.endpoints), arguments.out, arguments.store):
        print(f"{one.endpoint.name}: {one.plan.name}: {one.run.report['n']} cases", file=sys.stderr)
        made.append(one)
    for path in write_report(arguments.out, arguments.title, sections(made)):
        print(path)
    return 0


def sections(made: list[ModelRun]) -> list[Section]:
    """One section per task of the plan, in its order, with every model in it."""
    names = dict.fromkeys(one.plan.name for one in made)
    return [section_of([_system(one) for one in made if one.plan.name == name]) for name in names]


def _system(one: ModelRun) -> tuple[str, Run, float | None]:
    return one.endpoint.name, one.run, cost_per_thousand(one.endpoint, one.run.report["metrics"])
