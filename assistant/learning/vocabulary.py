"""Term vectors: (1 + log tf) times idf; of length WORD_SHARE over words, 1 over one and two characters, TRIGRAM_SHARE over three."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.learning.terms import FIRST_TRIGRAM, Counts, Keys, Terms, count_keys

Ids = NDArray[np.int64]
Weights = NDArray[np.float32]
SMALL_HISTORY = 10_000
LARGE_HISTORY = 30_000
MOST_TERMS = 600_000
WORD_SHARE = 0.5
TRIGRAM_SHARE = 0.5
MOST_CELLS = 30_000_000


@dataclass(frozen=True)
class Vocabulary:
    """``keys`` ascending; ``idf`` of the same shape (columns,). Negative keys are words."""

    keys: Keys
    idf: Weights

    @classmethod
    def of(cls, counted: Sequence[Terms], labels: int) -> Vocabulary:
        """The terms of a history; rare ones of a large history are left out, they cost memory and carry no weight."""
        keys, frequency = count_keys(np.concatenate([keys for keys, _ in counted]))
        least = 1 if len(counted) <= SMALL_HISTORY else 2 if len(counted) <= LARGE_HISTORY else 3
        kept = np.flatnonzero(frequency >= least)
        most = min(MOST_TERMS, MOST_CELLS // max(labels, 1))
        if len(kept) > most:
            kept = np.sort(kept[np.argsort(-frequency[kept], kind="stable")[:most]])
        idf = 1 + np.log((1 + len(counted)) / (1 + frequency[kept]))
        return cls(keys[kept], np.asarray(idf, np.float32))

    def vector(self, terms: Terms) -> tuple[Ids, Weights]:
        """Columns and weights of one text; empty where nothing is known."""
        keys, counts = terms
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[places] == keys
        ids = places[known]
        return ids, self._weigh(ids, counts[known])

    def vectors(self, counted: Iterable[Terms]) -> list[tuple[Ids, Weights]]:
        return [self.vector(terms) for terms in counted]

    def _weigh(self, ids: Ids, counts: Counts) -> Weights:
        weights = np.asarray((1 + np.log(counts)) * self.idf[ids], np.float32)
        words, short, trigrams = np.split(weights, np.searchsorted(self.keys[ids], (0, FIRST_TRIGRAM)))
        return np.concatenate([WORD_SHARE * _unit(words), _unit(short), TRIGRAM_SHARE * _unit(trigrams)])


def _unit(weights: Weights) -> Weights:
    length = np.sqrt(weights @ weights)
    return np.asarray(weights / length, np.float32) if length else weights
