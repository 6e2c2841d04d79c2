"""Top 1, top 3, macro-F1, coverage at precision 0.95 and calibration of a router learned from ``--history``."""

from __future__ import annotations

from evals.contracts import CaseScore, RunOptions, TaskResult
from evals.held_back import Judged, judge, read_material
from evals.measures import MacroF1, Mean, figures_of
from evals.pooled_measures import CalibrationError, CoverageAt
from evals.tasks.classify.task import config_of, latency_of, sureness
from evals.tasks.route.units import UnitList, read_units

SHOWN_UNITS = 10
MEASURES = (
    Mean("top1"),
    Mean("top3"),
    MacroF1("macro_f1"),
    CoverageAt("coverage_at_95"),
    CalibrationError("calibration_error"),
)


class RouteTask:
    """Options with ``--set``: label (field, default ``units``), folds, leave_one_out, holdout, seed, without, copies."""

    name = "route"

    def run(self, options: RunOptions) -> TaskResult:
        target = options.extra.get("label", "units")
        material = read_material(options, target)
        units = read_units(options.units)
        judged = list(judge(material, units.profiles, options))
        ranks = [rank_of(one, units) for one in judged]
        cases = [_score(one, rank, units) for one, rank in zip(judged, ranks, strict=True)]
        return TaskResult(
            n=len(judged),
            metrics=figures_of(cases, MEASURES),
            latency=latency_of(judged),
            config={**config_of(material, target), "units": str(options.units)},
            predictions=(_prediction(one) for one in judged),
            failures=(_failure(one, rank) for one, rank in zip(judged, ranks, strict=True) if rank),
            cases=cases,
            measures=MEASURES,
            reused=sum(one.reused for one in judged),
        )


def rank_of(one: Judged, units: UnitList) -> int:
    """Place of the first right unit, from 0; the number of units where none is right."""
    right = {units.canonical(label) for label in one.example.labels}
    ranked = (units.canonical(label) for label, _ in one.prediction.ranked)
    return next((rank for rank, label in enumerate(ranked) if label in right), len(one.prediction.ranked))


def _score(one: Judged, rank: int, units: UnitList) -> CaseScore:
    """Where any of several units is right, the one that was said counts as the gold one."""
    said = units.canonical(one.prediction.ranked[0][0])
    gold = said if rank == 0 else units.canonical(one.example.label)
    right = {"top1": float(rank == 0), "top3": float(rank < 3)}
    return CaseScore(one.example.id, right, sureness(one, rank == 0), {"gold": gold, "said": said}, one.seconds)


def _prediction(one: Judged) -> dict[str, object]:
    ranked = [{"unit": label, "score": chance} for label, chance in one.prediction.ranked[:SHOWN_UNITS]]
    return {"id": one.example.id, "ranked": ranked}


def _failure(one: Judged, rank: int) -> dict[str, object]:
    text = f"{one.example.title} {one.example.text}"[:200]
    return {**_prediction(one), "gold": list(one.example.labels), "rank": rank, "text": text}
