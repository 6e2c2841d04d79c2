"""Grouped messages, one case each; and the public ones: the largest groups hold what belongs together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions
from evals.measures import intervals_of
from evals.tasks.topics import TASK


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


def messages(path: Path, *events: str) -> Path:
    told = "演示新城旁边新建的搅拌站机器昼夜轰鸣，粉尘很大，无法开窗休息"
    rows = [{"id": f"m{n}", "text": f"{told}{'。' * n}", "event": event} for n, event in enumerate(events)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_each_message_is_a_case_and_every_figure_has_an_interval(tmp_path: Path) -> None:
    result = TASK.run(RunOptions(messages(tmp_path / "messages.jsonl", "mixer", "mixer", "fund")))
    assert result.metrics["pair_precision"] == pytest.approx(1 / 3)
    assert result.metrics["pair_recall"] == 1.0
    shares = {case.id: case.values["in_group"] for case in result.cases}
    assert shares == {"m0": 0.5, "m1": 0.5, "m2": 0.0}
    assert {case.labels["said"] for case in result.cases} == {"m0"}  # a group is named by its first message
    assert [row["id"] for row in result.failures] == ["m0"]
    named = set(intervals_of(result.cases, result.measures))
    assert named == set(result.metrics) - {"groups", "in_groups_of_3", "largest_pairs", "seconds"}


def test_a_changed_label_is_scored_anew_without_grouping_again(tmp_path: Path) -> None:
    file, store = tmp_path / "messages.jsonl", tmp_path / "outputs.sqlite"
    first = TASK.run(RunOptions(messages(file, "mixer", "mixer", "fund"), store=store))
    again = TASK.run(RunOptions(messages(file, "mixer", "mixer", "mixer"), store=store))
    other = TASK.run(RunOptions(messages(file, "mixer", "mixer", "mixer", "mixer"), store=store))
    assert (first.reused, again.reused, other.reused) == (0, 3, 0)
    assert again.metrics["pair_precision"] == 1.0
    assert again.metrics["seconds"] == first.metrics["seconds"]


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
    assert metrics["seconds"] <= 120  # of one process among others; alone it takes a tenth
