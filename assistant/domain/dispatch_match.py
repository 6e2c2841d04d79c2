"""Which rows of the dispatch catalogue (派单目录) fit a category, a condition and a day; the most specific first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assistant.domain.catalogue import SEPARATOR, DispatchEntry


@dataclass(frozen=True)
class DispatchTable:
    by_category: Mapping[str, tuple[DispatchEntry, ...]]

    @classmethod
    def of(cls, entries: Iterable[DispatchEntry]) -> DispatchTable:
        grouped: dict[str, list[DispatchEntry]] = defaultdict(list)
        for entry in entries:
            grouped[entry.category].append(entry)
        return cls({category: tuple(rows) for category, rows in grouped.items()})

    def best(self, category: str, text: str, on: date) -> DispatchEntry | None:
        """A row whose condition the text shows goes before one without; a deeper category before its parents."""
        for name in _upwards(category):
            rows = [row for row in self.by_category.get(name, ()) if row.validity.covers(on)]
            fitting = [row for row in rows if row.cues and any(cue in text for cue in row.cues)]
            plain = [row for row in rows if not row.condition]
            if fitting or plain:
                return max(fitting, key=lambda row: sum(cue in text for cue in row.cues)) if fitting else plain[0]
        return None


def _upwards(category: str) -> Iterable[str]:
    parts = category.split(SEPARATOR)
    return (SEPARATOR.join(parts[:depth]) for depth in range(len(parts), 0, -1))
