"""``make evals``: run every committed baseline again and fail when a metric fell by more than its tolerance.

A baseline is ``evals/baselines/<name>.json``::

    {"task": "screen", "dataset": "evals/datasets/attacks.jsonl", "corpus": [], "options": {},
     "needs": null | "shared_data",
     "metrics": {"catch_rate": {"value": 0.97, "tolerance": 0.01, "better": "higher"}}}

``$SHARED`` in a path stands for the folder named by ``HOTLINE_SHARED_DATA``; a baseline that needs it is skipped, with the
reason, where the folder is absent.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.contracts import RunOptions
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
    return Baseline(file.stem, raw["task"], options, {name: Bound(**bound) for name, bound in raw["metrics"].items()})


def check(baseline: Baseline) -> Iterator[Verdict]:
    result = load_task(baseline.task).run(baseline.options)
    assert baseline.options.out is not None
    save(baseline.options.out, summarise(baseline.task, baseline.options, result), result)
    for metric, bound in baseline.bounds.items():
        yield Verdict(baseline.name, metric, bound, result.metrics[metric])


def failures_of(baseline: Baseline) -> Iterable[str]:
    assert baseline.options.out is not None
    lines = (baseline.options.out / "failures.jsonl").read_text(encoding="utf-8").splitlines()
    return lines[:SHOWN_FAILURES]


def run(names: list[str], out: Path) -> int:
    closed = False
    for file in sorted(BASELINES.glob("*.json")):
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
        print("cases to read:", *failures_of(baseline), sep="\n  ")
    return passed


def record(file: Path, out: Path) -> None:
    """Writes what is measured now as the new values; tolerances stay. Say in the commit why the baseline moves."""
    raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    for verdict in check(load_baseline(file, out)):
        raw["metrics"][verdict.metric]["value"] = round(verdict.measured, 4)
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
