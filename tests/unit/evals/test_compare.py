"""Two runs compared case by case: real gains are told from luck, and a run is read back as it was saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.cli import COMMAND
from evals.commands.compare import as_table
from evals.compare import compare
from evals.contracts import CaseScore, DatasetError, RunOptions, TaskResult
from evals.measures import Mean, Ratio, figures_of
from evals.run_record import Run, load, save, summarise


def run(values: list[float], name: str = "run", task: str = "answer", ids: list[str] | None = None) -> Run:
    names = ids or [str(number) for number in range(len(values))]
    cases = [CaseScore(one, {"hit": value}, {"top": value, "all": 1}) for one, value in zip(names, values, strict=True)]
    return Run(Path(name), {"task": task}, cases, [Mean("hit"), Ratio("share", "top", "all")])


def test_a_gain_on_most_cases_is_significant() -> None:
    first, second = run([0.0] * 30 + [1.0] * 30), run([1.0] * 60)
    hit, share = compare(first, second).differences
    assert (hit.change, share.change) == (0.5, 0.5)
    assert hit.significant
    assert hit.low > 0.3


def test_as_many_lost_as_gained_is_no_difference() -> None:
    values = [float(number % 2) for number in range(200)]
    found = compare(run(values), run([1.0 - value for value in values]))
    assert not any(difference.significant for difference in found.differences)


def test_the_cases_that_changed_are_named() -> None:
    found = compare(run([1.0, 0.0, 1.0]), run([1.0, 1.0, 1.0]))
    assert [(one.id, one.first, one.second) for one in found.changed] == [("1", 0.0, 1.0)]
    assert "1 " in as_table(found)


def test_only_shared_cases_are_compared_also_where_an_id_occurs_twice() -> None:
    first = run([1.0, 0.0, 1.0], ids=["a", "a", "b"])
    second = run([1.0, 1.0, 0.0], ids=["a", "a", "c"])
    found = compare(first, second)
    assert (found.shared, found.only_first, found.only_second) == (2, 1, 1)
    assert found.differences[0].first == 0.5


def test_runs_of_different_tasks_or_cases_are_no_pair() -> None:
    with pytest.raises(DatasetError, match="no pair"):
        compare(run([1.0]), run([1.0], task="screen"))
    with pytest.raises(DatasetError, match="share no case"):
        compare(run([1.0], ids=["a"]), run([1.0], ids=["b"]))


def test_a_run_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    dataset = tmp_path / "rows.jsonl"
    dataset.write_text("{}\n", encoding="utf-8")
    made = run([1.0, 0.0])
    result = TaskResult(2, figures_of(made.cases, made.measures), {}, {}, cases=made.cases, measures=made.measures)
    report = summarise("answer", RunOptions(dataset, extra={"key": "secret"}), result)
    save(tmp_path / "run", report, result)
    back = load(tmp_path / "run")
    assert (back.cases, back.measures) == (made.cases, made.measures)
    assert back.report["intervals"]["hit"] == [0.0, 1.0]
    assert "secret" not in (tmp_path / "run" / "run.json").read_text(encoding="utf-8")


def test_a_folder_without_a_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    assert COMMAND.execute(parser.parse_args(["compare", str(tmp_path), str(tmp_path)])) == 2
    assert "--out" in capsys.readouterr().err
