"""Names of estates, roads and buildings in a text, and whether two texts speak of the same one.

A name is a stem and a part: 演示家园 + 2号院. Two estates that differ only in the part are two places; a name without a part
may be any of them. No gazetteer: names end as Chinese names of places end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from unicodedata import normalize

_NUMBER = "[一二三四五六七八九十百\\d]"
_PART = re.compile(
    f"({_NUMBER}+号院|{_NUMBER}+期|[东西南北中]区|{_NUMBER}+区|[A-Za-z]区|[东西南北中]里|[东西南北中]院)(?:社区)?$"
)
_INSIDE = re.compile(
    f"〔.*$|[A-Za-z\\d一二三四五六七八九十]*(?:号楼|栋|幢|座|单元|楼层|层|号房|室|楼|门)(?:.*)$|{_NUMBER}+[-—]{_NUMBER}+.*$"
)
_UPPER = re.compile(
    "^(?:北京市?|朝阳区|[\u4e00-\u9fff]{2,5}(?:街道办事处|地区办事处|街道|地区|(?<!新)乡|镇)(?![口上旁]))+"
)
_ENDING = (
    "小区|家园|花园|公寓|新村|嘉园|花苑|佳苑|社区|新城|新苑|名苑|广场|大厦|中心|商城|商场|市场|医院|学校|中学|小学|幼儿园|"
    "公园|胡同|大街|国际|华府|雅苑|庄园|别墅|大院|宿舍|工地|家属院|[东西南北]里|号院|号地"
)
_NAMED_PART = f"(?:{_NUMBER}+号院|{_NUMBER}+期|[东西南北中]区|{_NUMBER}+区|[东西南北]里)"
_NAME = re.compile(
    f"[\u4e00-\u9fffA-Za-z\\d·]{{2,8}}?(?:(?:{_ENDING}){_NAMED_PART}?|(?<=[\u4e00-\u9fff]{{2}}){_NAMED_PART})"
)
_BEFORE = re.compile(
    "^.*(?:住在?|位于|就在|坐落在|反映|投诉|举报|咨询|关于|申请给|申请|要求|请|对|从|到|在|是|我们|我家|我|你们|这个|那个|和|与|给|的)"
)
_VAGUE = frozenset(
    {"小区", "社区", "公寓", "广场", "大厦", "中心", "学校", "医院", "市场", "公园", "工地", "宿舍", "号院"}
)


class Agreement(StrEnum):
    SAME = "same"
    UNKNOWN = "unknown"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """``part`` is empty where the text does not say which."""

    stem: str
    part: str = ""

    @property
    def text(self) -> str:
        return self.stem + self.part

    def agrees(self, other: PlaceName) -> Agreement:
        # What stands before a name in a sentence may cling to it: 爆裂导致演示家园.
        if not (self.stem.endswith(other.stem) or other.stem.endswith(self.stem)):
            return Agreement.DIFFERENT
        return Agreement.DIFFERENT if self.part and other.part and self.part != other.part else Agreement.SAME


def place_of(field: str) -> PlaceName | None:
    """The estate, road or building of an address field: without district, 街乡, building, unit and room."""
    text = _UPPER.sub("", _folded(field))
    text = _INSIDE.sub("", text).strip(" ,，。、;；")
    return _split(text) if len(text) >= 2 else None


@lru_cache(maxsize=4096)
def names_in(text: str) -> tuple[PlaceName, ...]:
    """Names in a sentence, in reading order, each once."""
    found: dict[PlaceName, None] = {}
    for match in _NAME.finditer(_folded(text)):
        name = _UPPER.sub("", _BEFORE.sub("", match[0]))
        if len(name) > 2 and name not in _VAGUE:
            found[_split(name)] = None
    return tuple(found)


def agreement(names: Iterable[PlaceName], others: Iterable[PlaceName]) -> Agreement:
    """SAME when any two agree, DIFFERENT when both sides name places and none agrees."""
    mine, theirs = tuple(names), tuple(others)
    if not mine or not theirs:
        return Agreement.UNKNOWN
    if any(name.agrees(other) is Agreement.SAME for name in mine for other in theirs):
        return Agreement.SAME
    return Agreement.DIFFERENT


def mentions(text: str, name: PlaceName) -> Agreement:
    """Whether ``text`` speaks of ``name``; UNKNOWN when the stem does not occur in it."""
    folded = _folded(text)
    at = folded.find(name.stem)
    if at < 0:
        return Agreement.UNKNOWN
    part = _FOLLOWING.match(folded, at + len(name.stem))
    return Agreement.DIFFERENT if part and name.part and part[1] != name.part else Agreement.SAME


_FOLLOWING = re.compile(
    f"({_NUMBER}+号院|{_NUMBER}+期|[东西南北中]区|{_NUMBER}+区|[A-Za-z]区|[东西南北中]里|[东西南北中]院)"
)


def without_places(text: str, names: Iterable[PlaceName]) -> str:
    """The text with the names taken out, so that what is left is the matter."""
    folded = _folded(text)
    for name in sorted(names, key=lambda name: -len(name.text)):
        folded = folded.replace(name.text, "").replace(name.stem, "")
    return folded


def _split(name: str) -> PlaceName:
    part = _PART.search(name)
    stem = name[: part.start()] if part else name
    if part is None or len(stem) < 2:
        return PlaceName(name.removesuffix("小区").removesuffix("社区") or name)
    return PlaceName(stem.removesuffix("小区").removesuffix("社区") or stem, part[1])


@lru_cache(maxsize=512)
def _folded(text: str) -> str:
    return normalize("NFKC", text).replace(" ", "")
