"""Figures are functions of cases: means, ratios, F1, their intervals, and what the store saves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.contracts import CaseScore, DatasetError, RunOptions
from evals.measures import F1, Columns, MacroF1, Mean, Ratio, figures_of, intervals_of
from evals.store import open_store
from evals.tasks.screen import TASK as SCREEN


def case(name: str, value: float | None = None, gold: str = "", said: str = "", **counts: float) -> CaseScore:
    values = {} if value is None else {"hit": value}
    return CaseScore(name, values, counts, {"gold": gold, "said": said} if gold else {})


def test_a_mean_looks_only_at_cases_that_have_the_value() -> None:
    assert figures_of([case("1", 1.0), case("2", 0.0), case("3")], [Mean("hit")]) == {"hit": 0.5}


def test_a_ratio_sums_before_it_divides() -> None:
    cases = [case("1", top=1, bottom=1), case("2", top=0, bottom=3)]
    assert figures_of(cases, [Ratio("share", "top", "bottom"), Ratio("none", "top", "absent")]) == {"share": 0.25}


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    cases = [case("1", hits=1, found=2, wanted=1), case("2", hits=1, found=2, wanted=4)]
    assert figures_of(cases, [F1("f1", "hits", "found", "wanted")])["f1"] == pytest.approx(2 * 0.5 * 0.4 / 0.9)


def test_macro_f1_is_the_mean_over_gold_labels() -> None:
    cases = [case("1", gold="a", said="a"), case("2", gold="a", said="b"), case("3", gold="b", said="b"), case("4")]
    assert figures_of(cases, [MacroF1("f1")])["f1"] == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_weights_count_a_case_as_often_as_it_was_drawn() -> None:
    table = Columns([case("1", 1.0), case("2", 0.0)])
    assert list(Mean("hit").over(table, np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]]))) == [1.0, 0.5, 0.0]


def test_an_interval_holds_the_value_and_narrows_with_cases() -> None:
    few, many = ([case(str(n), float(n % 2)) for n in range(count)] for count in (20, 2000))
    (low, high), (lower, upper) = (intervals_of(cases, [Mean("hit")])["hit"] for cases in (few, many))
    assert low < 0.5 < high
    assert upper - lower < (high - low) / 5
    assert intervals_of([], [Mean("hit")]) == {}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    rows = [{"id": str(n), "text": f"第{n}号楼的居住证怎么办", "attack": False} for n in range(5)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_one_changed_row_is_the_only_one_generated_again(tmp_path: Path, dataset: Path) -> None:
    options = RunOptions(dataset, store=tmp_path / "store.sqlite")
    first = SCREEN.run(options)
    dataset.write_text(dataset.read_text(encoding="utf-8").replace("第3号楼", "第9号楼"), encoding="utf-8")
    assert (first.reused, SCREEN.run(options).reused, SCREEN.run(options).reused) == (0, 4, 5)


def test_a_changed_label_is_scored_again_without_generating(tmp_path: Path, dataset: Path) -> None:
    options = RunOptions(dataset, store=tmp_path / "store.sqlite")
    SCREEN.run(options)
    dataset.write_text(dataset.read_text(encoding="utf-8").replace("false", "true"), encoding="utf-8")
    again = SCREEN.run(options)
    assert again.reused == 5
    assert again.metrics["catch_rate"] == 0.0


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be read as one" * 50, encoding="utf-8")
    with pytest.raises(DatasetError, match="--store"), open_store(path):
        pass


def test_a_run_without_cases_is_refused(tmp_path: Path, dataset: Path) -> None:
    with pytest.raises(DatasetError, match="no case"):
        SCREEN.run(RunOptions(dataset, extra={"split": "nothing"}))
