"""The task ``answer``: rows in, scores and failures out, over the city pack."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from assistant.domain.figures import figures, missing_figures
from evals.contracts import DatasetError, RunOptions
from evals.tasks.answer import TASK
from evals.tasks.answer.cases import read_cases
from evals.tasks.answer.scoring import completeness

DATASET = Path("evals/datasets/inquiries.jsonl")
KINDS = [
    "plain",
    "colloquial",
    "typo",
    "dialect",
    "multi_turn",
    "several_clauses",
    "as_of",
    "repealed",
    "conflicting",
    "unanswerable",
    "out_of_district",
    "ask_back",
]


@pytest.fixture(scope="module")
def sections(repository: Path) -> dict[str, dict[str, str]]:
    """Document id → heading → text of every guide in the pack."""
    found = {}
    for path in (repository / "policy_corpus" / "documents").rglob("*.md"):
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        parts = (part.split("\n", 1) for part in body.split("\n## ")[1:])
        found[yaml.safe_load(head)["id"]] = {heading.strip(): text for heading, text in parts}
    return found


def _section(guide: dict[str, str], heading: str) -> str:
    return guide[heading] if heading else "\n".join(guide.values())


def test_every_gold_clause_exists_and_states_its_figures(repository: Path, sections: dict[str, dict[str, str]]) -> None:
    cases = list(read_cases(repository / DATASET, None, None))
    assert len(cases) >= 120
    for case in cases:
        texts = [_section(sections[document], clause) for document, clause in case.clauses]
        for figure in case.figures:
            assert figures(figure), f"{case.id}: {figure} is no figure"
            assert not missing_figures(figure, texts), f"{case.id}: {figure} is not in the gold clauses"


def test_the_two_halves_share_no_matter(repository: Path) -> None:
    halves = {split: list(read_cases(repository / DATASET, None, split)) for split in ("dev", "test")}
    documents = {split: {clause[0] for case in cases for clause in case.clauses} for split, cases in halves.items()}
    assert min(len(cases) for cases in halves.values()) >= 60
    assert documents["dev"].isdisjoint(documents["test"])


def test_every_kind_of_question_is_there_often_enough(repository: Path) -> None:
    cases = list(read_cases(repository / DATASET, None, None))
    assert len(cases) >= 320
    counts = Counter(kind for case in cases for kind in case.kinds)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 8


def test_a_reference_answer_states_its_checklist_and_no_figure_that_the_document_lacks(
    repository: Path, sections: dict[str, dict[str, str]]
) -> None:
    cases = [case for case in read_cases(repository / DATASET, None, None) if case.checklist]
    assert len(cases) >= 150 and all(case.answer and case.answerable for case in cases)
    for case in cases:
        assert completeness(case, case.answer) == 1.0, case.id
        source = "".join(_section(sections[document], "") for document, _ in case.clauses)
        assert figures(case.answer) <= figures(source), case.id


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    row = {
        "id": "law-1",
        "title": "演示供热办法",
        "text": "第一条 采暖期内，居民卧室室温不得低于18℃。\n第二条 供热单位应当自接到投诉之时起12小时内到场。",
        "region": "北京",
        "date": "2020-01-01",
    }
    path = tmp_path / "laws.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def run(tmp_path: Path, corpus: Path, *rows: dict[str, object], **extra: str) -> tuple[dict[str, float], list[object]]:
    dataset = tmp_path / "cases.jsonl"
    dataset.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    extra.setdefault("threshold", "0")
    result = TASK.run(RunOptions(dataset, (corpus,), extra=extra))
    assert result.n == len(list(result.predictions))
    return dict(result.metrics), list(result.failures)


def test_a_right_answer_scores_in_every_measure(tmp_path: Path, guide: Path) -> None:
    metrics, failures = run(
        tmp_path,
        guide,
        {
            "id": "1",
            "question": "投诉供热后多久到场",
            "relevant": ["law-1"],
            "clauses": [{"document": "law-1", "clause": "第二条"}],
            "figures": ["12小时"],
            "answer": "供热单位应当自接到投诉之时起12小时内到场。",
        },
    )
    assert metrics["cited_correct"] == metrics["figures_right"] == metrics["answered"] == 1.0
    assert metrics["unsupported_sentences"] == metrics["refused_wrong"] == 0.0
    assert metrics["chrf"] > 0.3
    assert failures == []


def test_wrong_gold_shows_as_a_failure_with_its_reasons(tmp_path: Path, guide: Path) -> None:
    metrics, failures = run(
        tmp_path,
        guide,
        {"id": "1", "question": "供热室温标准是多少", "relevant": ["other"], "figures": ["30度"]},
        {"id": "2", "question": "转人工", "answerable": False, "ending": "handover_person"},
    )
    assert metrics["cited_correct"] == metrics["figures_right"] == 0.0
    assert metrics["refused_correct"] == metrics["ending_correct"] == 1.0
    assert [row["reasons"] for row in failures if isinstance(row, dict)] == [["cited_wrong", "figures_missing"]]


def test_a_row_without_a_question_is_named(tmp_path: Path, guide: Path) -> None:
    with pytest.raises(DatasetError, match="row 7"):
        run(tmp_path, guide, {"id": "7"})
