"""Calls of the telephone platform by day: how many came, were answered, and within 15 seconds (接通率, 15秒接通率).

The platform is another system; an operator or a nightly job hands its counts over. They know no unit, place or matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

COLUMNS = {
    "day": ("day", "date", "日期"),
    "offered": ("offered", "呼入量", "来电量"),
    "answered": ("answered", "接通量"),
    "within_15s": ("within_15s", "15秒接通量", "15s接通量"),
}
"""What a column may be called in a file."""
MOST_CALLS = 10_000_000
"""In a day; more is a slip of the pen."""
_COUNT = re.compile(r"[0-9]{1,9}(?:\.0)?")


@dataclass(frozen=True, slots=True)
class CallCounts:
    offered: int = 0
    answered: int = 0
    within_15s: int = 0

    def __add__(self, other: CallCounts) -> CallCounts:
        return CallCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def connected(self) -> float | None:
        """接通率, 0 to 1; ``None`` without a call."""
        return self.answered / self.offered if self.offered else None

    @property
    def connected_in_15s(self) -> float | None:
        """15秒接通率, 0 to 1, of all calls that came; ``None`` without a call."""
        return self.within_15s / self.offered if self.offered else None


def column_names(header: Iterable[str]) -> dict[str, str]:
    """The file's column for each of ``COLUMNS``. Raises ``ValueError`` where one is not there."""
    known = list(header)
    found = {name: next((said for said in known if said.strip() in words), "") for name, words in COLUMNS.items()}
    missing = [COLUMNS[name][-1] for name, said in found.items() if not said]
    if missing:
        raise ValueError(f"缺少列：{'、'.join(missing)}")
    return found


def read_day(values: Mapping[str, str], today: date) -> tuple[date, CallCounts]:
    """One row, by our names. Raises ``ValueError`` with what is wrong, in Chinese."""
    said = values["day"].strip()[:10].replace("/", "-")
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"日期“{said}”不是 2026-11-23 的写法") from None
    if day > today or day.year < 1949:
        raise ValueError(f"日期“{said}”不在可以登记的范围内")
    counts = CallCounts(*(_count(values[f.name]) for f in fields(CallCounts)))
    if not counts.within_15s <= counts.answered <= counts.offered:
        raise ValueError("15秒接通量不能多于接通量，接通量不能多于来电量")
    return day, counts


def _count(said: str) -> int:
    number = said.strip().replace(",", "")
    if not _COUNT.fullmatch(number) or int(float(number)) > MOST_CALLS:
        raise ValueError(f"“{said.strip()}”不是件数")
    return int(float(number))
