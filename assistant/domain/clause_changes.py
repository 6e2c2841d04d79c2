"""Two versions of a document clause by clause 条款对照: what stayed, moved to another number, changed, came and went.

Clauses are the same where their words are; only then their number counts, because an inserted article renumbers all after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from retrieval.contracts import Passage

ALIKE = 0.5
"""Share of character pairs (Jaccard) from which two clauses are one that was changed, whatever their numbers."""


class Change(StrEnum):
    SAME = "same"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """``was`` is the older number of a clause that has another one now."""

    change: Change
    clause: str
    before: str = ""
    after: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class _Clause:
    place: str
    text: str


def clause_changes(older: Sequence[Passage], newer: Sequence[Passage]) -> tuple[ClauseChange, ...]:
    """In the order of the newer version; what went stands where it stood."""
    before, after = _clauses(older), _clauses(newer)
    matcher = SequenceMatcher(None, [one.text for one in before], [one.text for one in after], autojunk=False)
    found: list[ClauseChange] = []
    for _, first, last, begin, end in matcher.get_opcodes():
        found += _told(before[first:last], after[begin:end])
    return tuple(found)


def _clauses(passages: Sequence[Passage]) -> list[_Clause]:
    """One for each place; an article that was cut for quoting is whole again. The title is no place."""
    found: dict[str, str] = {}
    for passage in passages:
        place = " ".join(part for part in passage.path if part != passage.title) or "全文"
        found[place] = f"{found[place]}\n{passage.text}" if place in found else passage.text
    return [_Clause(place, text) for place, text in found.items()]


def _told(before: Sequence[_Clause], after: Sequence[_Clause]) -> Iterator[ClauseChange]:
    partner = _partners(before, after)
    gone = [place for place in range(len(before)) if place not in partner.values()]
    for place, clause in enumerate(after):
        if place not in partner:
            yield ClauseChange(Change.ADDED, clause.place, "", clause.text)
            continue
        while gone and gone[0] < partner[place]:
            yield _gone(before[gone.pop(0)])
        yield _compared(before[partner[place]], clause)
    yield from (_gone(before[place]) for place in gone)


def _partners(before: Sequence[_Clause], after: Sequence[_Clause]) -> dict[int, int]:
    """For places of ``after`` the place of ``before`` that it comes from: likest words first, then the same number."""
    likeness = [
        (_likeness(old.text, new.text), old.place == new.place, place, origin)
        for place, new in enumerate(after)
        for origin, old in enumerate(before)
    ]
    found: dict[int, int] = {}
    for share, is_same_place, place, origin in sorted(likeness, key=lambda one: (-one[0], not one[1], one[2], one[3])):
        fits = share >= ALIKE or is_same_place
        if fits and place not in found and origin not in found.values():
            found[place] = origin
    return found


def _likeness(one: str, other: str) -> float:
    """Jaccard of the character pairs, in [0, 1]."""
    pairs = [set(pairwise(text)) for text in (one, other)]
    whole = len(pairs[0] | pairs[1])
    return 1.0 if one == other else len(pairs[0] & pairs[1]) / whole if whole else 0.0


def _compared(old: _Clause, new: _Clause) -> ClauseChange:
    was = old.place if old.place != new.place else ""
    if old.text != new.text:
        return ClauseChange(Change.CHANGED, new.place, old.text, new.text, was)
    return ClauseChange(Change.MOVED if was else Change.SAME, new.place, old.text, new.text, was)


def _gone(clause: _Clause) -> ClauseChange:
    return ClauseChange(Change.REMOVED, clause.place, clause.text)
