"""The task ``converse``: the flow's own answers are its history; a leak of an earlier matter counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions
from evals.tasks.converse import TASK
from evals.tasks.converse.task import ConversationCases

DATASET = Path("evals/datasets/conversations.jsonl")
STAYS = {"id": "1", "turns": [{"question": "甲", "documents": ["a"]}, {"question": "呢", "documents": ["a"]}]}
LEAVES = {
    "id": "2",
    "turns": [
        {"question": "甲", "documents": ["a"]},
        {"question": "乙", "documents": ["b"], "not_documents": ["a"]},
    ],
}


def _held(*documents: str) -> dict[str, object]:
    return {"turns": [{"status": "answered", "text": "", "documents": [name]} for name in documents]}


def test_every_document_of_the_set_is_in_the_library(repository: Path) -> None:
    rows = [json.loads(line) for line in (repository / DATASET).read_text(encoding="utf-8").splitlines()]
    known = {path.stem for path in (repository / "policy_corpus" / "documents").rglob("*.md")}
    assert len(rows) >= 80
    assert sum(len(row["turns"]) >= 4 for row in rows) >= 30
    assert {turn.get("move") for row in rows for turn in row["turns"]} >= {"change", "return", "correction"}
    assert {name for row in rows for turn in row["turns"] for name in turn["documents"]} <= known


def test_a_lost_context_and_a_leak_are_told_apart() -> None:
    task = ConversationCases()
    assert task.score(STAYS, _held("a", "a")).values == {"first_turn": 1.0, "all_turns": 1.0, "carried": 1.0}
    assert task.score(STAYS, _held("a", "x")).values["carried"] == 0.0
    leaked = task.score(LEAVES, _held("a", "a")).values
    assert (leaked["leaked"], leaked["after_a_change"]) == (1.0, 0.0)
    assert task.score(LEAVES, _held("a", "b")).values["leaked"] == 0.0
    failure = task.failure(LEAVES, _held("a", "a"), task.score(LEAVES, _held("a", "a")))
    assert failure is not None and failure["reasons"] == ["turn 2"]


def test_a_return_and_a_correction_are_told_apart_from_what_stays() -> None:
    moves = [("a", None), ("a", None), ("b", "change"), ("a", "return"), ("c", "correction")]
    turns = [{"question": "问", "documents": [name], **({"move": move} if move else {})} for name, move in moves]
    values = ConversationCases().score({"id": "3", "turns": turns}, _held("a", "x", "b", "a", "a")).values
    assert values["carried"] == 0.0
    assert (values["after_a_change"], values["after_a_return"], values["after_a_correction"]) == (1.0, 1.0, 0.0)


def test_the_answer_of_a_turn_is_what_the_next_one_builds_on(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    turns = [
        {"question": "产假一共多少天", "documents": ["labor-female-workers"]},
        {"question": "双胞胎呢", "documents": ["labor-female-workers"]},
    ]
    path.write_text(json.dumps({"id": "1", "turns": turns}, ensure_ascii=False), encoding="utf-8")
    assert TASK.run(RunOptions(path)).metrics["carried"] == 1.0


def test_one_turn_is_no_conversation(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"id": "1", "turns": STAYS["turns"][:1]}), encoding="utf-8")
    with pytest.raises(DatasetError, match="two turns"):
        ConversationCases().rows(RunOptions(path))
