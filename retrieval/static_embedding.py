"""Static sentence vectors: the sum of learned vectors of units and bigrams, normalised. No torch at run time.

``data/embedding.npz`` holds one int8 vector and one scale for each frequent unit and bigram, made by
``evals.training.embedding``. The vectors know that 老板 and 用人单位 meet in the same articles, which shared characters cannot tell.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.units import SENTENCE_END, Units

_CHUNK_ROWS = 4096
_FEW_UNITS = 2000
_ALPHABET = 0x10000
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Units and ascending bigrams that have a vector; a unit's number is its place, bigrams count on from there."""

    unit: NDArray[np.uint16]
    bigram: NDArray[np.uint32]
    unit_place: NDArray[np.int32]

    @classmethod
    def of(cls, unit: NDArray[np.uint16], bigram: NDArray[np.uint32]) -> Vocabulary:
        place = np.full(_ALPHABET, -1, np.int32)
        place[unit] = np.arange(len(unit))
        return cls(unit, bigram, place)

    def __len__(self) -> int:
        return len(self.unit) + len(self.bigram)

    def tokens(self, rows: Sequence[Units]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Token numbers of all rows, row after row, and where each row begins; shapes ``(m,)`` and ``(n,)``."""
        flat = np.concatenate([part for row in rows for part in (row, _GAP)]) if rows else _GAP
        owner = np.repeat(np.arange(len(rows)), [len(row) + 1 for row in rows])
        wide = flat.astype(np.uint32)
        single = self.unit_place[flat]
        pair = wide[:-1] << 16 | wide[1:]
        place = np.searchsorted(self.bigram, pair).clip(max=max(0, len(self.bigram) - 1))
        held = (wide[:-1] > SENTENCE_END) & (wide[1:] > SENTENCE_END) & (self.bigram[place] == pair)
        token = np.concatenate([single[single >= 0], place[held] + len(self.unit)]).astype(np.int64)
        of = np.concatenate([owner[single >= 0], owner[:-1][held]])
        order = np.argsort(of, kind="stable")
        return token[order], np.searchsorted(of[order], np.arange(len(rows)))


_GAP = np.zeros(1, np.uint16)


@dataclass(frozen=True, slots=True)
class StaticEmbedding:
    """``vector`` is int8, shape (V, d); ``scale`` float32, shape (V,)."""

    vocabulary: Vocabulary
    vector: NDArray[np.int8]
    scale: Vectors

    @property
    def dimension(self) -> int:
        return int(self.vector.shape[1])

    @property
    def fingerprint(self) -> str:
        """Tells one training from another; vectors of different fingerprints do not compare."""
        return f"{zlib.crc32(self.vector.tobytes()):08x}"

    def encode(self, rows: Sequence[Units]) -> Vectors:
        """Unit-length vectors, shape ``(n, d)``; zero for a row without known tokens."""
        if sum(map(len, rows)) < _FEW_UNITS:
            return normalised(self._sums_of_few(rows))
        table = self.vector * self.scale[:, None]
        parts = [self._sums(rows[first : first + _CHUNK_ROWS], table) for first in range(0, len(rows), _CHUNK_ROWS)]
        return normalised(np.concatenate(parts))

    def _sums_of_few(self, rows: Sequence[Units]) -> Vectors:
        """A question has few tokens: only their vectors are looked at, and nothing is imported for it."""
        sums = np.zeros((len(rows), self.dimension), np.float32)
        for at, row in enumerate(rows):
            token, _ = self.vocabulary.tokens([row])
            sums[at] = self.scale[token] @ self.vector[token]
        return sums

    def _sums(self, rows: Sequence[Units], table: Vectors) -> Vectors:
        """Many rows at once as counts times vectors; ``table`` has a row for each token."""
        from scipy.sparse import csr_matrix

        token, start = self.vocabulary.tokens(rows)
        bounds = np.append(start, len(token))
        counts = csr_matrix((np.ones(len(token), np.float32), token, bounds), shape=(len(rows), len(self.vocabulary)))
        return np.asarray(counts @ table, np.float32)


def normalised(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


def quantised(vectors: Vectors) -> tuple[NDArray[np.int8], Vectors]:
    """int8 rows and the scale of each."""
    scale = np.maximum(np.abs(vectors).max(1), 1e-9) / 127
    return np.round(vectors / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def load_embedding(path: Path) -> StaticEmbedding:
    with np.load(path) as stored:
        vocabulary = Vocabulary.of(stored["unit"], stored["bigram"])
        return StaticEmbedding(vocabulary, stored["vector"], stored["scale"].astype(np.float32))


@lru_cache(maxsize=1)
def default_embedding() -> StaticEmbedding:
    """The released vectors."""
    with as_file(files("retrieval").joinpath("data/embedding.npz")) as path:
        return load_embedding(path)
