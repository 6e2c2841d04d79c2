"""No text is judged by a model that has seen it, nor a copy of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from evals.contracts import DatasetError, RunOptions
from evals.held_back import read_material
from evals.registry import load_task

TEXTS = {"供暖": ["暖气不热", "锅炉房停暖", "供热温度不够"], "停车": ["违法停车堵路", "停车收费太贵", "路边乱停车"]}


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    rows: list[dict[str, object]] = [
        {"id": f"{label}{n}", "content": f"{text}请处理", "label": label, "units": [f"{label}办"], "odd": n == 0}
        for label, texts in TEXTS.items()
        for n, text in enumerate(texts)
    ]
    return write(tmp_path / "cases.jsonl", rows)


def test_without_a_history_the_task_says_what_to_give(dataset: Path) -> None:
    with pytest.raises(DatasetError, match="--history"):
        load_task("classify").run(RunOptions(dataset))


def test_a_field_that_no_row_has_is_named(dataset: Path) -> None:
    with pytest.raises(DatasetError, match="colour"):
        load_task("classify").run(RunOptions(dataset, extra={"label": "colour"}, history=(dataset,)))


def test_copies_of_cases_do_not_train(dataset: Path, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"id": "copy", "tokens": "违法 停车 堵路 处理", "label": "停车"},
        {"id": "new", "tokens": "充电桩 车位 被占", "label": "停车"},
    ]
    other = write(tmp_path / "segmented.jsonl", rows)
    material = read_material(RunOptions(dataset, history=(other, dataset)), "label")
    assert [example.id for example in material.others] == ["new"]
    assert (material.own, material.copies) == (True, 1)


@pytest.mark.parametrize("extra", [{"folds": "3"}, {"leave_one_out": "true"}])
def test_every_case_is_judged_once(dataset: Path, extra: dict[str, str]) -> None:
    result = load_task("classify").run(RunOptions(dataset, extra=extra, history=(dataset,)))
    assert sorted(row["id"] for row in result.predictions) == sorted(f"{label}{n}" for label in TEXTS for n in range(3))
    assert {"accuracy", "macro_f1", "calibration_error", "coverage_at_95"} <= result.metrics.keys()


def test_a_share_is_held_out_and_rows_can_be_left_out(dataset: Path, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"content": "充电桩车位被占", "label": "停车"},
        {"content": "管网维修没热水", "label": "供暖"},
    ]
    other = write(tmp_path / "more.jsonl", rows)
    extra = {"holdout": "0.25", "without": "odd"}
    assert load_task("classify").run(RunOptions(dataset, extra=extra, history=(dataset, other))).n == 1


def test_route_ranks_units_of_a_list_that_the_history_lacks(dataset: Path, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"name": "园林局", "duties": ["树木", "公园"]},
        {"name": "供热中心", "aliases": ["供暖办"], "duties": ["供暖"]},
    ]
    units = write(tmp_path / "units.jsonl", rows)
    result = load_task("route").run(RunOptions(dataset, extra={"folds": "3"}, history=(dataset,), units=units))
    assert {one["unit"] for row in result.predictions for one in row["ranked"]} == {"供暖办", "停车办", "园林局"}
    assert {"top1", "top3", "macro_f1", "coverage_at_95", "calibration_error"} == result.metrics.keys()


def test_without_scikit_learn_the_evaluation_says_what_to_install(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)  # an import of it now fails as if it were not there
    with pytest.raises(DatasetError, match="scikit-learn"):
        load_task("classify").run(RunOptions(dataset, history=(dataset,), extra={"leave_one_out": "true"}))


def changed(path: Path, row_id: str, **fields: object) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    write(path, [row | fields if row["id"] == row_id else row for row in rows])


@pytest.fixture
def history(tmp_path: Path) -> Path:
    rows: list[dict[str, object]] = [
        {"content": text, "label": label, "units": [f"{label}办"]}
        for label, texts in {"供暖": ["地暖管道漏水", "供暖温度太低"], "停车": ["车位被占", "消防通道乱停"]}.items()
        for text in texts
    ]
    return write(tmp_path / "history.jsonl", rows)


@pytest.mark.parametrize("task", ["classify", "route"])
def test_one_changed_row_is_judged_anew_alone(task: str, dataset: Path, history: Path, tmp_path: Path) -> None:
    options = RunOptions(dataset, history=(history,), store=tmp_path / "outputs.sqlite")
    first, again = load_task(task).run(options), load_task(task).run(options)
    assert (first.reused, again.reused) == (0, 6)
    assert list(again.predictions) == list(first.predictions)
    changed(dataset, "供暖1", content="锅炉房又停暖了，请尽快恢复")
    mended = load_task(task).run(options)
    assert mended.reused == 5
    assert list(mended.predictions) == list(load_task(task).run(RunOptions(dataset, history=(history,))).predictions)


def test_what_is_known_needs_no_learning(
    dataset: Path, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = RunOptions(dataset, history=(history,), store=tmp_path / "outputs.sqlite")
    load_task("classify").run(options)
    monkeypatch.setattr("evals.held_back.fit", lambda *_: pytest.fail("nothing has to be learned"))
    changed(dataset, "停车2", label="供暖")
    assert load_task("classify").run(options).reused == 6


def test_another_history_is_another_lesson(dataset: Path, history: Path, tmp_path: Path) -> None:
    options = RunOptions(dataset, history=(history,), store=tmp_path / "outputs.sqlite")
    load_task("classify").run(options)
    rows = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
    write(history, [*rows, {"content": "暖气片放气阀坏了", "label": "供暖", "units": ["供暖办"]}])
    assert load_task("classify").run(options).reused == 0


def test_in_folds_a_changed_row_renews_what_it_taught_and_itself(dataset: Path, tmp_path: Path) -> None:
    options = RunOptions(
        dataset, extra={"leave_one_out": "true"}, history=(dataset,), store=tmp_path / "outputs.sqlite"
    )
    load_task("classify").run(options)
    assert load_task("classify").run(options).reused == 6
    changed(dataset, "供暖1", content="锅炉房又停暖了，请尽快恢复")
    assert load_task("classify").run(options).reused == 0
