"""Accuracy and macro-F1 of a classifier learned from ``--history``; the labels are whatever that file holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.learning.calibration import coverage_at_precision, expected_calibration_error, macro_f1
from assistant.learning.profiles import bare_profiles
from evals.contracts import CaseScore, RunOptions, TaskResult
from evals.held_back import Judged, Material, judge, read_material
from evals.measures import MacroF1, Mean

SHOWN_SCORES = 10


class ClassifyTask:
    """Options with ``--set``: label (field, default ``label``), folds, leave_one_out, holdout, seed, without, fair, copies."""

    name = "classify"

    def run(self, options: RunOptions) -> TaskResult:
        target = options.extra.get("label", "label")
        material = read_material(options, target)
        judged = list(judge(material, bare_profiles, options))
        return TaskResult(
            n=len(judged),
            metrics=metrics_of(judged),
            latency=latency_of(judged),
            config=config_of(material, target),
            predictions=(_prediction(one) for one in judged),
            failures=(_failure(one) for one in judged if one.prediction.label not in one.example.labels),
            cases=[_score(one) for one in judged],
            measures=[Mean("accuracy"), MacroF1("macro_f1")],
        )


def metrics_of(judged: Sequence[Judged]) -> dict[str, float]:
    gold = [one.example.label for one in judged]
    told = [one.prediction.label for one in judged]
    right = np.array([one.prediction.ranked[0][0] == one.example.label for one in judged])
    sure = np.array([one.prediction.confidence for one in judged], np.float32)
    return {
        "accuracy": float(np.mean([one == other for one, other in zip(gold, told, strict=True)])),
        "macro_f1": macro_f1(gold, told),
        "coverage_at_95": coverage_at_precision(sure, right)[0],
        "calibration_error": expected_calibration_error(sure, right),
    }


def _score(one: Judged) -> CaseScore:
    gold, said = one.example.label, one.prediction.label
    return CaseScore(one.example.id, {"accuracy": float(gold == said)}, labels={"gold": gold, "said": said})


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
