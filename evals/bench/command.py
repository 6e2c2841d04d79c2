"""The command line that the benches share."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.bench.table import Report, as_table
from evals.contracts import DatasetError

Measure = Callable[[Path, Path, int | None, int], Report]
"""(shared data, working folder, passages or None for all, rounds) to a report."""

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


def run_bench(about: str | None, measure: Measure, given: Sequence[str] | None = None) -> int:
    """Parses, measures, prints; 2 where the data sets are missing."""
    arguments = _parser(about).parse_args(given)
    if given is None:
        _with_one_thread()
    try:
        with tempfile.TemporaryDirectory(dir=arguments.work) as work:
            report = measure(arguments.shared_data, Path(work), arguments.passages, arguments.rounds)
    except DatasetError as error:
        print(error, file=sys.stderr)
        return 2
    report["machine"] = {"cpus": os.cpu_count(), "load_1min": round(os.getloadavg()[0], 2)}
    if arguments.out:
        arguments.out.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, ensure_ascii=False) if arguments.json else as_table(report))
    return 0


def _parser(about: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("HOTLINE_SHARED_DATA", "../shared/data"))
    parser.add_argument("--shared-data", type=Path, default=shared, help="folder of the public data sets")
    parser.add_argument("--passages", type=int, help="only so many, for a quick look (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default: 5)")
    parser.add_argument("--work", type=Path, help="where to put indexes while measuring (default: the system's)")
    parser.add_argument("--out", type=Path, help="also write the report as JSON here")
    parser.add_argument("--json", action="store_true", help="print JSON (else a table)")
    return parser


def _with_one_thread() -> None:
    """Numerical libraries read their thread count once, so the program starts again with it set."""
    if any(os.environ.get(name) != count for name, count in _ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | _ONE_THREAD)  # noqa: S606
