"""Gives run-on text its lines back: portals and web scrapers often glue 一、 （一） 1. and 第一条 into one paragraph.

A marker opens a line only if its number continues its own sequence and it stands where a clause can begin, so
references (依照第三条的规定, 第一、二、三产业) stay inside their sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from retrieval.clauses import FIRST_POINT, HAN_NUMBER, han_number, number_of

_MARKER = re.compile(
    rf"第(?P<part>{HAN_NUMBER})(?P<rank>[编章节条])|(?P<first>{FIRST_POINT})|[（(](?P<second>{HAN_NUMBER})[）)]"
    r"|(?<![0-9.．])(?P<third>[0-9]{1,2})(?:[.．](?![0-9])|、)"
)
_BOUNDARY = frozenset("。；：！？）”》\n ;:!?)")
_REFERENCE = re.compile(r"(?:之[一二三四五六七八九十])?(?:规定|有关|所列|第|的|至|、|和|或|中|款|项|，)")
_ITEM_REFERENCE = re.compile(r"[项款、至和或与》]")
_HEADING_HASHES = re.compile(r"(?:^|\n)#+ $")
# A blank after a full stop is where a scraper dropped a line end; only texts with hardly any lines are treated so.
_LOST_LINE_END = re.compile("(?<=[。！？；：”）]) (?=[\u4e00-\u9fff（《“])")
_RUN_ON_CHARS_PER_LINE = 300
_HEADING_CHARS = 40
_CHAIN = {"编": 0, "章": 1, "节": 2, "条": 3, "first": 3, "second": 4, "third": 5}


@dataclass(slots=True)
class _Sequence:
    """Where each kind of marker has counted to, and where the last one stood."""

    counts: dict[str, int] = field(default_factory=dict)
    last_kind: str = ""
    last_end: int = -1

    def accept(self, kind: str, number: int, end: int) -> None:
        """Counts go on under a new parent, as articles do through chapters; a marker numbered 1 starts anew."""
        self.counts[kind], self.last_kind, self.last_end = number, kind, end


def unglue(text: str) -> str:
    """``text`` with a newline before every structural marker that stood inside a line."""
    if len(text) > _RUN_ON_CHARS_PER_LINE * (text.count("\n") + 1):
        text = _LOST_LINE_END.sub("\n", text)
    sequence, pieces, copied = _Sequence(), [], 0
    for match in _MARKER.finditer(text):
        kind, number = _kind_and_number(match)
        if not _opens_clause(text, match, kind, number, sequence):
            continue
        sequence.accept(kind, number, match.end())
        if not _at_line_start(text, match.start()):
            pieces += [text[copied : match.start()].rstrip(" "), "\n"]
            copied = match.start()
    return "".join([*pieces, text[copied:]])


def _at_line_start(text: str, position: int) -> bool:
    return (
        position == 0
        or text[position - 1] == "\n"
        or bool(_HEADING_HASHES.search(text, max(0, position - 8), position))
    )


def _kind_and_number(match: re.Match[str]) -> tuple[str, int]:
    if match["rank"]:
        return match["rank"], number_of(match["part"])
    if match["third"]:
        return "third", int(match["third"])
    if match["first"]:
        return "first", number_of(match["first"].rstrip("、"))
    return "second", number_of(match["second"])


def _opens_clause(text: str, match: re.Match[str], kind: str, number: int, sequence: _Sequence) -> bool:
    if number != 1 and number != sequence.counts.get(kind, 0) + 1:
        return False
    at_boundary = match.start() == 0 or text[match.start() - 1] in _BOUNDARY
    if match["rank"] and _REFERENCE.match(text, match.end()):
        return False
    if kind in "编章节":
        return _introduces(text, match.end(), sequence.counts.get("条", 0) + 1)
    if kind == "second" and _ITEM_REFERENCE.match(text, match.end()):
        return False
    return at_boundary or _follows_heading(text, match.start(), kind, sequence)


def _introduces(text: str, position: int, article: int) -> bool:
    """A chapter heading is short and its first section or article follows at once."""
    ahead = text[position : position + _HEADING_CHARS + 10]
    return any(label in ahead for label in (f"第{han_number(article % 1000)}条", "第一条", "第一节", "第一章"))


def _follows_heading(text: str, position: int, kind: str, sequence: _Sequence) -> bool:
    """In run-on text a heading has no full stop: the first sub-item, or the next item, comes right after its words."""
    between = text[sequence.last_end : position] if sequence.last_end >= 0 else ""
    if not 2 <= len(between) <= _HEADING_CHARS or any(mark in between for mark in "。，；：！？、"):
        return False
    deeper = _CHAIN[kind] > _CHAIN[sequence.last_kind]
    if kind == "条":
        return sequence.last_kind in "编章节"
    return deeper or (kind == sequence.last_kind and len(between) >= 4)
