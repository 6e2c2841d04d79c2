"""Figures, dates, document numbers (文号) and clause numbers of a text, in one canonical form.

Chinese and Arabic numerals are equal (十五日 = 15日 = 15天; 五万元 = 50000元; 百分之三十 = 30%). Used to check that
whatever an answer states occurs in the passage it cites.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.domain.numerals import NUMERAL_CHARS, parse_numeral


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` is exact. ``unit`` is canonical: 日, 元, %, 第条 (clause), 年月日 (date), 文号; empty when unknown."""

    value: str
    unit: str = ""


_SPELLINGS = {
    "日": "天", "工作日": "个工作日", "月": "个月", "岁": "周岁", "元": "块钱 块", "人": "名 位",
    "度": "℃ °C 摄氏度", "平方米": "㎡ 平米 m2", "千米": "公里", "小时": "个小时 钟头", "周": "星期 个星期",
    "时": "点 点钟", "千克": "kg 公斤", "分贝": "dB", "%": "个百分点",
}  # fmt: skip
ALIASES = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_MEASURES = (
    "工作日 月 日 年 小时 分钟 秒 岁 周 元 % 倍 度 平方米 立方米 米 厘米 毫米 千米 千克 克 吨 分贝 "
    "层 辆 户 级 千瓦时 千瓦 伏 折 毫升 升 亩 公顷 周岁 株"
)
STRONG = [*re.split(" ", _MEASURES), *(spelling for spelling, unit in ALIASES.items() if unit not in ("人", "时"))]
WEAK = list("个次人名位份项种台条只张家页处类批本期门点时分")
ENDING_IN_ONE = "统唯单同逐划合归如专不之均"
"""Characters that make a word with 一: 统一天数 states no day."""

UNITS = "|".join(sorted(map(re.escape, STRONG + WEAK), key=len, reverse=True))
ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?[十百千万亿]*|\d+(?:\.\d+)?[十百千万亿]*"
CHINESE = rf"[{NUMERAL_CHARS}]+(?:点[零〇一二三四五六七八九]+[万亿]?)?"
NUMBER = re.compile(rf"(?P<arabic>{ARABIC})|(?P<chinese>{CHINESE})")
PERCENT = re.compile(rf"百分之({ARABIC}|{CHINESE})")
FRACTION = re.compile(rf"({ARABIC}|{CHINESE})分之({ARABIC}|{CHINESE})")
UNIT = re.compile(rf"\s*({UNITS})")
RANGE = re.compile(rf"\s*(?:[-~—–至到]|{UNITS}?(?:以上|以下)?(?:至|到|、|或者?))\s*(?:{ARABIC}|{CHINESE})\s*({UNITS})")
CLAUSE = re.compile(rf"第([\d{NUMERAL_CHARS}]+)(编|章|节|条|款|项|目)(之[一二三四五六七八九十])?")
YEAR = rf"(?<![\d{NUMERAL_CHARS}])((?:1[89]|2[01])\d{{2}}|[一二][零〇○一八九][零〇○一二三四五六七八九]{{2}})"
MONTH_OR_DAY = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = re.compile(rf"{YEAR}年(?:度)?(?:{MONTH_OR_DAY}月(?:{MONTH_OR_DAY}[日号])?)?")
ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
MONTH_DAY = re.compile(rf"(?<![\d{NUMERAL_CHARS}]){MONTH_OR_DAY}月{MONTH_OR_DAY}[日号]")
DOCUMENT_NUMBER = re.compile(r"([一-鿿]{1,2})[〔\[(（【]((?:19|20)\d{2})[〕\])）】]\s*第?(\d+)号")


def figures(text: str) -> frozenset[Figure]:
    """Every figure that ``text`` states. Trivial counts (一个, 一次) and words spelt with numerals (统一) are none."""
    rest = unicodedata.normalize("NFKC", text)
    found: set[Figure] = set()
    for pattern, read in READERS:
        found.update(figure for match in pattern.finditer(rest) for figure in read(match))
        rest = pattern.sub(lambda match: "□" * len(match.group()), rest)
    found.update(_numbers(rest))
    return frozenset(found)


def _whole(text: str) -> str:
    value = parse_numeral(text)
    return str(value) if value is not None else text


def _document_number(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure(f"{match[1]}{match[2]}-{match[3]}", "文号")


def _date(match: re.Match[str]) -> Iterator[Figure]:
    parts = [_whole(part) for part in match.groups() if part]
    yield from (Figure("-".join(parts[:size]), "年月日") for size in range(1, len(parts) + 1))
    if len(parts) == 3:
        yield Figure(f"-{parts[1]}-{parts[2]}", "年月日")


def _month_day(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure(f"-{_whole(match[1])}-{_whole(match[2])}", "年月日")


def _clause(match: re.Match[str]) -> Iterator[Figure]:
    yield Figure(_whole(match[1]) + (match[3] or ""), f"第{match[2]}")


def _percent(match: re.Match[str]) -> Iterator[Figure]:
    value = parse_numeral(match[1])
    if value is not None:
        yield Figure(str(value), "%")


def _fraction(match: re.Match[str]) -> Iterator[Figure]:
    lower, upper = parse_numeral(match[1]), parse_numeral(match[2])
    if lower and upper is not None:
        yield Figure(str(upper / lower), "分之")


READERS = (
    (DOCUMENT_NUMBER, _document_number),
    (CLAUSE, _clause),
    (ISO_DATE, _date),
    (DATE, _date),
    (MONTH_DAY, _month_day),
    (PERCENT, _percent),
    (FRACTION, _fraction),
)


def _numbers(text: str) -> Iterator[Figure]:
    for match in NUMBER.finditer(text):
        unit = _unit_after(text, match.end())
        value = parse_numeral(match.group())
        if value is not None and (match["arabic"] or _counts(match["chinese"], unit, text[: match.start()])):
            yield Figure(str(value), ALIASES.get(unit, unit))


def _unit_after(text: str, end: int) -> str:
    direct = UNIT.match(text, end) or RANGE.match(text, end)
    return direct[1] if direct else ""


def _counts(numeral: str, unit: str, before: str) -> bool:
    """Chinese numerals also spell ordinary words, so they count only with a unit, and 一 only with a measuring one."""
    if before.endswith("第") or not unit or (numeral == "一" and before.endswith(tuple(ENDING_IN_ONE))):
        return False
    return unit in STRONG or (numeral != "一" and unit != "分")


def missing_figures(statement: str, sources: Iterable[str], allowed: frozenset[str] = frozenset()) -> list[Figure]:
    """Figures of ``statement`` that no source states; bare numbers in ``allowed`` (such as 12345) are never missing."""
    known = frozenset().union(*map(figures, sources))
    values = {figure.value for figure in known}
    return sorted(
        (
            one
            for one in figures(statement)
            if not _stated(one, known, values) and (one.unit or one.value not in allowed)
        ),
        key=lambda figure: (figure.unit, figure.value),
    )


def _stated(figure: Figure, known: frozenset[Figure], values: set[str]) -> bool:
    if figure in known:
        return True
    return figure.value in values if not figure.unit else Figure(figure.value) in known
