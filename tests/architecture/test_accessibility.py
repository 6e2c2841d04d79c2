"""Every criterion of WCAG 2.2 A and AA has its row and its tests (``docs/accessibility.md``), and what a source shows at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.test_page_rows import existing

A = "1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.5.1 2.5.2 2.5.3 2.5.4"
A += " 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.1 4.1.2"
AA = "1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8 3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3"
LEVELS = {**dict.fromkeys(A.split(), "A"), **dict.fromkeys(AA.split(), "AA")}
EVERY_PAGE = "test_every_page_holds_what_is_asked_of_every_page"


@pytest.fixture
def rows(repository: Path) -> dict[str, list[str]]:
    """Criterion to its cells: level, how, tests."""
    table = (repository / "docs" / "accessibility.md").read_text("utf-8").partition("\n## Criterion by criterion\n")[2]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")][
        1:
    ]
    return {row[0].split()[0]: row[1:] for row in cells}


def test_every_criterion_has_a_row_of_its_level_and_no_other(rows: dict[str, list[str]]) -> None:
    assert {criterion: row[0] for criterion, row in rows.items()} == LEVELS


def test_every_row_names_tests_that_exist(repository: Path, rows: dict[str, list[str]]) -> None:
    tests = existing(repository)
    named = {
        row: [*re.findall(r"`(test_\w+)`", cells[-1]), *([EVERY_PAGE] * ("every page" in cells[-1]))]
        for row, cells in rows.items()
    }
    assert [row for row, names in named.items() if not names] == []
    assert {row: gone for row, names in named.items() if (gone := [name for name in names if name not in tests])} == {}


def test_a_row_of_every_page_is_asked_there(repository: Path, rows: dict[str, list[str]]) -> None:
    asked = (repository / "tests/e2e/browser/criteria.js").read_text() + (
        repository / "tests/e2e/browser/criteria.py"
    ).read_text()
    of_others = {"1.3.4": "turned", "1.4.2": "1.2 no", "1.4.4": "200 %", "1.4.5": "1.1.1"}
    missing = [
        row
        for row, cells in rows.items()
        if "every page" in cells[-1]
        and not any(mark in asked for mark in (row, of_others.get(row, row), row[:3] + " no"))
    ]
    assert missing == []


def sources(repository: Path) -> dict[str, str]:
    places = (repository / "web" / "src", repository / "web" / "widget", repository / "assistant" / "api" / "pages")
    files = [
        path for place in places for path in place.rglob("*") if path.suffix in {".vue", ".ts", ".html", ".css", ".js"}
    ]
    return {
        str(path.relative_to(repository)): path.read_text("utf-8") for path in files if "node_modules" not in path.parts
    }


def test_nothing_asks_how_a_device_is_held_or_drawn_over(repository: Path) -> None:
    asks = re.compile(
        r"touchmove|gesturestart|pointermove|mousemove|dragstart|draggable|devicemotion|deviceorientation|orientation\.lock|orientation:\s*(?:portrait|landscape)"
    )
    assert {name: found for name, text in sources(repository).items() if (found := asks.findall(text))} == {}


def test_nothing_flashes(repository: Path) -> None:
    turns = re.compile(r"animation:\s*\w+\s+([\d.]+)(m?s)\b[^;]*infinite")
    found = [
        float(much) / (1000 if unit == "ms" else 1)
        for text in sources(repository).values()
        for much, unit in turns.findall(text)
    ]
    assert [seconds for seconds in found if seconds < 0.34] == []


def test_no_text_leads_by_place_or_colour_alone(repository: Path) -> None:
    """A side or a colour may be said beside a name, never instead of one."""
    leads = re.compile(
        r"(?:从|点|按|看|在|见)(?:左|右)(?:侧|边|上角|下角)(?!的)|(?:红|绿|蓝|黄|紫)色(?:的)?(?:按钮|部分|标记|字)"
    )
    assert {name: found for name, text in sources(repository).items() if (found := leads.findall(text))} == {}


def test_fields_about_oneself_say_their_purpose(repository: Path) -> None:
    for name in ("assistant/api/pages/complaint.html", "web/widget/src/app/file-view.ts"):
        text = (repository / name).read_text("utf-8")
        assert 'autocomplete="tel"' in text and 'autocomplete="name"' in text, name
