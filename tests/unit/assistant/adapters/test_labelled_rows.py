"""What a city's own export teaches is the same whatever the kind of file."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import openpyxl
import pytest

from assistant.adapters.labelled_rows import labelled_rows
from assistant.adapters.order_files import FileRefused

COLUMNS = ("工单编号", "诉求内容", "诉求类型", "一级分类", "二级分类", "承办单位", "来电时间", "是否解决", "备注")
ROWS = (
    ("A1", "暖气不热", "投诉", "公共服务", "供暖", "供热单位、望京街道", "2026-01-05 10:00", "是", "无"),
    ("A2", "", "咨询", "教育", "", "区教委", "2026-01-06", "", ""),
    ("A3", "孩子入学要什么材料", "咨询", "教育", "", "区教委", "", "否", ""),
)
LEARNED = [
    {
        "id": "A1",
        "content": "暖气不热",
        "type": "投诉",
        "category": "公共服务/供暖",
        "units": ["供热单位", "望京街道"],
        "received_at": "2026-01-05 10:00",
        "solved": True,
    },
    {
        "id": "A3",
        "content": "孩子入学要什么材料",
        "type": "咨询",
        "category": "教育",
        "units": ["区教委"],
        "solved": False,
    },
]


def _csv(path: Path, encoding: str) -> Path:
    with path.open("w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows([COLUMNS, *ROWS])
    return path


def _xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (COLUMNS, *ROWS):
        book.worksheets[0].append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "csv in gb18030", "xlsx", "csv.gz"])
def test_a_table_teaches_by_its_columns_and_a_row_without_words_does_not(tmp_path: Path, kind: str) -> None:
    if kind == "xlsx":
        file = _xlsx(tmp_path / "a.xlsx")
    else:
        file = _csv(tmp_path / "a.csv", "gb18030" if "gb" in kind else "utf-8-sig")
    if kind == "csv.gz":
        packed = tmp_path / "a.csv.gz"
        packed.write_bytes(gzip.compress(file.read_bytes()))
        file = packed
    assert list(labelled_rows(file)) == LEARNED


def test_json_lines_by_our_names_stay_as_they_are_and_by_a_citys_names_are_read_as_a_table(tmp_path: Path) -> None:
    ours = {"id": 7, "tokens": "暖气 不热", "label": "供暖", "units": ["甲"]}
    theirs = dict(zip(COLUMNS, ROWS[0], strict=True)) | {"承办单位": ["供热单位", "望京街道"]}
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in (ours, theirs)), encoding="utf-8")
    assert list(labelled_rows(file)) == [ours, LEARNED[0]]


def test_a_table_without_words_is_refused_with_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="甲, 乙"):
        list(labelled_rows(file))
