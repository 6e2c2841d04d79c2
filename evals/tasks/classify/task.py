"""Accuracy and macro-F1 of a classifier learned from ``--history``; the labels are whatever that file holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.learning.profiles import bare_profiles
from evals.contracts import CaseScore, RunOptions, TaskResult
from evals.held_back import Judged, Material, judge, read_material
from evals.measures import MacroF1, Mean, figures_of
from evals.pooled_measures import CalibrationError, CoverageAt

SHOWN_SCORES = 10
MEASURES = (Mean("accuracy"), MacroF1("macro_f1"), CoverageAt("coverage_at_95"), CalibrationError("calibration_error"))


class ClassifyTask:
    """Options with ``--set``: label (field, default ``label``; several: the first that a row has), text (fields), folds, leave_one_out, holdout, seed, without, fair, copies."""

    name = "classify"

    def run(self, options: RunOptions) -> TaskResult:
        target = options.extra.get("label", "label")
        material = read_material(options, target)
        judged = list(judge(material, bare_profiles, options))
        cases = [_score(one) for one in judged]
        return TaskResult(
            n=len(judged),
            metrics=figures_of(cases, MEASURES),
            latency=latency_of(judged),
            config=config_of(material, target),
            predictions=(_prediction(one) for one in judged),
            failures=(_failure(one) for one in judged if one.prediction.label not in one.example.labels),
            cases=cases,
            measures=MEASURES,
            reused=sum(one.reused for one in judged),
        )


def _score(one: Judged) -> CaseScore:
    gold, said = one.example.label, one.prediction.label
    right = {"accuracy": float(gold == said)}
    sure = sureness(one, one.prediction.ranked[0][0] == gold)
    return CaseScore(one.example.id, right, sure, {"gold": gold, "said": said}, one.seconds)


def sureness(one: Judged, right: bool) -> dict[str, float]:
    return {"sure": one.prediction.confidence, "right": float(right)}


def latency_of(judged: Sequence[Judged]) -> dict[str, float]:
    times = [one.seconds * 1000 for one in judged]
    return {"p50": float(np.percentile(times, 50)), "p99": float(np.percentile(times, 99))}


def config_of(material: Material, target: str) -> dict[str, object]:
    return {"label": target, "other_training_rows": len(material.others), "copies_left_out": material.copies}


def _prediction(one: Judged) -> dict[str, object]:
    scores = dict(one.prediction.ranked[:SHOWN_SCORES])
    return {"id": one.example.id, "label": one.prediction.label, "scores": scores}


def _failure(one: Judged) -> dict[str, object]:
    return {
        "id": one.example.id,
        "gold": list(one.example.labels),
        "label": one.prediction.label,
        "scores": one.prediction.ranked[:3],
        "text": f"{one.example.title} {one.example.text}"[:200],
    }
