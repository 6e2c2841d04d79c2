"""JSON lines, plain or gzipped: one document a row, or one article a row (rows of one ``docid`` make one document)."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from retrieval.ingestion.describe import describe_row, structured
from retrieval.ingestion.limits import ParseLimits
from retrieval.ingestion.normalise import fold_line, has_substance
from retrieval.ingestion.outline import division_label
from retrieval.ingestion.parsed import ParsedDocument, Rejection, RejectReason, SourceRejected, Span

Row = Mapping[str, Any]
PositionListener = Callable[[int], None]
_TOLD_EVERY_ROWS = 100


def parse_jsonl(
    path: Path, source: str, limits: ParseLimits, tell: PositionListener = lambda _: None
) -> Iterator[ParsedDocument | Rejection]:
    """Documents in file order, rows that cannot be read as rejections; memory holds one document at a time.

    ``tell`` hears now and then how many bytes of the file (as stored) have been read.

    Raises:
        SourceRejected: the file as a whole is damaged or inflates beyond ``limits``.
    """
    group: list[Row] = []
    for number, row in _rows(path, limits, tell):
        problem = _problem(row)
        if problem or not isinstance(row, dict):
            yield _rejected(problem or (RejectReason.BAD_ROW, ""), source, number, row)
            continue
        if group and group[0]["docid"] != row.get("docid"):
            yield _articles(group)
            group = []
        if "docid" in row:
            group.append(row)
        else:
            yield describe_row(row, row["text"])
    if group:
        yield _articles(group)


def _rows(path: Path, limits: ParseLimits, tell: PositionListener) -> Iterator[tuple[int, object]]:
    """Line numbers from 1 with the decoded value, ``None`` where a line is no JSON."""
    total = 0
    with path.open("rb") as stored:
        zipped = stored.peek(2).startswith(b"\x1f\x8b")
        stream: BinaryIO = gzip.GzipFile(fileobj=stored) if zipped else stored  # type: ignore[assignment]  # a GzipFile is read as a file is
        for number in range(1, 1 << 62):
            line = _read_line(stream, limits.line_bytes)
            total += len(line)
            if len(line) > limits.line_bytes or total > limits.rows_bytes:
                raise SourceRejected(RejectReason.DECOMPRESSION_BOMB, f"第 {number} 行过长或总量过大。")
            if not line:
                return
            if number % _TOLD_EVERY_ROWS == 0:
                tell(stored.tell())
            if line.strip():
                yield number, _decode(line)


def _read_line(stream: BinaryIO, longest: int) -> bytes:
    try:
        return stream.readline(longest + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise SourceRejected(RejectReason.DAMAGED) from error


def _decode(line: bytes) -> object:
    try:
        return json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None


def _problem(row: object) -> tuple[RejectReason, str] | None:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        return RejectReason.BAD_ROW, "缺少文字型的 id。"
    if not isinstance(row.get("text"), str):
        return RejectReason.BAD_ROW, "缺少文字型的 text。"
    if "docid" in row:
        return None if all(isinstance(row.get(key), str) for key in ("docid", "law", "article")) else _NO_ARTICLE
    return None if has_substance(row["text"]) else (RejectReason.EMPTY, f"《{fold_line(str(row.get('title') or ''))}》")


_NO_ARTICLE = RejectReason.BAD_ROW, "缺少 docid、law 或 article。"


def _rejected(problem: tuple[RejectReason, str], source: str, number: int, row: object) -> Rejection:
    row_id = row["id"] if isinstance(row, dict) and isinstance(row.get("id"), str) else ""
    return SourceRejected(*problem).rejection(f"{source}#{row_id or f'第{number}行'}", row_id)


def _articles(rows: list[Row]) -> ParsedDocument:
    """One law from its article rows; each row keeps its id and bounds in the text."""
    pieces: list[str] = []
    spans: list[Span] = []
    length, chapter = 0, ""
    for row in rows:
        label = division_label(str(row.get("chapter") or ""))
        if label and label != chapter:
            pieces.append(f"## {label}\n\n")
            length += len(pieces[-1])
        chapter = label
        text = f"{row['article']} {structured(row['text'])}".strip()
        spans.append(Span(length, length + len(text), tuple(filter(None, (label, row["article"]))), row["id"]))
        pieces.append(f"{text}\n\n")
        length += len(pieces[-1])
    head = {**rows[0], "id": rows[0]["docid"], "title": rows[0]["law"]}
    text = "".join(pieces).rstrip()
    return replace(describe_row(head, text, structure=False), text=text, spans=tuple(spans))
