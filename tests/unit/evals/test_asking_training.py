"""What teaches asking back: never a near copy of what measures it, and a measurement that tells lacking from complete."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.files import read_rows
from evals.harvest.export import near_copies

DATASETS = Path(__file__).resolve().parents[3] / "evals" / "datasets"
MEASURING = ("first_sight_asking", "first_sight_questions", "inquiries")


def test_nothing_that_teaches_is_a_near_copy_of_a_test_row() -> None:
    taught = {row["question"] for row in read_rows(DATASETS / "asking_train.jsonl")}
    rows = (row for name in MEASURING for row in read_rows(DATASETS / f"{name}.jsonl"))
    measured = {row["question"] for row in rows if row["split"] == "test"}
    assert not taught & measured
    copies = near_copies([*taught, *measured])
    assert not [pair for pair in copies if (pair[0] in taught) != (pair[1] in taught)]


def test_the_report_counts_the_lacking_and_the_complete_above_a_score() -> None:
    pytest.importorskip("sklearn")
    from evals.training.asking import Example, report

    rows = [Example("a", True, 1.0, judged=True)] * 2 + [Example("b", False, 1.0, complete=True, judged=True)] * 50
    found = report(rows, np.array([2.0, -9.0] + [float(at) / 50 for at in range(50)]))
    assert (found["lacking"], found["complete"]) == (2, 50)
    least, share, other = found["least_found_other"]["0.02"]  # type: ignore[index]
    assert share == 0.5 and 0.9 < least < 1 and np.isnan(other)
