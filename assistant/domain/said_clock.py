"""Parts of the day and hours as citizens say them (下午三点, 晚上七八点, 凌晨两点半)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.domain.numerals import parse_numeral

N = "[0-9一二两三四五六七八九十]"
PARTS = {
    "凌晨": (0, 6),
    "清晨": (5, 8),
    "早上": (6, 12),
    "早晨": (6, 12),
    "早": (6, 12),
    "上午": (6, 12),
    "中午": (11, 14),
    "下午": (12, 18),
    "傍晚": (17, 20),
    "晚上": (18, 24),
    "晚": (18, 24),
    "夜里": (18, 24),
    "夜间": (18, 24),
    "深夜": (22, 24),
    "半夜": (0, 6),
}
PART = "(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|深夜|半夜|早|晚)"
CLOCK = f"(?P<hour>{N}{{1,3}})(?:点钟?|时|:)(?P<minute>半|[0-5][0-9]分?|{N}{{1,3}}分)?(?:多|左右|以后)?"
TIME = f"(?:的?{PART})?(?:{CLOCK})?"


def at(day: date, match: re.Match[str]) -> str:
    """The day, its part as an interval, or the minute, as far as it was said."""
    told = clock(match)
    if told:
        return f"{day}T{told}"
    if not match["part"]:
        return str(day)
    first, last = PARTS[match["part"]]
    end = f"{day}T{last:02d}:00" if last < 24 else f"{day + timedelta(1)}T00:00"
    return f"{day}T{first:02d}:00/{end}"


def clock(match: re.Match[str]) -> str:
    """``HH:MM``; 下午三点 is 15:00, 晚上十点 22:00, 凌晨两点 02:00, 中午十二点 12:00."""
    if not match["hour"]:
        return ""
    hour, part = number(_first_of(match["hour"])), match["part"] or ("晚" if match[0].startswith("每晚") else "")
    if hour < 12 and (part in ("下午", "傍晚", "晚上", "晚", "夜里", "夜间", "深夜") or (part == "中午" and hour < 3)):
        hour += 12 if not (part in ("夜里", "夜间", "深夜", "晚上", "晚") and hour < 5) else 0
    minute = match["minute"] or "0"
    minutes = 30 if minute == "半" else number(minute.rstrip("分"))
    if hour > 24:
        raise ValueError(hour)
    return f"{hour % 24:02d}:{minutes:02d}"


def _first_of(said: str) -> str:
    """七八点 is told by its beginning."""
    return said[0] if len(said) == 2 and "十" not in said and not said.isascii() else said


def number(said: str) -> int:
    """Raises ``ValueError``: no numeral."""
    value = parse_numeral(said)
    if value is None:
        raise ValueError(said)
    return int(value)


def count(said: str) -> int:
    """两三 counts as 3: who waits counts the longer. 好几 and 几 count as 3 too; 十几 as 10."""
    if "几" in said:
        return 10 if said.startswith("十") else 3
    if len(said) == 2 and "十" not in said and not said.isdigit():
        said = said[-1]
    return number(said)
