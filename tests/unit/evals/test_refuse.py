"""Without its document a question must look less answered."""

import json
from pathlib import Path

from evals.contracts import RunOptions
from evals.tasks.refuse import TASK

TEXTS = {
    "a": ("电动自行车充电", "电动自行车不得在楼道内充电，违者由消防救援机构责令改正并处罚款。"),
    "b": ("公园开放时间", "公园每日六时开放，二十二时静园，节假日照常。"),
    "c": ("图书馆借阅", "读者凭身份证办理借阅证，每次可借图书十册，期限三十日。"),
}


def test_removed_documents_lower_the_sureness(tmp_path: Path) -> None:
    corpus, cases = tmp_path / "corpus.jsonl", tmp_path / "cases.jsonl"
    rows = [
        {"id": name, "title": title, "text": text, "region": None, "level": None, "date": None}
        for name, (title, text) in TEXTS.items()
    ]
    corpus.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    asked = [("q1", "电动自行车可以在楼道充电吗", "a"), ("q2", "图书馆一次能借几册书", "c")]
    cases.write_text(
        "\n".join(json.dumps({"id": i, "question": q, "relevant": [g]}, ensure_ascii=False) for i, q, g in asked),
        encoding="utf-8",
    )
    result = TASK.run(RunOptions(cases, (corpus,)))
    assert result.n == 2
    assert result.metrics["AUROC"] == 1.0
    assert all(row["present"] > row["removed"] for row in result.predictions)
    told = [case.values["answered_when_present"] for case in result.cases]
    assert sum(told) / len(told) == result.metrics["answered_when_present"]
