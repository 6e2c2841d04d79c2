"""Word's automatic numbers: 一、 （一） 1. 第一条 are not in the text of a .docx but in its list definitions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from retrieval.clauses import han_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACEHOLDER = re.compile(r"%([1-9])")
_HIGHEST = 999


@dataclass(frozen=True, slots=True)
class _Level:
    shape: str
    template: str
    start: int


@dataclass(slots=True)
class Numbering:
    """List definitions and, as a document is walked, where each list has counted to."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    by_style: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, paragraph: etree._Element, style: str) -> str:
        """The number Word prints before this paragraph, bullets as ``- ``; "" if it has none. Advances the list."""
        list_id, depth = _own_list(paragraph) or self.by_style.get(style, ("", 0))
        level = self.levels.get(list_id, {}).get(depth)
        if level is None:
            return ""
        counts = self.counts.setdefault(list_id, {})
        counts[depth] = min(counts.get(depth, level.start - 1) + 1, _HIGHEST)
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        return "- " if level.shape == "bullet" else self._written(list_id, level)

    def _written(self, list_id: str, level: _Level) -> str:
        def number(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            shown = self.levels[list_id].get(depth, level)
            return _SHAPES.get(shown.shape, str)(self.counts[list_id].get(depth, shown.start))

        label = _PLACEHOLDER.sub(number, level.template)
        return f"{label} " if label and label[-1] not in "、）)" else label


def read_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """List definitions of ``word/numbering.xml`` and the styles that belong to a list."""
    if numbering is None:
        return Numbering()
    abstract = {
        definition.get(f"{W}abstractNumId", ""): {
            _number(level.get(f"{W}ilvl", "0")): _read_level(level) for level in definition.findall(f"{W}lvl")
        }
        for definition in numbering.findall(f"{W}abstractNum")
    }
    lists = {
        one.get(f"{W}numId", ""): abstract.get(_value(one, "abstractNumId"), {}) for one in numbering.findall(f"{W}num")
    }
    by_style = {
        style.get(f"{W}styleId", ""): found
        for style in (styles.iter(f"{W}style") if styles is not None else ())
        if (found := _own_list(style))
    }
    return Numbering(lists, by_style)


def _read_level(level: etree._Element) -> _Level:
    return _Level(_value(level, "numFmt"), _value(level, "lvlText"), _number(_value(level, "start") or "1"))


def _own_list(element: etree._Element) -> tuple[str, int] | None:
    properties = element.find(f"{W}pPr/{W}numPr")
    if properties is None or not _value(properties, "numId"):
        return None
    return _value(properties, "numId"), _number(_value(properties, "ilvl") or "0")


def _value(element: etree._Element, tag: str) -> str:
    found = element.find(f"{W}{tag}")
    return found.get(f"{W}val", "") if found is not None else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _letter(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26)


def _circled(value: int) -> str:
    return chr(ord("①") + value - 1) if 1 <= value <= 20 else str(value)


_SHAPES: dict[str, Callable[[int], str]] = {
    "chineseCounting": han_number,
    "chineseCountingThousand": han_number,
    "chineseLegalSimplified": han_number,
    "ideographDigital": han_number,
    "japaneseCounting": han_number,
    "taiwaneseCountingThousand": han_number,
    "lowerLetter": _letter,
    "upperLetter": lambda value: _letter(value).upper(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
}
