"""Rows of orders from .csv, .xlsx and .jsonl files (the first and last also gzipped), each with its line; none is lost."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

MOST_UNPACKED = 2 << 30
"""Bytes of an unpacked .xlsx: more is taken for a bomb."""


class FileRefused(Exception):  # noqa: N818 - an answer about a file
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """``values`` by column; ``fault`` in Chinese where the line cannot be read as a row."""

    line: int
    values: dict[str, str]
    fault: str = ""


def read_rows(file: Path, sheet: str | None = None) -> Iterator[RawRow]:
    """Raises ``FileRefused``."""
    name = file.name.lower().removesuffix(".gz")
    if not file.is_file():
        raise FileRefused(f"{file}: no such file")
    if name.endswith(".xlsx"):
        yield from _xlsx(file, sheet)
    elif name.endswith((".csv", ".tsv")):
        yield from _csv(file, "\t" if name.endswith(".tsv") else ",")
    elif name.endswith((".jsonl", ".ndjson")):
        yield from _jsonl(file)
    else:
        raise FileRefused(f"{file}: .csv, .tsv, .xlsx and .jsonl are read (.gz too, but not of .xlsx)")


def _open(file: Path) -> BinaryIO:
    return gzip.open(file) if file.suffix == ".gz" else file.open("rb")  # type: ignore[return-value]  # a GzipFile is read as a file is


def _encoding(file: Path) -> str:
    """UTF-8, or GB 18030 as Chinese spreadsheets save."""
    with _open(file) as stream:
        sample = stream.read(1 << 20)
    try:
        sample[: sample.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _text(file: Path, encoding: str) -> io.TextIOWrapper:
    # Undecodable bytes become lone surrogates, so that the line is reported instead of ending the import.
    return io.TextIOWrapper(_open(file), encoding=encoding, errors="surrogateescape", newline="")


def _csv(file: Path, delimiter: str) -> Iterator[RawRow]:
    csv.field_size_limit(1 << 20)
    with _text(file, _encoding(file)) as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            header = [column.strip() for column in next(reader)]
        except StopIteration:
            raise FileRefused(f"{file}: empty") from None
        except csv.Error as error:
            raise FileRefused(f"{file}: {error}") from error
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield RawRow(reader.line_num, {}, "这一行不是有效的CSV")
                continue
            if cells:
                yield _checked(_row(reader.line_num, header, cells))


def _row(line: int, header: list[str], cells: list[str]) -> RawRow:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return RawRow(line, dict(zip(header, cells, strict=False)), f"有{len(cells)}列，表头只有{len(header)}列")
    return RawRow(line, dict(zip(header, cells, strict=False)))


def _xlsx(file: Path, sheet: str | None) -> Iterator[RawRow]:
    import openpyxl

    try:
        with zipfile.ZipFile(file) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise FileRefused(f"{file}: unpacks to more than {MOST_UNPACKED >> 30} GiB")
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise FileRefused(f"{file}: no readable .xlsx (encrypted, damaged or another format)") from error
    if sheet is not None and sheet not in book.sheetnames:
        raise FileRefused(f"{file}: no sheet {sheet}; there are {', '.join(book.sheetnames)}")
    rows = (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
    header = [_cell(value).strip() for value in next(rows, ())]
    if not any(header):
        raise FileRefused(f"{file}: the first row must hold the names of the columns")
    for line, cells in enumerate(rows, start=2):
        values = [_cell(value) for value in cells]
        if any(values):
            yield _checked(_row(line, header, values))
    book.close()


def _cell(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # phone numbers are numbers to a spreadsheet
    return "" if value is None else str(value)


def _jsonl(file: Path) -> Iterator[RawRow]:
    with _text(file, "utf-8-sig") as stream:
        for line, text in enumerate(stream, start=1):
            if text.strip():
                yield _checked(_json_row(line, text))


def _json_row(line: int, text: str) -> RawRow:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return RawRow(line, {}, "这一行不是有效的JSON")
    if not isinstance(row, dict):
        return RawRow(line, {}, "这一行不是JSON对象")
    return RawRow(line, {str(name): _plain(value) for name, value in row.items()})


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "、".join(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _checked(row: RawRow) -> RawRow:
    """What no database takes: bytes that are no text, and NUL."""
    if row.fault:
        return row
    joined = "".join([*row.values, *row.values.values()])
    if "\0" in joined:
        return RawRow(row.line, row.values, "含有空字符（NUL）")
    try:
        joined.encode()
    except UnicodeEncodeError:
        return RawRow(row.line, row.values, "有无法识别的字符编码")
    return row
