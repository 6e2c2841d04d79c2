"""How many passages hold each unit and each bigram, in their text or in the title and chapter above it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.forward_columns import Columns, gather
from retrieval.lexical import inverse_document_frequency
from retrieval.units import SENTENCE_END, Units

_UNITS = 0x10000
_CHUNK_ROWS = 20_000


def mapped(path: Path) -> NDArray[Any]:
    """A saved array as a plain view of its memory map; indexing a ``np.memmap`` itself costs several times as much."""
    return np.asarray(np.load(path, mmap_mode="r"))


@dataclass(frozen=True, slots=True)
class Statistics:
    """``bigram_key`` ascends; ``shape`` is (passages, units of all heads and texts)."""

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
        return cls(**{name: mapped(folder / f"{name}.npy") for name in names})


def count_units(columns: Columns) -> Statistics:
    """Counts over all rows."""
    parts = [_count(columns, first) for first in range(0, len(columns), _CHUNK_ROWS)]
    total = Statistics(np.zeros(_UNITS, np.int64), *_nothing(), np.array([0, 0], np.int64))
    for part in parts:
        total = merge(total, part)
    return total


def merge(one: Statistics, other: Statistics) -> Statistics:
    keys = np.concatenate([one.bigram_key, other.bigram_key])
    counts = np.concatenate([one.bigram_count, other.bigram_count])
    order = np.argsort(keys, kind="stable")
    first = np.flatnonzero(np.diff(keys[order].astype(np.int64), prepend=-1))
    summed = np.add.reduceat(counts[order], first) if len(first) else counts
    return Statistics(
        one.unit_count + other.unit_count, keys[order][first], summed.astype(np.int64), one.shape + other.shape
    )


def _count(columns: Columns, first: int) -> Statistics:
    rows = np.arange(first, min(first + _CHUNK_ROWS, len(columns)))
    text, text_owner = gather(columns.text, columns.text_offset, rows)
    head, head_owner = gather(columns.head_units, columns.head_offset, columns.head[rows].astype(np.int64))
    single = np.concatenate([_single_keys(text, text_owner), _single_keys(head, head_owner)])
    pair = np.concatenate([_pair_keys(text, text_owner), _pair_keys(head, head_owner)])
    unit = _distinct(single)[0] & np.uint64(0xFFFF)
    bigram, count = _distinct(_distinct(pair)[0] & np.uint64(0xFFFFFFFF))
    return Statistics(
        np.bincount(unit.astype(np.int64), minlength=_UNITS),
        bigram.astype(np.uint32),
        count,
        np.array([len(rows), len(text) + len(head)], np.int64),
    )


def _distinct(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Distinct keys, ascending, and how often each occurs; sorts, which beats numpy's hashed ``unique`` here."""
    keys.sort()
    first = np.flatnonzero(np.diff(keys, prepend=~keys[:1]))
    return keys[first], np.diff(first, append=len(keys))


def _single_keys(flat: Units, owner: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Row and unit in one number."""
    word = flat > SENTENCE_END
    return owner[word].astype(np.uint64) << np.uint64(16) | flat[word].astype(np.uint64)


def _pair_keys(flat: Units, owner: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Row and bigram in one number."""
    word = flat > SENTENCE_END
    inside = np.flatnonzero(word[:-1] & word[1:] & (owner[:-1] == owner[1:]))
    wide = flat.astype(np.uint64)
    return owner[inside].astype(np.uint64) << np.uint64(32) | wide[inside] << np.uint64(16) | wide[inside + 1]


def _nothing() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    return np.zeros(0, np.uint32), np.zeros(0, np.int64)
