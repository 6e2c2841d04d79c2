"""Files from the overview: nothing in them runs, nothing small shows (conventions D4, D8; ordinance Article 34)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from assistant.api.overview.tables import HIDDEN, Table, csv_file, safe, sheet_file
from assistant.domain.feedback import FeedbackCounts
from assistant.domain.small_cells import hidden_cells
from assistant.domain.three_rates import Period, RateCounts

PERIOD = Period(date(2026, 3, 1), date(2026, 3, 2))
AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def table(**counts: int) -> Table:
    return Table.of("街乡", counts, PERIOD, AT)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "\u3000=1"])
def test_d4_what_a_spreadsheet_would_run_is_made_plain(text: str) -> None:
    assert str(safe(text)).startswith("'")
    made = Table.of("街乡", {text: 9}, PERIOD, AT)
    sheet = load_workbook(io.BytesIO(sheet_file(made))).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_name_that_no_sheet_can_hold_does_not_keep_the_rest_from_the_reader() -> None:
    made = Table.of("渠道", {"电\x01话\ufffe": 9, "\x02=1+1": 8}, PERIOD, AT)
    sheet = load_workbook(io.BytesIO(sheet_file(made))).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows()][2:4] == ["电话", "'=1+1"]
    assert "电话,9" in csv_file(made).decode("utf-8-sig")


@pytest.mark.parametrize("cell", ["望京街道", HIDDEN, 7, -7])
def test_other_cells_stay(cell: str | int) -> None:
    assert safe(cell) == cell


def test_article_34_small_cells_are_hidden_with_the_next_smallest() -> None:
    assert dict(table(甲=100, 乙=3, 丙=9).rows) == {"甲": 100, "乙": HIDDEN, "丙": HIDDEN, "合计": 112}


def test_article_34_a_lone_small_cell_is_not_given_away_by_the_total() -> None:
    assert dict(table(甲=3).rows) == {"甲": HIDDEN, "合计": HIDDEN}
    assert dict(table(甲=0, 乙=0).rows) == {"甲": 0, "乙": 0, "合计": 0}


def test_hidden_cells_together_are_many() -> None:
    assert hidden_cells({"a": 1, "b": 1, "c": 1, "d": 8, "e": 20}) == {"a", "b", "c", "d"}
    assert hidden_cells({"a": 5, "b": 20}) == frozenset()


def test_article_34_rates_of_few_follow_ups_are_hidden_and_cannot_be_taken_from_the_total() -> None:
    groups = {
        "a": RateCounts(40, 0, 30, 30, 24, 27),
        "b": RateCounts(9, 0, 3, 3, 0, 0),
        "": RateCounts(9, 0, 9, 9, 9, 9),
    }
    made = Table.of_rates("主办单位", groups, {"a": "甲局", "b": "乙局"}, PERIOD, AT)
    assert made.rows == (
        ("甲局", 30, "100.0%", "80.0%", "90.0%"),
        ("乙局", HIDDEN, HIDDEN, HIDDEN, HIDDEN),
        ("未登记", HIDDEN, HIDDEN, HIDDEN, HIDDEN),
        ("合计", 42, "100.0%", "78.6%", "85.7%"),
    )


def test_few_decisions_on_proposals_are_hidden_with_their_share() -> None:
    made = Table.of_adoption({"draft": FeedbackCounts(3, 9, 0), "answer": FeedbackCounts(30, 6, 0)}, PERIOD, AT)
    assert made.rows == (("draft", HIDDEN, HIDDEN, 0, HIDDEN), ("answer", 30, 6, 0, "100%"))


def test_the_file_says_what_it_is() -> None:
    lines = csv_file(table(甲=100)).decode("utf-8-sig").splitlines()
    assert "2026-03-01 至 2026-03-02" in lines[0] and "2026-03-02 12:00" in lines[0]
    assert lines[1] == "街乡,件数"
    assert "不显示" in lines[-1]
