"""``make evals``: run every committed baseline again and fail when a metric fell by more than its tolerance.

A baseline is ``evals/baselines/<name>.json``::

    {"task": "screen", "dataset": "evals/datasets/attacks.jsonl", "corpus": [], "options": {},
     "needs": null | "shared_data",
     "metrics": {"catch_rate": {"value": 0.97, "tolerance": 0.01, "better": "higher"}},
     "known_failures": ["atk-017"]}

``known_failures`` are the cases that failed when the baseline was recorded: a closed gate names first those that are new.

``$SHARED`` in a path stands for the folder named by ``HOTLINE_SHARED_DATA``; a baseline that needs it is skipped, with the
reason, where the folder is absent.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.contracts import RunOptions
from evals.files import read_rows
from evals.registry import load_task
from evals.run_record import save, summarise

ROOT = Path(__file__).resolve().parent.parent
BASELINES = ROOT / "evals" / "baselines"
SHOWN_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Bound:
    """``value`` may worsen by ``tolerance`` (absolute) before the gate closes."""

    value: float
    tolerance: float
    better: str

    def holds(self, measured: float) -> bool:
        if self.better == "lower":
            return measured <= self.value + self.tolerance
        return measured >= self.value - self.tolerance


@dataclass(frozen=True, slots=True)
class Baseline:
    name: str
    task: str
    options: RunOptions
    bounds: Mapping[str, Bound]
    known: frozenset[str] = frozenset()

    @property
    def missing(self) -> list[Path]:
        files = (self.options.dataset, *self.options.corpus, *self.options.history)
        return [path for path in files if not path.exists()]


@dataclass(frozen=True, slots=True)
class Verdict:
    name: str
    metric: str
    bound: Bound
    measured: float

    @property
    def passed(self) -> bool:
        return self.bound.holds(self.measured)


def shared_data() -> Path:
    return Path(os.environ.get("HOTLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))


def resolve(path: str) -> Path:
    return Path(path.replace("$SHARED", str(shared_data()))) if path.startswith("$SHARED") else ROOT / path


def load_baseline(file: Path, out: Path) -> Baseline:
    raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    options = RunOptions(
        dataset=resolve(raw["dataset"]),
        corpus=tuple(resolve(path) for path in raw.get("corpus", [])),
        limit=raw.get("limit"),
        out=out / file.stem,
        extra=raw.get("options", {}),
        history=tuple(resolve(path) for path in raw.get("history", [])),
        units=resolve(raw["units"]) if "units" in raw else None,
    )
    bounds = {name: Bound(**bound) for name, bound in raw["metrics"].items()}
    return Baseline(file.stem, raw["task"], options, bounds, frozenset(raw.get("known_failures", ())))


def check(baseline: Baseline) -> Iterator[Verdict]:
    result = load_task(baseline.task).run(baseline.options)
    assert baseline.options.out is not None
    save(baseline.options.out, summarise(baseline.task, baseline.options, result), result)
    for metric, bound in baseline.bounds.items():
        yield Verdict(baseline.name, metric, bound, result.metrics.get(metric, math.nan))


def failures_of(baseline: Baseline) -> list[Mapping[str, Any]]:
    """Cases that fail now; those that did not when the baseline was recorded come first."""
    assert baseline.options.out is not None
    rows = read_rows(baseline.options.out / "failures.jsonl")
    return sorted(rows, key=lambda row: str(row.get("id")) in baseline.known)


def run(names: list[str], out: Path, baselines: Path = BASELINES) -> int:
    """0 when every baseline holds, else 1."""
    closed = False
    for file in sorted(baselines.glob("*.json")):
        if names and file.stem not in names:
            continue
        closed |= not gate_one(load_baseline(file, out))
    print("gate: closed" if closed else "gate: open")
    return int(closed)


def gate_one(baseline: Baseline) -> bool:
    if baseline.missing:
        print(f"{baseline.name:<28}skipped: {baseline.missing[0]} is absent")
        return True
    started = time.monotonic()
    verdicts = list(check(baseline))
    for verdict in verdicts:
        mark = "ok" if verdict.passed else "WORSE"
        print(
            f"{verdict.name:<28}{verdict.metric:<28}{verdict.measured:8.4f}  baseline {verdict.bound.value:.4f} "
            f"± {verdict.bound.tolerance:.4f}  {mark}"
        )
    print(f"{baseline.name:<28}{time.monotonic() - started:.1f} s")
    passed = all(verdict.passed for verdict in verdicts)
    if not passed:
        _name_cases(baseline)
    return passed


def _name_cases(baseline: Baseline) -> None:
    failures = failures_of(baseline)
    new = [row for row in failures if str(row.get("id")) not in baseline.known]
    print(f"{len(new)} cases fail that did not before: {', '.join(str(row.get('id')) for row in new) or '–'}")
    print("cases to read:", *(json.dumps(row, ensure_ascii=False) for row in failures[:SHOWN_FAILURES]), sep="\n  ")


def record(file: Path, out: Path) -> None:
    """Writes what is measured now as the new values; tolerances stay. Say in the commit why the baseline moves."""
    raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    baseline = load_baseline(file, out)
    for verdict in check(baseline):
        raw["metrics"][verdict.metric]["value"] = round(verdict.measured, 4)
    raw["known_failures"] = sorted({str(row.get("id")) for row in failures_of(baseline)})
    file.write_text(json.dumps(raw, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.gate", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("names", nargs="*", help="only these baselines")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "gate")
    parser.add_argument(
        "--record", action="store_true", help="write what is measured now as the named baselines' values"
    )
    arguments = parser.parse_args()
    if not arguments.record:
        return run(arguments.names, arguments.out)
    for name in arguments.names:
        record(BASELINES / f"{name}.json", arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
