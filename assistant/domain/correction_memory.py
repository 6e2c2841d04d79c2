"""What was sent to the wrong unit before, recalled for a like appeal (Article 12 ¶3: objections are learned from)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.catalogue import SEPARATOR
from assistant.domain.corrections import OBJECTION
from assistant.domain.feedback import Correction
from assistant.domain.terms import content_terms
from assistant.domain.time_limits import local_day

SAME_CASE = 0.4
"""Weight of a correction of the same category in the same 街乡, before its words are compared."""
LIKE_FROM = 0.3
"""Least likeness of words for which another correction of the matter counts."""
MOST = 0.85
MOST_OF_A_MATTER = 500
"""The latest; a triage has milliseconds."""
FORGOTTEN = timedelta(days=730)
"""Duties move on; what is older teaches no more."""


@dataclass(frozen=True, slots=True)
class UnitLesson:
    """``unit`` was wrong for like appeals, ``strength`` in (0, 1] how far that holds here; ``instead`` who was right."""

    unit: str
    instead: str | None
    strength: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Remembered:
    correction: Correction
    terms: frozenset[str]


class CorrectionMemory:
    """In memory, by matter. Holds masked texts only. ``place_bound``: units that answer for a place (街乡)."""

    def __init__(self, corrections: Iterable[Correction], place_bound: frozenset[str] = frozenset()) -> None:
        self._place_bound = place_bound
        self._by_matter: dict[str, list[_Remembered]] = defaultdict(list)
        for item in sorted(corrections, key=lambda item: item.at):
            if item.part == "unit":
                terms = frozenset(content_terms(f"{item.title}。{item.content}"))
                self._by_matter[matter_of(item.category)].append(_Remembered(item, terms))
        for matter, found in self._by_matter.items():
            self._by_matter[matter] = found[-MOST_OF_A_MATTER:]

    def recall(self, text: str, category: str, street: str | None, now: datetime) -> Sequence[UnitLesson]:
        """One lesson per wrong unit, strongest first."""
        terms = content_terms(text)
        found: dict[str, list[tuple[float, Correction]]] = defaultdict(list)
        for past in self._by_matter.get(matter_of(category), ()):
            weight = self._weight(past, terms, category, street) if now - past.correction.at <= FORGOTTEN else 0.0
            if weight > 0:
                found[past.correction.wrong].append((weight, past.correction))
        lessons = [_lesson(unit, weighed) for unit, weighed in found.items()]
        return sorted(lessons, key=lambda lesson: -lesson.strength)

    def _weight(self, past: _Remembered, terms: set[str], category: str, street: str | None) -> float:
        item, here = past.correction, street is not None and past.correction.street == street
        like = len(terms & past.terms) / (min(len(terms), len(past.terms)) or 1)
        if here and item.category == category:
            return min(1.0, SAME_CASE + like)
        # A 街乡 was wrong for its own place: that says nothing of another.
        return like if like >= LIKE_FROM and (here or item.wrong not in self._place_bound) else 0.0


def matter_of(category: str) -> str:
    """The two upper levels: below them people class the same matter differently."""
    return SEPARATOR.join(category.split(SEPARATOR)[:2])


def _lesson(unit: str, weighed: Sequence[tuple[float, Correction]]) -> UnitLesson:
    doubt = 1.0
    for weight, _ in weighed:
        doubt *= 1 - MOST * min(weight, 1.0)
    latest = max((item for _, item in weighed), key=lambda item: item.at)
    known = [item.instead for _, item in sorted(weighed, key=_heaviest_first) if item.instead]
    return UnitLesson(unit, known[0] if known else None, min(MOST, 1 - doubt), "".join(_reason(latest, len(weighed))))


def _heaviest_first(weighed: tuple[float, Correction]) -> tuple[float, float]:
    return -weighed[0], -weighed[1].at.timestamp()


def _reason(latest: Correction, times: int) -> Iterator[str]:
    day = local_day(latest.at).isoformat()
    yield f"同类诉求派该单位后退单成立（{day}" if latest.source == OBJECTION else f"同类诉求的该建议曾被人工更正（{day}"
    yield f"，共{times}次）" if times > 1 else "）"
