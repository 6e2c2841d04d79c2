"""What is compared of a text: a sentence vector and the identifiers of its words, both without names of places.

Texts are masked before they come here: neither part can hold personal data that the text does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.lexical import token_ids
from retrieval.static_embedding import StaticEmbedding, default_embedding
from retrieval.units import units

Vectors = NDArray[np.float32]
Tokens = NDArray[np.uint32]

BUCKETS = 1 << 18
_SINGLE, _WORD = np.uint32(0x40000000), np.uint32(0x80000000)


@dataclass(frozen=True, slots=True)
class Signature:
    """``vector``: unit length or zero, shape (d,). ``tokens``: ascending ids of character pairs and words."""

    vector: Vectors
    tokens: Tokens


def sign(texts: Sequence[str], embedding: StaticEmbedding | None = None) -> list[Signature]:
    """One signature per text; many texts at once are several times faster than one by one."""
    if not texts:
        return []
    vectors = (embedding or default_embedding()).encode([units(text) for text in texts])
    return [Signature(vector, pairs_of(text)) for vector, text in zip(vectors, texts, strict=True)]


def pairs_of(text: str) -> Tokens:
    """Character pairs and Latin or digit words, each once; single characters say too little."""
    found = np.unique(token_ids(text))
    return found[(found < _SINGLE) | (found >= _WORD)]


@dataclass(slots=True)
class TokenCounts:
    """In how many texts a token occurs, by bucket: enough for an IDF, and it never grows."""

    counts: NDArray[np.int32]
    texts: int = 0

    @classmethod
    def empty(cls) -> TokenCounts:
        return cls(np.zeros(BUCKETS, np.int32))

    @classmethod
    def of(cls, rows: Sequence[Tokens]) -> TokenCounts:
        counted = cls.empty()
        for row in rows:
            counted.add(row)
        return counted

    def add(self, tokens: Tokens, times: int = 1) -> None:
        np.add.at(self.counts, tokens % BUCKETS, times)
        self.texts += times

    def idf(self, tokens: Tokens) -> Vectors:
        """Lucene's, never negative. Of an unseen token: as if half a text had it."""
        n = self.counts[tokens % BUCKETS]
        return np.log1p((self.texts + 1 - n + 0.5) / (n + 0.5)).astype(np.float32)


def overlap(one: Tokens, other: Tokens, counts: TokenCounts) -> float:
    """Weighted Jaccard of two token sets in [0, 1]: rare words count most."""
    return float(overlaps(one, [other], counts)[0])


def overlaps(one: Tokens, others: Sequence[Tokens], counts: TokenCounts) -> Vectors:
    """``overlap`` of one set with each of many, shape (n,)."""
    if not others:
        return np.zeros(0, np.float32)
    flat = np.concatenate(others)
    owner = np.repeat(np.arange(len(others)), [len(tokens) for tokens in others])
    weight = counts.idf(flat)
    place = np.searchsorted(one, flat).clip(max=max(0, len(one) - 1))
    shared = (one[place] == flat) if len(one) else np.zeros(len(flat), bool)
    both = np.bincount(owner[shared], weight[shared], len(others))
    whole = np.bincount(owner, weight, len(others)) + float(counts.idf(one).sum()) - both
    return np.asarray(np.divide(both, whole, out=np.zeros(len(others)), where=whole > 0), np.float32)
