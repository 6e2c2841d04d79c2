"""Texts as rows of 16-bit *units*, the alphabet of the forward index.

A Han character is its code point, a Latin or digit word a bucket above the Han block, and a run of anything else is
``CLAUSE_END`` or ``SENTENCE_END``. Two neighbouring units that are no separators make a *bigram*, one uint32.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.lexical import normalise

Units = NDArray[np.uint16]
CLAUSE_END, SENTENCE_END = 0, 1
WORD_FIRST, _WORD_BUCKETS = 0xA000, 0x5FF0
_WORD = re.compile(r"\d+(?:\.\d+)?|[a-z]+|[^\W\d_a-z\u4e00-\u9fff]+")


def _unit_table() -> Units:
    table = np.zeros(0x10000, np.uint16)
    table[0x4E00:] = np.arange(0x4E00, 0x10000)
    table[[ord(mark) for mark in "。；！？\n;!?"]] = SENTENCE_END
    return table


_TABLE = _unit_table()


def word_unit(word: str) -> int:
    """Bucket of a Latin or digit word; two words share one with probability 1 in 24,560."""
    return WORD_FIRST + zlib.crc32(word.encode("utf-8", "replace")) % _WORD_BUCKETS


def units(text: str) -> Units:
    """Units of a text, shape ``(n,)``, with separators not repeated."""
    folded = _WORD.sub(lambda found: chr(word_unit(found[0])), normalise(text))
    kept = _TABLE[np.frombuffer(folded.encode("utf-16-le", "surrogatepass"), np.uint16)]
    separators = kept <= SENTENCE_END
    repeated = np.zeros(len(kept), bool)
    repeated[1:] = separators[1:] & separators[:-1] & (kept[1:] <= kept[:-1])
    return kept[~repeated]


def bigrams(row: Units) -> NDArray[np.uint32]:
    """Bigrams of a row in reading order."""
    wide = row.astype(np.uint32)
    inside = (wide[:-1] > SENTENCE_END) & (wide[1:] > SENTENCE_END)
    return np.asarray(wide[:-1][inside] << 16 | wide[1:][inside], np.uint32)


def singles(row: Units) -> Units:
    """Units of a row that are no separators."""
    return row[row > SENTENCE_END]


def joined(parts: Sequence[Units]) -> Units:
    """One row of several with a clause end between them."""
    pieces = [piece for part in parts for piece in (part, np.zeros(1, np.uint16))]
    return np.concatenate(pieces[:-1]) if pieces else np.zeros(0, np.uint16)
