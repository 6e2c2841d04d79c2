"""What the task ``triage`` counts: labels one by one, emergencies apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contracts import RunOptions, TaskResult
from evals.tasks.triage import TASK

CASES: list[dict[str, str]] = [
    {"id": "1", "text": "楼道着火了快来人", "diversion": "emergency-fire", "urgency": "紧急"},
    {
        "id": "2",
        "text": "望京路灯不亮",
        "type": "求助",
        "category": "城市管理/路灯井盖/路灯不亮",
        "place": "street-wangjing",
        "unit": "urban-management",
    },
    {"id": "3", "text": "望京路灯不亮", "diversion": "emergency-fire", "unit": "police"},
]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> TaskResult:
    dataset: Path = tmp_path_factory.mktemp("triage") / "cases.jsonl"
    dataset.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in CASES), encoding="utf-8")
    return TASK.run(RunOptions(dataset))


def test_each_label_is_judged_only_where_it_is_given(result: TaskResult) -> None:
    first, second, third = (case.values for case in result.cases)
    assert first == {"emergency_recall": 1.0, "diversion": 1.0, "urgency": 1.0}
    assert second["category_l2"] == second["place"] == second["unit_top1"] == 1.0
    assert third == {"emergency_recall": 0.0, "diversion": 0.0}


def test_a_missed_emergency_lowers_recall_and_nothing_else(result: TaskResult) -> None:
    assert result.metrics["emergency_recall"] == 0.5
    assert result.metrics["emergency_false_alarms"] == 0
    assert [row["id"] for row in result.failures] == ["3"]
    assert next(iter(result.failures))["wrong"] == ["diversion", "emergency"]


def test_danger_without_a_named_service_is_right_whichever_comes(tmp_path: Path) -> None:
    dataset = tmp_path / "danger.jsonl"
    row = {"id": "1", "text": "楼道着火了快来人", "diversion": "emergency-any"}
    dataset.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert TASK.run(RunOptions(dataset)).metrics["diversion"] == 1
