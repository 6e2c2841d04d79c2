"""A run on disk: ``run.json`` (what, from what, with what, figures), ``cases.jsonl``, ``predictions.jsonl``, ``failures.jsonl``."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.contracts import CaseScore, DatasetError, Measure, RunOptions, TaskResult
from evals.files import read_rows, write_rows
from evals.measures import F1, MacroF1, Mean, Ratio, intervals_of
from evals.pooled_measures import Auroc, CalibrationError, CoverageAt, PairFigure
from evals.store import code_hash, data_hash

KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in (Mean, Ratio, F1, MacroF1, PairFigure, Auroc, CoverageAt, CalibrationError)
}


@dataclass(frozen=True)
class Run:
    """A run read back. ``report`` is the content of ``run.json``."""

    folder: Path
    report: Mapping[str, Any]
    cases: Sequence[CaseScore]
    measures: Sequence[Measure]

    @property
    def name(self) -> str:
        return self.folder.name


def summarise(task: str, options: RunOptions, result: TaskResult) -> dict[str, Any]:
    """The one JSON object that a run prints. Times are milliseconds, ``intervals`` 95 % bootstrap intervals."""
    config = {"task": task, "options": _public(options.extra), "limit": options.limit, **_public(result.config)}
    intervals = intervals_of(result.cases, result.measures)
    return {
        "task": task,
        "dataset": str(options.dataset),
        "corpus": [str(path) for path in options.corpus],
        "history": [str(path) for path in options.history],
        "n": result.n,
        "metrics": {name: round(value, 6) for name, value in result.metrics.items()},
        "intervals": {name: [round(low, 6), round(high, 6)] for name, (low, high) in intervals.items()},
        "latency_ms": {name: round(value, 3) for name, value in result.latency.items()},
        "config_hash": hashlib.sha256(json.dumps(config, sort_keys=True, default=str).encode()).hexdigest()[:16],
        "config": config,
        "dataset_sha256": data_hash([options.dataset]),
        "code": {"sha256": code_hash(), "commit": _commit()},
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reused": result.reused,
    }


def _public(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extra.items() if name != "key"}


def _commit() -> str | None:
    """The commit of the checkout that this program runs from; ``None`` when it was installed from a wheel."""
    try:
        command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
        said = subprocess.run(  # noqa: S603 - fixed words
            command, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip() or None


def save(folder: Path, report: Mapping[str, Any], result: TaskResult) -> None:
    write_rows(folder / "predictions.jsonl", result.predictions)
    write_rows(folder / "failures.jsonl", result.failures)
    write_rows(folder / "cases.jsonl", [asdict(case) for case in result.cases])
    measures = [{"kind": type(measure).__name__, **asdict(measure)} for measure in result.measures]  # type: ignore[call-overload]  # measures are dataclasses
    (folder / "run.json").write_text(
        json.dumps({**report, "measures": measures}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def load(folder: Path) -> Run:
    """
    Raises:
        DatasetError: ``folder`` holds no run, or one that keeps no cases.
    """
    try:
        report = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        measures = [_measure(dict(row)) for row in report["measures"]]
        cases = [CaseScore(**row) for row in read_rows(folder / "cases.jsonl")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{folder}: not the folder of a run ({error!r}); make one with --out") from error
    return Run(folder, report, cases, measures)


def _measure(row: dict[str, Any]) -> Measure:
    measure: Measure = KINDS[row.pop("kind")](**row)
    return measure
