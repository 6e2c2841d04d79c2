"""Cuts a text into the terms that models count: character n-grams and words, each one exact 64-bit key.

N-grams keep marks, and a space stands before and after title and text: how a question begins, ends and is punctuated tells too.

Up to three characters are packed into a key (21 bits per code point); the sign bit marks words; longer words are hashed.
Keys make a term of a text a number from the start: a large history needs no table of strings.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import rjieba
from numpy.typing import NDArray

from assistant.learning.examples import Example

Keys = NDArray[np.int64]
Counts = NDArray[np.float32]
Terms = tuple[Keys, Counts]
CODE_BITS = 21
LONGEST_GRAM = 3
FIRST_TRIGRAM = 1 << 2 * CODE_BITS
_OTHER = re.compile("[^\u3400-\u9fffa-z0-9]+")


def words_of(text: str) -> list[str]:
    return [word for word in rjieba.cut(text) if not _OTHER.fullmatch(word)]


def count_terms(example: Example, known_words: Collection[str] | None = None) -> Terms:
    """Distinct keys, ascending, and how often each occurs; a title counts twice.

    ``known_words`` drops all other words: what a history that came already cut leaves out is a stop word there.
    """
    words: Sequence[str] = example.tokens or (*words_of(example.title) * 2, *words_of(example.text))
    plain = " ".join(("", *filter(None, (example.title, example.title, example.text)), ""))
    if example.tokens or known_words is not None:
        words = [word for word in words if known_words is None or example.tokens or word in known_words]
        plain = _OTHER.sub("", "".join(words))
    keys = [*_gram_keys(plain), np.array([_word_key(word) for word in words], np.int64)]
    return count_keys(np.concatenate(keys))


def count_keys(keys: Keys) -> Terms:
    ordered = np.sort(keys)
    starts = np.flatnonzero(np.diff(ordered, prepend=~ordered[:1])) if len(ordered) else np.zeros(0, np.int64)
    return ordered[starts], np.diff(starts, append=len(ordered)).astype(np.float32)


def _gram_keys(text: str) -> list[Keys]:
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)
    grams = [codes]
    for length in range(2, LONGEST_GRAM + 1):
        grams.append((grams[-1][:-1] << CODE_BITS) | codes[length - 1 :])
    return grams


@lru_cache(maxsize=200_000)
def _word_key(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big") % 2**63 - 2**63
