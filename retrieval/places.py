"""Provinces and cities that a text names, read from its units: which part of the country it speaks of.

``data/places.txt`` has a line for each province: its short name, then its cities. A name is known by its first two
characters, so 大理石 passes for 大理; a linear model bears that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval.units import units

PLACES_FILE = "data/places.txt"
Bigrams = NDArray[np.uint32]
_ALPHABET = 0x10000


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """``bigram`` ascends; ``province`` has the line of each; ``begins`` marks the units that a name begins with."""

    bigram: Bigrams
    province: NDArray[np.int64]
    begins: NDArray[np.bool_]

    @property
    def provinces(self) -> int:
        return int(self.province.max()) + 1

    def province_of(self, bigrams: Bigrams) -> NDArray[np.int64]:
        """Province of each bigram, -1 for what begins no place name."""
        place = np.searchsorted(self.bigram, bigrams).clip(max=len(self.bigram) - 1)
        return np.where(self.bigram[place] == bigrams, self.province[place], -1)


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The released list."""
    lines = files("retrieval").joinpath(PLACES_FILE).read_text(encoding="utf-8").split("\n")
    found = {_first_bigram(name): number for number, line in enumerate(lines) for name in line.split()}
    ordered = np.array(sorted(found), np.uint32)
    begins = np.zeros(_ALPHABET, bool)
    begins[ordered >> 16] = True
    return Gazetteer(ordered, np.array([found[int(key)] for key in ordered], np.int64), begins)


def _first_bigram(name: str) -> int:
    row = units(name)
    return int(row[0]) << 16 | int(row[1])
