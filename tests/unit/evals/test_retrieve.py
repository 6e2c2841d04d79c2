"""The task must run the product's search and count rows, not passages."""

import json
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions
from evals.tasks.retrieve import TASK

ARTICLES = [
    (
        "l1#第一条",
        "l1",
        "物业管理条例",
        "第一条",
        "业主应当按照物业服务合同交纳物业服务费用，逾期不交的，业主委员会应当督促其交纳。",
        None,
    ),
    ("l1#第二条", "l1", "物业管理条例", "第二条", "住宅专项维修资金属于业主所有，用于物业保修期满后的维修。", None),
    ("l2#第一条", "l2", "供热条例", "第一条", "供热期间居民卧室温度不得低于十八摄氏度。", "北京"),
]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    names = ("id", "docid", "law", "article", "text", "region")
    rows = [
        dict(zip(names, row, strict=True)) | {"level": "行政法规", "date": "2018-01-01", "chapter": "第一章 总则"}
        for row in ARTICLES
    ]
    return write(tmp_path / "articles.jsonl", rows)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "cases.jsonl", [
        {"id": "q1", "question": "不交物业服务费怎么办？", "relevant": ["l1#第一条", "old#第一条"], "relevant_groups": [["l1#第一条", "old#第一条"]]},
        {"id": "q2", "question": "冬天供热卧室温度多少度？", "relevant": ["l2#第一条"]},
    ])  # fmt: skip


def test_rows_are_found_and_reported(corpus: Path, dataset: Path) -> None:
    result = TASK.run(RunOptions(dataset, (corpus,)))
    assert result.n == 2
    assert result.metrics["hit@1"] == result.metrics["nDCG@10"] == 1.0
    predictions = list(result.predictions)
    assert predictions[0]["ranked"][0]["id"] == "l1#第一条"
    assert not list(result.failures)
    assert result.latency["p50"] > 0


def test_national_only_leaves_local_rules_out_and_says_what_failed(corpus: Path, dataset: Path) -> None:
    result = TASK.run(RunOptions(dataset, (corpus,), extra={"national_only": "true"}))
    assert result.metrics["recall@100"] == 0.5
    [failure] = result.failures
    assert failure["id"] == "q2"
    assert failure["expected"] == [["l2#第一条"]]


def test_a_long_row_counts_once_under_its_own_id(tmp_path: Path) -> None:
    text = "".join(f"第{number}段讲停车收费标准与公示办法，收费单位应当明码标价。" for number in range(200))
    corpus = write(
        tmp_path / "notices.jsonl",
        [{"id": "n1", "title": "停车收费通知", "text": text, "level": None, "region": None, "date": None}],
    )
    cases = write(tmp_path / "cases.jsonl", [{"id": "q", "question": "停车收费标准", "relevant": ["n1"]}])
    [prediction] = TASK.run(RunOptions(cases, (corpus,))).predictions
    assert [row["id"] for row in prediction["ranked"]] == ["n1"]


@pytest.mark.parametrize(
    "row", [{"id": "x", "question": "q"}, {"id": "x", "question": "q", "relevant": []}, {"relevant": ["a"]}]
)
def test_a_row_without_gold_is_named(row: dict[str, object], corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=":1:"):
        TASK.run(RunOptions(write(tmp_path / "bad.jsonl", [row]), (corpus,)))


def test_a_run_without_corpus_says_what_to_give(dataset: Path) -> None:
    with pytest.raises(DatasetError, match="--corpus"):
        TASK.run(RunOptions(dataset))
