"""How many passages hold each unit and each bigram."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.forward_columns import Columns
from retrieval.lexical import inverse_document_frequency
from retrieval.units import SENTENCE_END

_UNITS = 0x10000
_CHUNK_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Statistics:
    """``bigram_key`` ascends; ``shape`` is (passages, units of text)."""

    unit_count: NDArray[np.int64]
    bigram_key: NDArray[np.uint32]
    bigram_count: NDArray[np.int64]
    shape: NDArray[np.int64]

    def unit_idf(self, wanted: NDArray[np.uint32]) -> NDArray[np.float32]:
        return inverse_document_frequency(self.unit_count[wanted], int(self.shape[0]))

    def bigram_idf(self, wanted: NDArray[np.uint32]) -> NDArray[np.float32]:
        place = np.searchsorted(self.bigram_key, wanted).clip(max=max(0, len(self.bigram_key) - 1))
        known = self.bigram_key[place] == wanted if len(self.bigram_key) else np.zeros(len(wanted), bool)
        counts = np.zeros(len(wanted), np.int64)
        counts[known] = self.bigram_count[place[known]]
        return inverse_document_frequency(counts, int(self.shape[0]))

    @property
    def average_length(self) -> float:
        """Units in an average passage."""
        return float(self.shape[1] / max(1, self.shape[0]))

    def save(self, folder: Path) -> None:
        for name in ("unit_count", "bigram_key", "bigram_count", "shape"):
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> Statistics:
        names = ("unit_count", "bigram_key", "bigram_count", "shape")
        return cls(**{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names})


def count_units(columns: Columns) -> Statistics:
    """Counts over the texts of all rows."""
    parts = [_count(columns, first) for first in range(0, len(columns), _CHUNK_ROWS)]
    total = Statistics(np.zeros(_UNITS, np.int64), *_nothing(), np.array([0, 0], np.int64))
    for part in parts:
        total = merge(total, part)
    return total


def merge(one: Statistics, other: Statistics) -> Statistics:
    keys = np.concatenate([one.bigram_key, other.bigram_key])
    distinct, place = np.unique(keys, return_inverse=True)
    counts = np.bincount(place, np.concatenate([one.bigram_count, other.bigram_count]), minlength=len(distinct))
    return Statistics(
        one.unit_count + other.unit_count, distinct.astype(np.uint32), counts.astype(np.int64), one.shape + other.shape
    )


def _count(columns: Columns, first: int) -> Statistics:
    last = min(first + _CHUNK_ROWS, len(columns))
    start, end = columns.text_offset[first], columns.text_offset[last]
    text = columns.text[start:end].astype(np.uint64)
    owner = np.repeat(np.arange(last - first, dtype=np.uint64), np.diff(columns.text_offset[first : last + 1]))
    word = text > SENTENCE_END
    single = np.unique(owner[word] << np.uint64(16) | text[word]) & np.uint64(0xFFFF)
    pair = word[:-1] & word[1:] & (owner[:-1] == owner[1:])
    key = owner[:-1][pair] << np.uint64(32) | text[:-1][pair] << np.uint64(16) | text[1:][pair]
    bigram, count = np.unique(np.unique(key) & np.uint64(0xFFFFFFFF), return_counts=True)
    shape = np.array([last - first, end - start], np.int64)
    return Statistics(
        np.bincount(single.astype(np.int64), minlength=_UNITS), bigram.astype(np.uint32), count.astype(np.int64), shape
    )


def _nothing() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    return np.zeros(0, np.uint32), np.zeros(0, np.int64)
