"""Every set that the data's own README lists is known to a loader, whole, and to a task whose figure stands in docs/quality.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.contracts import DatasetError
from evals.registry import task_names
from evals.shared_sets import SETS, load

_ROW = re.compile(r"^\| (?P<files>[^|]+?) \| [^|]+ \| (?P<rows>[\d,/ ]+) \|(?P<rest>.*)$", re.MULTILINE)
_CHOICE = re.compile(r"^(?P<head>.*)\{(?P<names>[^}]+)\}(?P<tail>.*)$")


def listed(readme: str) -> Iterator[tuple[str, int, bool]]:
    """(file, rows, evaluation only) of each set in the table: ``{a,b}`` names several, and rows stand in the same order."""
    for line in _ROW.finditer(readme):
        counts = [int(count.replace(",", "")) for count in line["rows"].split("/")]
        for name, count in zip(files_of(line["files"]), counts, strict=True):
            yield name, count, line["rest"].rsplit("|", 2)[1].strip().startswith("NL")


def files_of(text: str) -> list[str]:
    if choice := _CHOICE.match(text):
        return [f"{choice['head']}{name}{choice['tail']}" for name in choice["names"].split(",")]
    first, *others = text.split(", ")
    return [first, *(f"{first.rpartition('/')[0]}/{other}" for other in others)]


def test_the_table_is_read_as_it_is_written() -> None:
    table = (
        "| s/{a,b}.jsonl | similar | 10,000 / 2 | q1, q2 | x@1 | NL (academic) |\n"
        "| qa/c.jsonl, d.jsonl.gz | QA | 3 / 4 | id | y@2 | MIT |\n"
    )
    assert list(listed(table)) == [
        ("s/a.jsonl", 10_000, True),
        ("s/b.jsonl", 2, True),
        ("qa/c.jsonl", 3, False),
        ("qa/d.jsonl.gz", 4, False),
    ]


def test_every_listed_set_is_known_to_a_loader(shared_data: Path) -> None:
    sets = list(listed((shared_data / "README.md").read_text(encoding="utf-8")))
    assert len(sets) == 27
    assert {(name, rows) for name, rows, _ in sets} == {(name, one.rows) for name, one in SETS.items()}
    unlicensed = {name for name, _, only in sets if only}
    assert unlicensed <= {name for name, one in SETS.items() if one.evaluation_only}


def test_no_file_is_left_out(shared_data: Path) -> None:
    assert {str(path.relative_to(shared_data)) for path in shared_data.rglob("*.jsonl*")} == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_read_whole_with_the_fields_that_tasks_use(shared_data: Path, name: str) -> None:
    assert sum(1 for _ in load(name, shared_data)) == SETS[name].rows


@pytest.mark.parametrize("name", SETS)
def test_a_task_reads_it_and_its_figure_is_told(repository: Path, name: str) -> None:
    quality = (repository / "docs" / "quality.md").read_text(encoding="utf-8")
    assert SETS[name].tasks
    assert set(SETS[name].tasks) <= set(task_names())
    assert name.removesuffix(".gz").removesuffix(".jsonl") in quality


def test_an_unknown_set_and_a_row_without_its_fields_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no public set"):
        next(load("qa/unknown.jsonl", tmp_path))
    (tmp_path / "similar").mkdir()
    (tmp_path / "similar" / "bq_dev.jsonl").write_text('{"q1": "甲"}\n', encoding="utf-8")
    with pytest.raises(DatasetError, match="label, q2"):
        next(load("similar/bq_dev.jsonl", tmp_path))
