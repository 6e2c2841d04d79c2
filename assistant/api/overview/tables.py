"""Tables as files. No cell of them is ever a formula (CWE-1236), small cells are hidden (ordinance Article 34)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.responses import Response

from assistant.domain.feedback import FeedbackCounts
from assistant.domain.public_rates import PublicRates, publish
from assistant.domain.small_cells import SMALL, hidden_cells
from assistant.domain.three_rates import Period, RateCounts
from assistant.domain.time_limits import BEIJING

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HIDDEN = "—"
NOTE = f"少于{SMALL}件的单元格及可由合计推算的单元格不显示（{HIDDEN}）。"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""XML 1.0 §2.2."""
Cell = str | int
FileKind = Annotated[Literal["csv", "xlsx"], Query(description="文件格式")]
FILE_REPLY: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}, SHEET: {}}}}


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str
    note: str = NOTE

    @classmethod
    def of(cls, heading: str, counts: Mapping[str, int], period: Period, at: datetime) -> Table:
        """``counts`` by name, in their order; their total stands below them, hidden where it is small itself."""
        hidden, total = hidden_cells(counts), sum(counts.values())
        rows = [(name, HIDDEN if name in hidden else count) for name, count in counts.items()]
        whole: Cell = HIDDEN if 0 < total < SMALL or len(hidden) == 1 else total
        return cls((heading, "件数"), (*rows, ("合计", whole)), _title("受理量", period, at))

    @classmethod
    def of_rates(
        cls, heading: str, groups: Mapping[str, RateCounts], names: Mapping[str, str], period: Period, at: datetime
    ) -> Table:
        """The three rates by group, as they may be published: a group with few valid follow-ups is hidden."""
        whole, shown = publish(groups)
        rows = [(names.get(group, group) or "未登记", *_rates(found)) for group, found in shown.items()]
        headings = (heading, "有效回访", "响应率", "解决率", "满意率")
        return cls(headings, (*rows, ("合计", *_rates(whole))), _title("三率", period, at))

    @classmethod
    def of_adoption(cls, counts: Mapping[str, FeedbackCounts], period: Period, at: datetime) -> Table:
        """What people made of proposals, by their kind."""
        headings = ("建议", "直接采用", "修改后采用", "不采用", "采用率")
        rows = tuple((name, *_adoption(made)) for name, made in counts.items())
        return cls(headings, rows, _title("建议被采用的情况", period, at))


def _title(what: str, period: Period, at: datetime) -> str:
    return f"{what} {period.first} 至 {period.last}（北京时间），生成于 {at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _rates(found: PublicRates) -> tuple[Cell, ...]:
    if found.valid is None or found.rates is None:
        return (HIDDEN,) * 4
    rates = (found.rates.response, found.rates.resolution, found.rates.satisfaction)
    return (found.valid, *("" if rate is None else f"{rate:.1%}" for rate in rates))


def _adoption(made: FeedbackCounts) -> tuple[Cell, ...]:
    """Few decisions are few people's: they are hidden, and the share that would give them away."""
    parts = {"accepted": made.accepted, "edited": made.edited, "rejected": made.rejected}
    hidden = hidden_cells(parts)
    share = HIDDEN if hidden or made.adoption is None else f"{made.adoption:.0%}"
    return (*(HIDDEN if name in hidden else count for name, count in parts.items()), share)


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would run is made plain by a leading apostrophe; what XML cannot hold is left out."""
    if not isinstance(cell, str) or cell == HIDDEN:
        return cell
    text = _NOT_IN_XML.sub("", cell)
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) else text


def as_file(table: Table, kind: Literal["csv", "xlsx"], name: str) -> Response:
    """To be saved under ``name`` and kept by no cache."""
    content, media = (csv_file(table), "text/csv; charset=utf-8") if kind == "csv" else (sheet_file(table), SHEET)
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"', "cache-control": "private, no-store"}
    return Response(content, 200, headers, media_type=media)


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
    return [(table.title,), table.headings, *table.rows, (table.note,)]
