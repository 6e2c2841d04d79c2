"""Every row of the ordinance has its test: ``docs/ordinance.md`` against the tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

DUTIES = [
    "2",
    "8",
    "9",
    "10",
    "11",
    "12",
    "13",
    "14",
    "15",
    "16",
    "17",
    "19",
    "20",
    "22",
    "23",
    "24",
    "25",
    "28",
    "29",
    "31",
    "32",
    "33",
    "34",
    "35",
]
ITEMS = ("11 ¶1", "11 ¶2", *(f"11 ({number})" for number in "一二三四五六"), "12 ¶1", "12 ¶2", "12 ¶3")
_TEST = re.compile(r"^(?:    )?(?:async )?def (test_article_(\d+)_\w+)", re.MULTILINE)


def rows(repository: Path) -> dict[str, list[str]]:
    """The tests that each row names."""
    table = (repository / "docs" / "ordinance.md").read_text("utf-8")
    cells = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ")][1:]
    return {row[0].strip(): re.findall(r"`(test_\w+)`", row[-1]) for row in cells}


def existing(repository: Path) -> dict[str, str]:
    """Tests named after an article, by name, with the article."""
    files = (repository / "tests").rglob("test_*.py")
    return dict(found for path in files for found in _TEST.findall(path.read_text("utf-8")))


def test_every_row_names_tests_of_its_article_that_exist(repository: Path) -> None:
    tests = existing(repository)
    for row, named in rows(repository).items():
        assert named, f"article {row} has no test"
        assert [name for name in named if tests.get(name) != row.split()[0]] == []


def test_every_article_and_item_has_a_row(repository: Path) -> None:
    listed = rows(repository)
    assert {row.split()[0] for row in listed} == set(DUTIES)
    assert set(ITEMS) <= set(listed)


def test_no_test_is_named_after_an_article_without_a_row(repository: Path) -> None:
    assert set(existing(repository).values()) <= set(DUTIES)
