"""Task ``extract`` over its three forms of rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions, TaskResult
from evals.tasks.extract import TASK
from evals.tasks.extract.aligned import tagged, tags_at
from evals.tasks.extract.calls import shared

DATASETS = Path(__file__).resolve().parents[3] / "evals" / "datasets"


def rows(path: Path, *content: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content), encoding="utf-8")
    return path


def address(text: str, *spans: tuple[int, str]) -> dict[str, object]:
    tags = [f"{'B' if at == 0 else 'I'}-{label}" for size, label in spans for at in range(size)]
    return {"text": text, "tags": tags}


def test_a_run_of_digits_carries_one_tag_and_a_range_too() -> None:
    row = tagged(address("学院路37号", (3, "road"), (2, "roadno")), 0)
    assert row.by_token and row.spans == {(0, 3, "road"), (3, 6, "roadno")}
    ranged = tagged(address("学院路37-39号", (3, "road"), (2, "roadno")), 1)
    assert ranged.usable and not ranged.by_token and (3, 9, "roadno") in ranged.spans
    assert list(tags_at(ranged.pieces, ranged.spans)) == list(ranged.tags)
    assert not tagged(address("学院路", (9, "road")), 2).usable


def test_addresses_are_learned_from_the_history_and_judged_by_span(tmp_path: Path) -> None:
    train = [
        address(f"{name}路{number}号", (3, "road"), (2, "roadno"))
        for number, name in enumerate(["学院", "方庄", "新华"])
    ]
    held = rows(
        tmp_path / "held.jsonl", address("兴华路8号", (3, "road"), (2, "roadno")), address("兴华路", (9, "road"))
    )
    options = RunOptions(held, history=(rows(tmp_path / "train.jsonl", *train),), extra={"networks": "0"})
    result = TASK.run(options)
    assert result.metrics["f1"] == 1.0 and result.metrics["f1_unaligned_as_missed"] < 1.0
    assert result.config["rows_left_out"] == 1
    assert next(iter(result.predictions))["tags"] == ["B-road", "I-road", "I-road", "B-roadno", "I-roadno"]


def test_our_own_sets_reach_what_was_measured() -> None:
    """The floor of the test halves; the figures themselves are in docs/quality.md."""
    split = {"split": "test"}
    places = TASK.run(RunOptions(DATASETS / "addresses.jsonl", extra=split)).metrics
    assert places["street"] >= 0.97 and places["elsewhere"] >= 0.95 and places["sure_and_wrong"] <= 0.02
    calls = TASK.run(RunOptions(DATASETS / "extractions.jsonl", extra=split)).metrics
    assert calls["where_overlap"] >= 0.95 and calls["demand_overlap"] >= 0.95
    assert calls["when_overlap"] >= 0.9 and calls["object_overlap"] >= 0.85


@pytest.mark.parametrize(("row", "words"), [({"text": "x"}, "tags"), ({"text": "x", "tags": ["B-road"]}, "--history")])
def test_what_is_missing_is_named(tmp_path: Path, row: dict[str, object], words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        TASK.run(RunOptions(rows(tmp_path / "rows.jsonl", row)))


def test_overlap_is_the_longest_common_run() -> None:
    assert shared("希望尽快修好", "尽快修好") == pytest.approx(4 / 6)


def test_one_changed_address_is_tagged_anew_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train = [address(f"{name}路{n}号", (3, "road"), (2, "roadno")) for n, name in enumerate(["学院", "方庄", "新华"])]
    taught, first = rows(tmp_path / "train.jsonl", *train), address("兴华路8号", (3, "road"), (2, "roadno"))

    def run(*held: object) -> TaskResult:
        made = RunOptions(
            rows(tmp_path / "held.jsonl", *held),
            history=(taught,),
            extra={"networks": "0"},
            store=tmp_path / "o.sqlite",
        )
        return TASK.run(made)

    second = address("建安路9号", (3, "road"), (2, "roadno"))
    fresh = run(first, second)
    assert (fresh.reused, run(first, second).reused) == (0, 2)
    assert run(first, address("文华路5号", (3, "road"), (2, "roadno"))).reused == 1
    monkeypatch.setattr("evals.tasks.extract.task.tag_rows", lambda *_: pytest.fail("nothing has to be fitted"))
    assert list(run(first, second).predictions) == list(fresh.predictions)
