"""``hotline evals report RUN…``: saved runs as one self-contained HTML page and one Markdown page."""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.report.render import write_report
from evals.report.view import section_of
from evals.run_record import Run, load

help = "write saved runs as a page to read (HTML and Markdown)"
EPILOG = "example: hotline evals report runs/before runs/after --out runs/report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", type=Path, nargs="+", help="folders of runs (made with --out); NAME=FOLDER names one")
    parser.add_argument("--out", type=Path, required=True, help="folder for report.html and report.md")
    parser.add_argument("--title", default="12345智能助手评测报告")


def execute(arguments: argparse.Namespace) -> int:
    """Raises ``DatasetError``."""
    groups: dict[tuple[str, str], list[tuple[str, Run, float | None]]] = {}
    for given in arguments.runs:
        name, equals, folder = str(given).partition("=")
        run = load(Path(folder if equals else name))
        about = (run.report["task"], run.report["dataset_sha256"])
        groups.setdefault(about, []).append((name if equals else run.name, run, None))
    for path in write_report(arguments.out, arguments.title, [section_of(group) for group in groups.values()]):
        print(path)
    return 0
