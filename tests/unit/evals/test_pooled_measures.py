"""Figures over all cases together agree with their plain definitions, also on resampled and paired cases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.learning.calibration import coverage_at_precision
from evals.compare import compare
from evals.contracts import CaseScore, Measure, RunOptions, TaskResult
from evals.measures import Columns, figures_of
from evals.metrics.ranking import auroc
from evals.pooled_measures import Auroc, CalibrationError, CoverageAt, PairFigure
from evals.run_record import load, save, summarise


def grouped(*pairs: tuple[str, str]) -> list[CaseScore]:
    return [CaseScore(str(n), labels={"gold": gold, "said": said}) for n, (gold, said) in enumerate(pairs)]


def counted(**columns: Sequence[float]) -> list[CaseScore]:
    rows = zip(*columns.values(), strict=True)
    return [CaseScore(str(n), counts=dict(zip(columns, row, strict=True))) for n, row in enumerate(rows)]


PAIRS: list[Measure] = [PairFigure(figure, figure) for figure in ("precision", "recall", "f1")]


def test_pairs_are_counted_over_cases_that_both_sides_name() -> None:
    cases = grouped(("p", "1"), ("p", "1"), ("q", "1"), ("q", "2"), ("", "1"))
    assert figures_of(cases, PAIRS) == pytest.approx({"precision": 1 / 3, "recall": 1 / 2, "f1": 2 / 5})


def test_no_pair_said_and_none_true_is_right() -> None:
    assert figures_of(grouped(("p", "1")), PAIRS) == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_a_case_drawn_twice_is_no_pair_with_itself() -> None:
    cases = grouped(("p", "1"), ("q", "1"))
    weights = np.array([[2.0, 1.0]])
    assert PairFigure("precision", "precision").over(Columns(cases), weights)[0] == 0.0
    assert PairFigure("recall", "recall").over(Columns(cases), weights)[0] == 1.0


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    high, low = [0.9, 0.4, 0.6], [0.1, 0.4, 0.8]
    wanted = auroc([*high, *low], [True] * 3 + [False] * 3)
    assert figures_of(counted(high=high, low=low), [Auroc("auroc", "high", "low")])["auroc"] == pytest.approx(wanted)


def test_auroc_of_drawn_cases_is_that_of_the_repeated_ones() -> None:
    high, low = [0.9, 0.4], [0.5, 0.2]
    drawn = Auroc("auroc", "high", "low").over(Columns(counted(high=high, low=low)), np.array([[2.0, 1.0]]))
    assert drawn[0] == pytest.approx(auroc([0.9, 0.9, 0.4, 0.5, 0.5, 0.2], [True] * 3 + [False] * 3))


def test_coverage_is_that_of_the_service() -> None:
    rng = np.random.default_rng(3)
    sure = rng.random(200).round(2).astype(np.float32)
    right = rng.random(200) < np.sqrt(sure)
    cases = counted(sure=sure.tolist(), right=right.astype(float).tolist())
    wanted, _ = coverage_at_precision(sure, right, 0.8)
    assert figures_of(cases, [CoverageAt("coverage", 0.8)])["coverage"] == pytest.approx(wanted)
    assert 0 < wanted < 1


def test_calibration_error_is_the_mean_gap_of_equal_bins() -> None:
    sure, right = [0.1] * 10 + [0.8] * 10, [0.0] * 9 + [1.0] + [1.0] * 10
    found = figures_of(counted(sure=sure, right=right), [CalibrationError("error")])["error"]
    assert found == pytest.approx((4 * 0.1 + 0.4 + 5 * 0.2) / 10)


@pytest.mark.parametrize(
    ("measure", "good", "bad"),
    [
        (PairFigure("f1", "f1"), grouped(*[("p", "0"), ("q", "2")] * 20), grouped(*[("p", "0"), ("q", "0")] * 20)),
        (Auroc("a", "up", "down"), counted(up=[0.9] * 40, down=[0.1] * 40), counted(up=[0.2] * 40, down=[0.5] * 40)),
        (CoverageAt("c"), counted(sure=[0.9] * 40, right=[1] * 40), counted(sure=[0.9] * 40, right=[0] * 40)),
        (CalibrationError("e"), counted(sure=[0.9] * 40, right=[1] * 40), counted(sure=[0.9] * 40, right=[0] * 40)),
    ],
    ids=lambda given: type(given).__name__,
)
def test_runs_are_told_apart_and_equal_ones_are_not(
    measure: Measure, good: list[CaseScore], bad: list[CaseScore], tmp_path: Path
) -> None:
    runs = []
    for name, cases in (("good", good), ("bad", bad), ("same", good)):
        result = TaskResult(len(cases), figures_of(cases, [measure]), {}, {}, cases=cases, measures=[measure])
        (tmp_path / "rows.jsonl").write_text("{}\n")
        save(tmp_path / name, summarise("demo", RunOptions(tmp_path / "rows.jsonl"), result), result)
        runs.append(load(tmp_path / name))
    apart, same = compare(runs[0], runs[1]), compare(runs[0], runs[2])
    assert apart.differences[0].significant and not same.differences[0].significant
    assert same.differences[0].change == 0.0
