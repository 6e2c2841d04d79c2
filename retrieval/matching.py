"""Where the units and bigrams of a question occur in candidates: one gather and a few counts, no loop per token."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.forward_columns import gather
from retrieval.forward_statistics import Statistics
from retrieval.lexical import K1
from retrieval.units import WORD_FIRST, Units, bigrams, singles, units

Floats = NDArray[np.float32]
Features = dict[str, Floats]
Counts = tuple[Floats, Floats]
"""How often candidates hold each bigram and each unit of the question, shapes (n, B) and (n, U)."""
EPSILON = 1e-6
Places = NDArray[np.int64]
_ALPHABET = 0x10000
_PLACE_MARKS = np.array([ord(mark) for mark in "省市县区州旗镇乡"], np.uint16)


@dataclass(frozen=True, slots=True)
class QuestionUnits:
    """Distinct units (U) and bigrams (B) of a question with their IDF; the tables map a unit, or a pair, to its place.

    ``named`` marks bigrams before or across 省市县区州旗镇乡 (a place), ``number`` units that are no Han character.
    ``unit_place`` has one entry per unit of the alphabet, ``bigram_place`` shape (U+1, U+1); -1: not in the question.
    """

    length: int
    unit: NDArray[np.uint32]
    bigram: NDArray[np.uint32]
    unit_idf: Floats
    bigram_idf: Floats
    named: NDArray[np.bool_]
    number: NDArray[np.bool_]
    unit_place: NDArray[np.int16]
    bigram_place: NDArray[np.int16]

    @property
    def unit_mass(self) -> float:
        return float(self.unit_idf.sum()) + 1e-6

    @property
    def bigram_mass(self) -> float:
        return float(self.bigram_idf.sum()) + 1e-6


def read_question(text: str, statistics: Statistics) -> QuestionUnits:
    row = units(text)
    unit, bigram = np.unique(singles(row)).astype(np.uint32), np.unique(bigrams(row))
    unit_place = np.full(_ALPHABET, -1, np.int16)
    unit_place[unit] = np.arange(len(unit))
    bigram_place = np.full((len(unit) + 1, len(unit) + 1), -1, np.int16)
    bigram_place[unit_place[bigram >> 16], unit_place[bigram & 0xFFFF]] = np.arange(len(bigram))
    idf = statistics.unit_idf(unit), statistics.bigram_idf(bigram)
    named = np.isin(bigram, _place_bigrams(row))
    return QuestionUnits(len(row), unit, bigram, *idf, named, unit >= WORD_FIRST, unit_place, bigram_place)


def _place_bigrams(row: Units) -> NDArray[np.uint32]:
    """甘肃 and 肃省 of 甘肃省."""
    wide = row.astype(np.uint32)
    marks = np.flatnonzero(np.isin(row, _PLACE_MARKS))
    marks = marks[marks >= 2]
    pairs = np.concatenate([wide[marks - 2] << 16 | wide[marks - 1], wide[marks - 1] << 16 | wide[marks]])
    return np.asarray(pairs, np.uint32)


@dataclass(frozen=True, slots=True)
class Matches:
    """One field of n candidates against a question.

    ``units`` has M entries, all rows one after the other; ``owner`` names the row of each; ``unit_at`` and
    ``bigram_at`` the place in the question of the unit, or of the bigram that begins there (else -1). Counts have
    shapes (n, U) and (n, B).
    """

    units: Units
    owner: Places
    unit_at: NDArray[np.int16]
    bigram_at: NDArray[np.int16]
    unit_count: Floats
    bigram_count: Floats
    length: Places


def match(question: QuestionUnits, flat: Units, offset: Places, rows: Places) -> Matches:
    return matched(question, *gather(flat, offset, rows), len(rows))


def matched(question: QuestionUnits, found: Units, owner: Places, rows: int) -> Matches:
    """As ``match``, of units that were gathered before; ``owner`` ascends from 0 and is below ``rows``."""
    unit_at = question.unit_place[found]
    bigram_at = np.full(len(found), -1, np.int16)
    if len(found):
        bigram_at[:-1] = question.bigram_place[unit_at[:-1], unit_at[1:]]
        bigram_at[:-1][owner[:-1] != owner[1:]] = -1
    return Matches(
        units=found,
        owner=owner,
        unit_at=unit_at,
        bigram_at=bigram_at,
        unit_count=_count(owner, unit_at, rows, len(question.unit)),
        bigram_count=_count(owner, bigram_at, rows, len(question.bigram)),
        length=np.bincount(owner, minlength=rows),
    )


def _count(owner: Places, place: NDArray[np.int16], rows: int, width: int) -> Floats:
    hit = place >= 0
    flat = np.bincount(owner[hit] * width + place[hit], minlength=rows * width)
    return flat.reshape(rows, width).astype(np.float32)


def spans(question: QuestionUnits, found: Matches) -> tuple[Floats, Floats, Floats]:
    """Longest stretches shared with the question, per row: summed bigram IDF, length in units, surplus over bigrams."""
    rows = len(found.length)
    inside = found.bigram_at >= 0
    if not inside.any():
        return tuple(np.zeros((3, rows), np.float32))  # type: ignore[return-value]
    first = inside.copy()
    first[1:] &= ~inside[:-1]
    stretch = np.cumsum(first)[inside] - 1
    owner = found.owner[first]
    weight = np.bincount(stretch, question.bigram_idf[found.bigram_at[inside]]).astype(np.float32)
    length = (np.bincount(stretch) + 1).astype(np.float32)
    surplus = np.bincount(owner, np.maximum(0, length - 2), minlength=rows)
    return maximum_per_row(weight, owner, rows), maximum_per_row(length, owner, rows), surplus.astype(np.float32)


def maximum_per_row(values: NDArray[np.float64] | Floats, owner: Places, rows: int) -> Floats:
    """Largest value of each row, 0 for a row without any; ``owner`` ascends."""
    best = np.zeros(rows, np.float32)
    if len(values):
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        best[owner[starts]] = np.maximum.reduceat(values, starts)
    return best


def present(count: Floats) -> Floats:
    return np.minimum(count, 1)


def saturate(count: Floats, norm: Floats) -> Floats:
    return count * (K1 + 1) / (count + norm)


def log_rank(values: Floats) -> Floats:
    """Logarithm of one plus how many candidates are better."""
    return np.log1p(np.searchsorted(np.sort(-values), -values)).astype(np.float32)


def relative(values: Floats) -> Floats:
    """Values as shares of the best candidate's."""
    return np.asarray(values / (values.max(initial=0) + EPSILON), np.float32)
