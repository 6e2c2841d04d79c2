"""Tables row by row."""

from __future__ import annotations

from retrieval.ingestion.tables import label_pipe_tables, labelled_rows


def test_every_row_carries_its_header() -> None:
    rows = [["项目", "单价"], ["居民用水", "5元"], ["", ""], ["特种用水", "160元"]]
    assert labelled_rows(rows) == ["| 项目：居民用水 | 单价：5元 |", "| 项目：特种用水 | 单价：160元 |"]


def test_cells_beyond_the_header_and_empty_cells_are_handled() -> None:
    assert labelled_rows([["甲", "乙"], ["1", "", "3"]]) == ["| 甲：1 | 3 |"]


def test_a_frame_around_text_is_no_table() -> None:
    assert labelled_rows([["只有一格的说明"]]) == ["只有一格的说明"]
    assert labelled_rows([["甲"], ["乙"]]) == ["甲", "乙"]


def test_markdown_tables_are_rewritten_and_other_lines_kept() -> None:
    text = "收费如下：\n| 项目 | 单价 |\n|---|:-:|\n| 供水 | 5元 |\n| a\\|b | 6元 |\n此外不收费。"
    assert label_pipe_tables(text) == "收费如下：\n| 项目：供水 | 单价：5元 |\n| 项目：a|b | 单价：6元 |\n此外不收费。"


def test_a_lone_pipe_is_no_table() -> None:
    assert label_pipe_tables("首页 | 政务\n正文") == "首页 | 政务\n正文"
