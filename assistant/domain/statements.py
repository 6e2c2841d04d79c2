"""Cut policy text into statements that can be quoted alone: bullets of guides, sentences of statutes and notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain.numerals import NUMERAL_CHARS

BASIS = re.compile(r"[（(]依据[:：]\s*((?:[^（）()]|[（(][^（）()]*[）)])*)[）)]")
LIST_MARK = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}[.、)）]\s*)")
HEADING = re.compile(r"^\s*#{1,6}\s*(.+?)\s*$")
TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
SENTENCE = re.compile(r"[^。！？!?]*(?:[。！？!?]+[”’」』）)]*|$)")
ITEM = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]")
ARTICLE = re.compile(rf"^\s*第[\d{NUMERAL_CHARS}]+条(?:之[一二三四五六七八九十])?[\s\u3000]+")
NUMBER_ONLY = re.compile(rf"^[（(]?[\d{NUMERAL_CHARS}]+[)）.、．]?$")
MAX_STATEMENT = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """A quotable piece. ``text`` is free of list marks, article numbers and basis markers, which ``basis`` keeps.

    ``lead`` is the opening line of an enumeration (有下列情形之一的：) that the item needs to be understood.
    """

    text: str
    basis: tuple[str, ...] = ()
    heading: str = ""
    lead: str = ""
    listed: bool = False
    ordinal: int = 0

    @property
    def opens(self) -> bool:
        """Opens an enumeration, so it says little without the items that follow."""
        return self.text.endswith((":", "："))


def statements(text: str, heading: str = "") -> list[Statement]:
    """The statements of a passage in order; blank lines, headings and table rules are none."""
    found: list[Statement] = []
    lead = ""
    for line in text.splitlines():
        title = HEADING.match(line)
        if title or not line.strip() or TABLE_RULE.match(line):
            heading, lead = (title[1], "") if title else (heading, lead)
            continue
        for piece, basis, listed in _pieces(ARTICLE.sub("", line)):
            item = bool(ITEM.match(piece))
            found.append(Statement(piece, basis, heading, lead if item else "", listed or item, len(found)))
            lead = piece if piece.endswith((":", "：")) else (lead if item else "")
    return found


def _pieces(line: str) -> list[tuple[str, tuple[str, ...], bool]]:
    listed = bool(LIST_MARK.match(line))
    body = LIST_MARK.sub("", line).strip()
    if listed or BASIS.search(body):
        return [(strip_basis(body), basis_of(body), listed)] if strip_basis(body) else []
    return [(piece, (), False) for piece in sentences(body)]


def sentences(text: str) -> list[str]:
    """Sentences with their closing marks; ``；`` does not end one, because its halves need one another."""
    return [piece.strip() for piece in SENTENCE.findall(text) if piece.strip()]


def basis_of(text: str) -> tuple[str, ...]:
    """《供热管理办法》第二十条 … as named by the markers of ``text``, without repeats."""
    named: dict[str, None] = {}
    for group in BASIS.findall(text):
        for law in re.split(r"[;；]", group):
            if law.strip():
                named.setdefault(law.strip())
    return tuple(named)


def strip_basis(text: str) -> str:
    return re.sub(r"\s+$", "", BASIS.sub("", text)).strip()


def shorten(text: str, limit: int = MAX_STATEMENT) -> str:
    """At most ``limit`` characters, cut at a clause mark where there is one."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = max(head.rfind(mark) for mark in "。；;，")
    return head[: cut + 1 if cut > limit // 2 else limit - 1] + "…"


def heading_of(path: Sequence[str]) -> str:
    """The section heading that a path leads to; bare numbers of list items (3.) are none."""
    return next((part for part in reversed(path) if not NUMBER_ONLY.match(part)), "")
