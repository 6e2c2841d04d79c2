"""The grammar of Chinese statutes: Han numbers, 条 article, 款 paragraph, 项 item, and where a quotation stands.

Source of the naming: 立法法 (2023) Article 65: 条 are numbered, a 款 is one unnumbered paragraph, 项 are numbered （一）.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.contracts import Passage

HAN_NUMBER = "[零〇一二三四五六七八九十百千两]+"
ARTICLE_LABEL = re.compile(rf"第{HAN_NUMBER}条(?:之[一二三四五六七八九十]+)?")
# 一、 opens a point, but 一、二级文物 counts kinds; 一、二〇二四年 is a point again.
FIRST_POINT = rf"{HAN_NUMBER}、(?![一二三四五六七八九十](?![〇○零一二三四五六七八九十年月]))"
ITEM_LABEL = re.compile(rf"[（(]({HAN_NUMBER})[）)]")

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Clause:
    """One 款 of an article, or one 项 of a 款; ``start`` and ``end`` are offsets into the article's text."""

    label: str
    start: int
    end: int


def number_of(han: str) -> int:
    """The value of a Han numeral up to 9999: 二十 → 20, 一百零五 → 105, 二〇二四 → 2024."""
    if not any(char in _UNITS for char in han):
        return int("".join(str(_DIGITS[char]) for char in han))
    total = digit = 0
    for char in han:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def han_number(value: int) -> str:
    """The Han numeral of 1–999 as statutes print it: 10 → 十, 23 → 二十三, 105 → 一百零五."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(value, 100)
    tens, units = divmod(rest, 10)
    head = f"{digits[hundreds]}百" if hundreds else ""
    if not tens:
        return head + (f"零{digits[units]}" if head and units else digits[units] if units else "")
    ten = "十" if tens == 1 and not hundreds else f"{digits[tens]}十"
    return head + ten + (digits[units] if units else "")


def paragraphs_of(article: str) -> tuple[Clause, ...]:
    """The 款 of an article's text: every line that is not an item opens one, items belong to the 款 above them."""
    spans: list[tuple[int, int]] = []
    for start, end in _lines(article):
        if spans and ITEM_LABEL.match(article, start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(Clause(f"第{han_number(n)}款", start, end) for n, (start, end) in enumerate(spans, 1))


def items_of(article: str, paragraph: Clause) -> tuple[Clause, ...]:
    """The 项 of one 款; empty when it lists nothing."""
    found = [
        (match[1], start, end)
        for start, end in _lines(article, paragraph.start, paragraph.end)
        if (match := ITEM_LABEL.match(article, start))
    ]
    return tuple(Clause(f"第{label}项", start, end) for label, start, end in found)


def clause_at(passage: Passage, start: int, end: int) -> str:
    """The narrowest clause that holds ``passage.text[start:end]``, e.g. 第十二条第二款第三项; "" outside statutes.

    A single-paragraph article is cited without 第一款, as lawyers do.
    """
    if not ARTICLE_LABEL.fullmatch(passage.clause):
        return passage.clause
    paragraphs = paragraphs_of(passage.text)
    inside = [p for p in paragraphs if p.start <= start and end <= p.end]
    if not inside:
        return passage.clause
    items = [item for item in items_of(passage.text, inside[0]) if item.start <= start and end <= item.end]
    paragraph = inside[0].label if len(paragraphs) > 1 or items else ""
    return passage.clause + paragraph + (items[0].label if items else "")


def _lines(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Offsets of the non-empty lines of ``text[start:end]``, without surrounding blanks."""
    for match in re.compile(r"[^\s][^\n]*").finditer(text, start, len(text) if end is None else end):
        yield match.start(), match.start() + len(match[0].rstrip())
