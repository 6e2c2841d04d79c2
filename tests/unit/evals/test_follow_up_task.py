"""The task ``follow_up``: a wrong answer is told apart from an open one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions
from evals.tasks.follow_up import TASK
from evals.tasks.follow_up.task import FollowUpCases

DATASET = Path("evals/datasets/follow_up_calls.jsonl")
ROW = {"id": "1", "text": "没人联系我", "contacted": False, "solved": None, "satisfaction": None}


def test_the_set_is_large_enough_and_split(repository: Path) -> None:
    rows = [json.loads(line) for line in (repository / DATASET).read_text(encoding="utf-8").splitlines()]
    assert len({row["text"] for row in rows}) == len(rows) >= 150
    assert min(sum(row["split"] == split for row in rows) for split in ("dev", "test")) >= 70


def test_the_rules_hold_on_the_test_half(repository: Path) -> None:
    metrics = TASK.run(RunOptions(repository / DATASET, extra={"split": "test"})).metrics
    assert metrics["all_three"] >= 0.9
    assert metrics["said_wrong"] <= 0.03


def test_an_answer_that_was_not_given_counts_as_said_wrong() -> None:
    task = FollowUpCases()
    output = {"contacted": False, "solved": True, "satisfaction": None}
    score = task.score(ROW, output)
    assert score.values["all_three"] == 0.0
    assert (score.counts["wrong"], score.counts["said"]) == (1, 2)
    failure = task.failure(ROW, output, score)
    assert failure is not None and failure["reasons"] == ["solved"]


def test_a_row_without_labels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"id": "1", "text": "好了"}), encoding="utf-8")
    with pytest.raises(DatasetError, match="satisfaction"):
        FollowUpCases().rows(RunOptions(path))
