"""Tables as files. No cell of them is ever a formula (CWE-1236), small cells are hidden (ordinance Article 34)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.domain.small_cells import SMALL, hidden_cells
from assistant.domain.three_rates import Period
from assistant.domain.time_limits import BEIJING

HIDDEN = "—"
NOTE = f"少于{SMALL}件的单元格及可由合计推算的单元格不显示（{HIDDEN}）。"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    heading: str
    rows: tuple[tuple[str, Cell], ...]
    title: str
    note: str = NOTE

    @classmethod
    def of(cls, heading: str, counts: Mapping[str, int], period: Period, at: datetime) -> Table:
        """``counts`` by name, in their order; their total stands below them, hidden where it is small itself."""
        hidden, total = hidden_cells(counts), sum(counts.values())
        rows = [(name, HIDDEN if name in hidden else count) for name, count in counts.items()]
        whole: Cell = HIDDEN if 0 < total < SMALL or len(hidden) == 1 else total
        title = f"受理量 {period.first} 至 {period.last}（北京时间），生成于 {at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        return cls(heading, (*rows, ("合计", whole)), title)


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would run is made plain by a leading apostrophe."""
    if isinstance(cell, str) and cell != HIDDEN and cell.lstrip(" \u3000").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def csv_file(table: Table) -> bytes:
    """With a byte order mark: spreadsheets on Windows read Chinese by it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in _lines(table):
        writer.writerow([safe(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def sheet_file(table: Table) -> bytes:
    from openpyxl import Workbook  # slow to import, seldom wanted

    book = Workbook(write_only=True)
    sheet = book.create_sheet("总览")
    for row in _lines(table):
        sheet.append([safe(cell) for cell in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _lines(table: Table) -> list[tuple[Cell, ...]]:
    return [(table.title,), (table.heading, "件数"), *table.rows, (table.note,)]
