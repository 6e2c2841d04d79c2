"""Pairs of groups; and the public messages: the largest groups hold what belongs together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions
from evals.metrics.clusters import pair_counts
from evals.tasks.topics import TASK


def test_pairs_are_counted_over_items_that_both_sides_name() -> None:
    counts = pair_counts({"a": 1, "b": 1, "c": 1, "d": 2, "x": 1}, {"a": "p", "b": "p", "c": "q", "d": "q"})
    assert (counts.both, counts.said, counts.true) == (1, 3, 2)
    assert (counts.precision, counts.recall, counts.f1) == (1 / 3, 1 / 2, 2 / 5)


def test_no_pair_said_and_none_true_is_right() -> None:
    counts = pair_counts({"a": 1}, {"a": "p"})
    assert (counts.precision, counts.recall, counts.f1) == (1.0, 1.0, 1.0)


def test_rows_with_their_own_events_are_judged_by_them(tmp_path: Path) -> None:
    told = "演示新城旁边新建的搅拌站机器昼夜轰鸣，粉尘很大，无法开窗休息"
    rows = [{"id": f"m{n}", "text": f"{told}{'。' * n}", "event": "mixer"} for n in range(3)]
    rows += [{"id": "o", "text": "公积金贷款可以变更姓名吗", "event": "fund"}]
    file = tmp_path / "messages.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = TASK.run(RunOptions(file))
    assert (result.metrics["pair_precision"], result.metrics["pair_recall"]) == (1.0, 1.0)
    predictions = {row["id"]: row["cluster"] for row in result.predictions}
    assert len({predictions[f"m{n}"] for n in range(3)}) == 1 and predictions["o"] not in (predictions["m0"],)


@pytest.mark.parametrize("rows", [[], [{"id": "a"}], [{"id": "a", "text": "一"}, {"id": "a", "text": "二"}]])
def test_rows_that_cannot_be_grouped_are_refused(rows: list[dict[str, str]], tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(DatasetError):
        TASK.run(RunOptions(file))


@pytest.mark.shared_data
def test_the_largest_groups_of_the_public_messages_belong_together(shared_data: Path) -> None:
    metrics = TASK.run(RunOptions(shared_data / "topics" / "messages.jsonl.gz")).metrics
    assert metrics["largest_pair_precision"] >= 0.95
    assert metrics["largest_judged"] >= 0.95
    assert metrics["pair_recall"] >= 0.65
    assert metrics["seconds"] <= 60
