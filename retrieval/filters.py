"""Which passages a query may see: in force on the day, of the place or wider, of the levels asked for.

An index stores three small things per passage and filters on them inside its query: a region key and two integer days.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from retrieval.contracts import Passage, SearchQuery, Validity

NATIONAL = ""
OPEN_START, OPEN_END = 0, 4_000_000
"""Day ordinals of a validity without a known beginning or end; 4,000,000 is the year 10952."""

_NATIONAL_NAMES = frozenset({"", "全国", "国家", "中国", "中华人民共和国"})
_PROVINCE = re.compile(
    "(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    "|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)?"
)
_PLACE = re.compile(r"[^省市区县旗镇乡]{1,10}?(?:自治州|地区|市|区|县|旗|街道|镇|乡)")


@dataclass(frozen=True, slots=True)
class Admission:
    """What a query admits: ``day`` as a proleptic ordinal; ``regions`` None and ``levels`` empty admit all."""

    day: int
    regions: tuple[str, ...] | None
    levels: tuple[str, ...]


def region_key(region: str | None) -> str:
    """One spelling per place, wide to narrow: 北京 for 北京市, 北京/朝阳区 for 北京市朝阳区, "" for national texts."""
    return "/".join(_places(region))


def admitted_regions(region: str | None) -> tuple[str, ...] | None:
    """Keys that a query from ``region`` may see: the place, its bare name (朝阳区), all wider places, national texts.

    ``None`` asks for every region; 全国 for national texts only.
    """
    if region is None:
        return None
    places = _places(region)
    wider = ["/".join(places[:depth]) for depth in range(len(places), 0, -1)]
    bare = [place for place in places[1:] if place not in wider]
    return (*wider, *bare, NATIONAL)


def admission(query: SearchQuery) -> Admission:
    return Admission(query.as_of.toordinal(), admitted_regions(query.region), query.levels)


def validity_days(validity: Validity) -> tuple[int, int]:
    """First day in force and first day no longer in force, as ordinals."""
    return _ordinal(validity.effective_from, OPEN_START), _ordinal(validity.repealed_on, OPEN_END)


def admits(allowed: Admission, passage: Passage) -> bool:
    """The filter in plain words; the index adapters must agree with it."""
    start, end = validity_days(passage.validity)
    in_force = start <= allowed.day < end
    in_region = allowed.regions is None or region_key(passage.region) in allowed.regions
    return in_force and in_region and (not allowed.levels or passage.level in allowed.levels)


def _ordinal(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal()


def _places(region: str | None) -> list[str]:
    name = re.sub(r"\s", "", unicodedata.normalize("NFKC", region or ""))
    if name in _NATIONAL_NAMES:
        return []
    province = _PROVINCE.match(name)
    rest = name[province.end() :] if province else name
    narrower = _PLACE.findall(rest)
    if not province and not narrower:
        return [name]
    return ([province[1]] if province else []) + narrower
