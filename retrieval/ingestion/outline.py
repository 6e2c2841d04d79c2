"""Reads the outline of a text: which line is a heading, an article, an item, a table row, and where it stands.

Statutes: 编 章 节 条; notices: 一、 （一） 1. （1） ①; guides: Markdown headings and bullets; tables: a row a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from retrieval.clauses import ARTICLE_LABEL, FIRST_POINT, HAN_NUMBER


class Kind(Enum):
    """What a block is to the splitter."""

    HEADING = "heading"
    ARTICLE = "article"
    ITEM = "item"
    BULLET = "bullet"
    ROW = "row"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the text: offsets without blanks around, path from wide to narrow, rank (0 = none)."""

    start: int
    end: int
    kind: Kind
    path: tuple[str, ...]
    rank: int = 0


_LABEL_CHARS = 40
_ARTICLE_RANK = 20
FIRST_ITEM_RANK = 21
_LINE = re.compile(r"[^\s][^\n]*")
_HASHES = re.compile(r"(#{1,6}) +")
_DIVISION = re.compile(rf"第(?:{HAN_NUMBER}|[0-9]+)(分编|编|章|节)(?=\s|[^的规之至和、，。第款项条])")
_ARTICLE = re.compile(rf"({ARTICLE_LABEL.pattern})(?!规定|所列|的|至|、|和|或|中|第)")
_ANNEX = re.compile(
    r"附\s?(?:件|录|表|则)\s?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})?[:：]?(?!规定|中)[^。；]{0,40}$"
)
_NUMBERED = (
    (21, re.compile(FIRST_POINT)),
    (22, re.compile(rf"[（(]{HAN_NUMBER}[）)]")),
    (23, re.compile(r"[0-9]{1,2}(?:[.．](?![0-9])|、|\))")),
    (24, re.compile(r"[（(][0-9]{1,2}[）)]")),
    (25, re.compile(r"[①-⑳]")),
)
_DIVISION_RANKS = {"编": 10, "分编": 11, "章": 12, "节": 13}
_BULLET = re.compile(r"[-*•·] +")
_FIRST_SENTENCE = re.compile(r"[^。：:]{2,38}(?=[。：:])")


def read_outline(text: str, title: str = "") -> Iterator[Block]:
    """Blocks in document order. A heading equal to ``title`` opens no level: it would repeat the document's name."""
    spans = [(match.start(), match.start() + len(match[0].rstrip())) for match in _LINE.finditer(text)]
    lines = [_read_line(text[start:end]) for start, end in spans]
    open_levels: list[tuple[int, str]] = []
    for number, ((start, end), (rank, label, kind)) in enumerate(zip(spans, lines, strict=True)):
        if rank == FIRST_ITEM_RANK and kind is Kind.HEADING and _articles_follow(lines, number):
            rank = _DIVISION_RANKS["节"]
        if rank == 0 and _continues_heading(lines, number, text[start:end]):
            open_levels[-1] = (open_levels[-1][0], _clip(open_levels[-1][1] + text[start:end]))
            continue
        if rank:
            open_levels = [level for level in open_levels if level[0] < rank]
        if kind is Kind.HEADING and label == title:
            continue
        path = tuple(name for _, name in open_levels)
        if rank:
            open_levels.append((rank, label))
            path = (*path, label)
        yield Block(start, end, kind, path, rank)


def first_article(text: str) -> str:
    """The label of the article a text opens with; "" for texts without articles."""
    match = re.search(rf"^(?:#+ )?({ARTICLE_LABEL.pattern})", text, re.MULTILINE)
    return match[1] if match else ""


def division_label(heading: str) -> str:
    """A chapter heading as paths print it: 第六章  附  则 → 第六章 附则."""
    words = " ".join(heading.lstrip("# ").split())
    division = _DIVISION.match(words)
    return _heading_label(words, division.end()) if division else _clip(words)


def _articles_follow(lines: list[tuple[int, str, Kind]], number: int) -> bool:
    """Judicial interpretations and measures group their articles under 一、 headings, which then outrank 条."""
    return number + 1 < len(lines) and lines[number + 1][2] is Kind.ARTICLE


def _continues_heading(lines: list[tuple[int, str, Kind]], number: int, line: str) -> bool:
    """A chapter title that was printed on two lines."""
    if number == 0 or lines[number - 1][0] not in _DIVISION_RANKS.values() or len(line) > _LABEL_CHARS:
        return False
    return lines[number - 1][2] is Kind.HEADING and not re.search("[。；：:]", line) and _articles_follow(lines, number)


def _read_line(line: str) -> tuple[int, str, Kind]:
    """Rank (0 for plain text), label in the path, kind."""
    hashes = _HASHES.match(line)
    words = line[hashes.end() :] if hashes else line
    if division := _DIVISION.match(words):
        if hashes or len(words) <= _LABEL_CHARS:
            return _DIVISION_RANKS[division[1]], _heading_label(words, division.end()), Kind.HEADING
    elif article := _ARTICLE.match(words):
        return _ARTICLE_RANK, article[1], Kind.ARTICLE
    if hashes:
        return len(hashes[1]), _clip(words), Kind.HEADING
    return _read_plain_line(line)


def _read_plain_line(line: str) -> tuple[int, str, Kind]:
    if _ANNEX.match(line):
        return 1, _clip(line), Kind.HEADING
    for rank, pattern in _NUMBERED:
        if marker := pattern.match(line):
            return rank, _item_label(line, marker.end()), Kind.HEADING if _is_heading(line, rank) else Kind.ITEM
    if line.startswith("| "):
        return 0, "", Kind.ROW
    return 0, "", Kind.BULLET if _BULLET.match(line) else Kind.PARAGRAPH


def _heading_label(words: str, marker_end: int) -> str:
    """第六章 附 则 → 第六章 附则: printers space out short headings."""
    name = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", words[marker_end:].strip())
    return _clip(f"{words[:marker_end].strip()} {name}".strip())


def _item_label(line: str, marker_end: int) -> str:
    """The marker with its heading words, e.g. （一）提升算力供给能力; the bare marker where a full sentence follows."""
    if len(line) <= _LABEL_CHARS and line[-1] not in "。；;":
        return line
    heading = _FIRST_SENTENCE.match(line, marker_end)
    return line[: heading.end()] if heading and "，" not in heading[0] else line[:marker_end].strip()


def _is_heading(line: str, rank: int) -> bool:
    return rank <= 23 and len(line) <= _LABEL_CHARS and line[-1] not in "。；;：:，,、."


def _clip(label: str) -> str:
    return label[:_LABEL_CHARS].strip()
