"""Judges the answers of a saved run: every metric of every case, many at a time; a silent judge leaves gaps, not zeros."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.contracts import CaseScore, DatasetError, TaskResult
from evals.files import read_rows
from evals.judges.endpoint import JudgeOptions, JudgeSilentError, Metric, open_judge
from evals.measures import figures_of, means_of
from evals.store import open_store

ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One metric of one case; ``value`` is ``None`` where the judge gave none, and ``note`` says why."""

    id: str
    metric: str
    value: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    verdicts: Sequence[Verdict]
    asked: int
    reused: int


def judge_rows(
    rows: Sequence[Mapping[str, Any]], options: JudgeOptions, store: Path | None, metrics: Sequence[str] = ()
) -> Judgement:
    """Verdicts over the answered rows; ``metrics`` empty asks for all.

    Raises:
        DatasetError: no row was answered, a metric is unknown, or the judge's key is missing.
    """
    answered = [row for row in rows if row["status"] == ANSWERED and row["contexts"]]
    if not answered:
        raise DatasetError("no answered row with passages to judge; judge a run of the task answer")
    return asyncio.run(_judge(answered, options, store, metrics))


async def _judge(
    rows: Sequence[Mapping[str, Any]], options: JudgeOptions, store: Path | None, names: Sequence[str]
) -> Judgement:
    from evals.judges.ragas_metrics import NEEDS_REFERENCE, metrics_of

    async def one(row: Mapping[str, Any], name: str, metric: Metric) -> Verdict:
        try:
            value = await metric(row)
        except (JudgeSilentError, ValueError) as error:
            return Verdict(row["id"], name, None, f"{type(error).__name__}: {error}")
        return Verdict(row["id"], name, None if math.isnan(value) else value)

    with open_store(store) as kept:
        async with open_judge(options, kept) as judge:
            metrics = _chosen(metrics_of(judge), names)
            pairs = [(row, name) for row in rows for name in metrics if name not in NEEDS_REFERENCE or row["reference"]]
            verdicts = await asyncio.gather(*(one(row, name, metrics[name]) for row, name in pairs))
            return Judgement(verdicts, judge.asked, judge.reused)


def _chosen(metrics: Mapping[str, Metric], names: Sequence[str]) -> Mapping[str, Metric]:
    unknown = set(names) - metrics.keys()
    if unknown:
        raise DatasetError(f"no metric {', '.join(sorted(unknown))}; choose from {', '.join(metrics)}")
    return {name: metric for name, metric in metrics.items() if not names or name in names}


def result_of(judgement: Judgement, options: JudgeOptions) -> TaskResult:
    """The verdicts as a run, so that two judges, or two models under one judge, can be compared."""
    cases = list(_cases(judgement.verdicts))
    measures = means_of(cases)
    silent = [verdict for verdict in judgement.verdicts if verdict.value is None]
    figures = figures_of(cases, measures)
    return TaskResult(
        n=len(cases),
        metrics=figures | {"judge_silent": len(silent) / max(1, len(judgement.verdicts))},
        latency={},
        config={"judge": options.model, "base_url": options.base_url},
        predictions=[{"id": case.id, **case.values} for case in cases],
        failures=[{"id": one.id, "metric": one.metric, "note": one.note} for one in silent],
        cases=cases,
        measures=measures,
        reused=judgement.reused,
    )


def _cases(verdicts: Iterable[Verdict]) -> Iterable[CaseScore]:
    values: dict[str, dict[str, float]] = {}
    for verdict in verdicts:
        row = values.setdefault(verdict.id, {})
        if verdict.value is not None:
            row[verdict.metric] = verdict.value
    return (CaseScore(name, row) for name, row in values.items())


def read_answers(folder: Path) -> list[dict[str, Any]]:
    """``folder`` of a run, or a file of such rows, as ``evals/datasets/judged_answers.jsonl`` is.

    Raises:
        DatasetError: the folder holds no run of the task ``answer``.
    """
    rows = list(read_rows(folder / "predictions.jsonl" if folder.is_dir() else folder))
    if not all({"question", "contexts", "text", "status"} <= row.keys() for row in rows):
        raise DatasetError(f"{folder}: a run of the task answer is needed (hotline evals run answer --out DIR)")
    return rows
