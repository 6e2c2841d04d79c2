"""Task ``draft_reply``: scores what a draft tells, where, and what its gate lets through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions
from evals.measures import figures_of
from evals.registry import load_task
from evals.tasks.draft_reply.task import DraftReplyCases

ROW = {
    "id": "r1", "title": "楼道漏水", "category": "住房/物业管理/公共区域维修", "split": "dev", "basis": ["物业管理条例"],
    "log": [{"part": "found", "text": "现场查看，管道接口渗漏"}, {"part": "done", "text": "已更换接口"}],
    "claims": [
        {"part": "done", "on": "更换", "text": "我单位已更换接口。", "supported": True},
        {"part": "done", "on": "更换", "text": "我单位已更换全部管道。", "supported": False},
        {"part": "done", "on": "更换", "text": "问题已解决。", "supported": False},
    ],
}  # fmt: skip
OUTPUT = {
    "text": "",
    "places": ["核查情况", ""],
    "basis": ["《北京市物业管理条例》第八条"],
    "faults": [None, None, "claim"],
    "removed": [],
}


def test_scores_stops_keeps_and_places() -> None:
    task = DraftReplyCases()
    case = task.score(ROW, OUTPUT)
    figures = figures_of([case], [*task.measures([case])])
    assert figures["unsupported_stopped"] == 0.5
    assert figures["supported_kept"] == 1.0
    assert (figures["log_told"], figures["well_placed"]) == (0.5, 0.5)
    assert case.values == {"basis_given": 1.0, "basis_right": 1.0}
    failure = task.failure(ROW, OUTPUT, case)
    assert failure is not None
    assert [claim["text"] for claim in failure["claims"]] == ["我单位已更换全部管道。"]
    assert [moved["text"] for moved in failure["moved"]] == ["已更换接口"]


@pytest.mark.parametrize("basis", [[], ["《别的条例》第一条"]])
def test_a_basis_that_is_missing_or_wrong_is_worth_reading(basis: list[str]) -> None:
    task, output = (
        DraftReplyCases(),
        OUTPUT | {"places": ["核查情况", "办理情况"], "basis": basis, "faults": [None, "x", "x"]},
    )
    failure = task.failure(ROW, output, task.score(ROW, output))
    assert failure == {"id": "r1", "claims": [], "moved": [], "basis": basis}
    right = output | {"basis": OUTPUT["basis"]}
    assert task.failure(ROW, right, task.score(ROW, right)) is None


def test_runs_over_the_city_pack(tmp_path: Path) -> None:
    dataset = tmp_path / "cases.jsonl"
    dataset.write_text(json.dumps(ROW, ensure_ascii=False) + "\n", encoding="utf-8")
    report = load_task("draft_reply").run(RunOptions(dataset=dataset, extra={"split": "dev"}))
    assert report.n == 1
    assert report.metrics["log_told"] == 1.0
    assert report.metrics["unsupported_stopped"] == 1.0
    with pytest.raises(DatasetError):
        load_task("draft_reply").run(RunOptions(dataset=dataset, extra={"split": "test"}))


def test_a_row_without_its_parts_is_refused(tmp_path: Path) -> None:
    dataset = tmp_path / "cases.jsonl"
    dataset.write_text(json.dumps({**ROW, "log": [{"part": "mood", "text": "x"}]}) + "\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="row 1"):
        DraftReplyCases().rows(RunOptions(dataset=dataset))
