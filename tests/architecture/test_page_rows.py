"""Every row that the pages must hold has its test: the table of ``docs/pages.md`` against the tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROWS = [*(f"C{n}" for n in range(1, 19)), *(f"W{n}" for n in range(1, 21)), *(f"D{n}" for n in range(1, 11))]
LINES = ["a day", "units", "drafting", "knowledge desk", "sign-in", "permissions", "build", "budgets", "access", "live"]
_TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)


@pytest.fixture
def named(repository: Path) -> dict[str, list[str]]:
    """The tests that each row names."""
    table = (repository / "docs" / "pages.md").read_text("utf-8").partition("\n## Row by row\n")[2]
    cells = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ")][1:]
    return {row[0].strip(): re.findall(r"`(test_\w+)`", row[-1]) for row in cells}


def existing(repository: Path) -> set[str]:
    files = (repository / "tests").rglob("test_*.py")
    return {name for path in files for name in _TEST.findall(path.read_text("utf-8"))}


def test_every_row_names_tests_that_exist(repository: Path, named: dict[str, list[str]]) -> None:
    tests = existing(repository)
    assert [row for row, names in named.items() if not names] == []
    assert {row: gone for row, names in named.items() if (gone := [name for name in names if name not in tests])} == {}


def test_every_row_of_the_conventions_and_of_the_issue_is_in_the_table(named: dict[str, list[str]]) -> None:
    assert [row for row in (*ROWS, *LINES) if row not in named] == []


def test_a_row_names_tests_of_its_own_number(named: dict[str, list[str]]) -> None:
    """At least one of them: its name begins with the row, or holds it beside another row's."""
    strays = [row for row in ROWS if not any(f"_{row.lower()}_" in name for name in named[row])]
    assert strays == []


def test_the_wheel_holds_the_pages(repository: Path) -> None:
    """They are not in git: without this line a wheel would be built without them."""
    assert 'artifacts = ["assistant/web/**"]' in (repository / "pyproject.toml").read_text("utf-8")
