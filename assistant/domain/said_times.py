"""When something happened, as citizens say it (昨天晚上, 上周三, 每天凌晨两点, 大概半年了), told from the time of the call.

Normal forms are ISO 8601: a day ``2026-01-14``, a minute ``2026-01-14T15:00``, a month ``2025-10``, an interval ``A/B``, a
time that lasts until the call ``P6M/2026-01-15``, and what repeats ``R/T02:00``, ``R/P1D`` or ``R/P1W``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from assistant.domain.said_clock import CLOCK, PART, PARTS, TIME, N, at, clock, count, number

BEIJING = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日天末"
_DAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "昨": -1,
    "今天": 0,
    "今日": 0,
    "今": 0,
    "刚刚": 0,
    "刚才": 0,
}
_UNITS = {"年": "Y", "月": "M", "周": "W", "星期": "W", "礼拜": "W", "天": "D", "晚": "D", "小时": "H"}
_HALVES = {"Y": "6M", "M": "15D", "W": "3D", "D": "T12H", "H": "T30M"}


@dataclass(frozen=True, slots=True)
class SaidTime:
    """``normal`` is empty where the words tell no time that could be compared (一直, 放学时候)."""

    start: int
    end: int
    normal: str
    confidence: float


_Reading = Callable[[re.Match[str], datetime], str]


def find_time(text: str, called_at: datetime) -> SaidTime | None:
    """The most telling time in ``text``: a date before what repeats, that before how long, that before 一直.

    ``called_at`` must be zoned.
    """
    now = called_at.astimezone(BEIJING)
    for pattern, read, confidence in _RULES:
        for match in pattern.finditer(text):
            try:
                normal = read(match, now)
            except (ValueError, OverflowError):  # 2月30日, 25点
                continue
            return SaidTime(match.start(), match.end(), normal, confidence)
    return None


def _dated(match: re.Match[str], now: datetime) -> str:
    month, day = number(match["month"]), number(match["day"])
    found = date(_year(match["year"], now), month, day)
    if not match["year"] and found > now.date():
        found = found.replace(year=found.year - 1)
    return at(found, match)


def _of_month(match: re.Match[str], now: datetime) -> str:
    month = number(match["month"])
    year = _year(match["year"], now)
    return f"{year if match['year'] or month <= now.month else year - 1}-{date(year, month, 1).month:02d}"


def _year(said: str | None, now: datetime) -> int:
    if not said:
        return now.year
    return (
        now.year - ("今年", "去年", "前年").index(said) if said in ("今年", "去年", "前年") else int(said.rstrip("年"))
    )


def _near(match: re.Match[str], now: datetime) -> str:
    if match["day"] in ("刚刚", "刚才"):
        return f"{now:%Y-%m-%dT%H:%M}"
    return at(now.date() + timedelta(_DAYS[match["day"]]), match)


def _of_week(match: re.Match[str], now: datetime) -> str:
    monday = now.date() - timedelta(now.weekday() + 7 * match["which"].count("上"))
    day = match["weekday"]
    if day == "末":
        return f"{monday + timedelta(5)}/{monday + timedelta(6)}"
    return at(monday + timedelta(min(_WEEKDAYS.index(day), 6)), match) if day else f"{monday}/{monday + timedelta(6)}"


def _last_month(match: re.Match[str], now: datetime) -> str:
    first = now.date().replace(day=1)
    if "上" not in match[0]:
        return f"{now:%Y-%m}"
    last = first - timedelta(1)
    return f"{last.replace(day=1)}/{last}"


def _new_year(match: re.Match[str], now: datetime) -> str:
    return f"{now.year}-01-01"


def _again(match: re.Match[str], now: datetime) -> str:
    told = clock(match)
    if told:
        return f"R/T{told}"
    if match["part"] and match["part"] not in ("傍晚",):
        first, last = PARTS[match["part"]]
        return f"R/T{first:02d}:00/T{last:02d}:00"
    return "R/P1W" if re.search("周|星期|礼拜", match[0]) else "R/P1D"


def _daily(match: re.Match[str], now: datetime) -> str:
    return "R/P1D"


def _weekly(match: re.Match[str], now: datetime) -> str:
    return "R/P1W"


def _lasting(match: re.Match[str], now: datetime) -> str:
    unit = _UNITS[match["unit"] or match["months"]]
    if match["count"] == "半":
        return f"P{_HALVES[unit]}/{now.date()}"
    many = count(match["count"])
    if unit == "W":
        many, unit = 7 * many, "D"
    return f"P{'T' if unit == 'H' else ''}{many}{unit}/{now.date()}"


def _untold(match: re.Match[str], now: datetime) -> str:
    return ""


_YEAR = "(?P<year>去年|今年|前年|[0-9]{4}年)"
_MONTH = f"(?P<month>{N}{{1,3}})月"
_FROM = "(?:从|自)?"
_FOR = "(?:已经|都|大概|差不多|将近|快|近|最近|这|有|连着|连续|停了|坏了|拖了|欠了|过了|前后){0,2}"
_RULES: tuple[tuple[re.Pattern[str], _Reading, float], ...] = (
    (re.compile(f"{_FROM}{_YEAR}?{_MONTH}(?P<day>{N}{{1,3}})[日号]{TIME}(?:起|开始)?"), _dated, 0.95),
    (
        re.compile(f"{_FROM}(?P<day>大前天|前天|昨天|昨日|今天|今日|昨(?=[晚早夜])|今(?=[早晚])|刚刚|刚才){TIME}"),
        _near,
        0.95,
    ),
    (
        re.compile(f"{_FROM}(?P<which>上上个?|上个?|这个?|本)(?:周|星期|礼拜)(?P<weekday>[{_WEEKDAYS}])?{TIME}"),
        _of_week,
        0.9,
    ),
    (re.compile(f"{_FROM}元旦(?:那天|当天)?"), _new_year, 0.8),
    (
        re.compile(
            f"(?:每天|天天|每晚|每日|每到|一到|每个?(?:周|星期|礼拜)[{_WEEKDAYS}]?){TIME}(?:以后|[上下][班学]的?时候)?"
        ),
        _again,
        0.9,
    ),
    (re.compile(f"{_FROM}{_YEAR}{_MONTH}(?:份)?[初底中]?"), _of_month, 0.85),
    (re.compile("(?:从)?(?:上个?月|这个月|本月)[初底中]?"), _last_month, 0.85),
    (re.compile(f"{_FROM}(?P<year>(?!)x)?{_MONTH}份?(?=开始|以来|起|初|底)[初底]?(?:开始|以来|起)?"), _of_month, 0.8),
    (re.compile(f"{PART}{CLOCK}"), _again, 0.8),
    (re.compile("早高峰|晚高峰|白天|从早到晚|全天"), _daily, 0.7),
    (
        re.compile(
            f"{_FOR}(?<![0-9])(?P<count>半|好?几|十几|{N}{{1,3}})(?:来|多)?(?:个?多?(?P<unit>年|周|星期|礼拜|天|晚|小时)|个多?(?P<months>月))(?![前级初底代检纪])多?(?:时间)?(?:了|以来)?"
        ),
        _lasting,
        0.75,
    ),
    (re.compile("周末|节假日"), _weekly, 0.7),
    (re.compile(f"{PART}(?P<hour>(?!)x)?(?P<minute>(?!)x)?(?![点饭餐班高])"), _again, 0.6),
    (
        re.compile(
            "(?:去年|今年|前年)?[春夏秋冬]天|入冬以来|入冬|供暖以来|下雪以后|春节[前后]|放学(?:时候|的时候)?|上下班(?:的时候)?|一下雨就?"
        ),
        _untold,
        0.5,
    ),
    (re.compile("一直|经常|长期|长年|常年|总是|老是"), _untold, 0.4),
)
