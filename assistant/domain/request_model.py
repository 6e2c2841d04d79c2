"""Small linear models over character n-grams: they recognise requests for harm, and steering, that no rule lists.

score(text) = bias + sum of weights of the text's n-grams (1 to 4 characters, hashed, present or not) / sqrt(their number).
Weights are data: ``assistant/screening/*_model.bin``; how they were made: evals/tasks/screen/training.py.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

MAX_N = 4
LONG_CHARS = 120
MAX_SENTENCES = 60
MIN_CHARS = 8

_PUNCTUATION = re.compile(r"[\s，。！？、；：“”\"',.!?;:（）()]+")
_SENTENCE = re.compile("[^。！？!?\n；;]+")
_REQUEST = re.compile(
    "怎么|如何|怎样|教我|告诉|帮我|给我|提供|哪里能|哪里可以|哪里有|方法|步骤|配方|教程|攻略|技巧|写一|生成|推荐|我想|我要|有没有|how to|teach me|tell me|give me"
)


@dataclass(frozen=True, slots=True)
class RequestModel:
    """``weights[b]`` belongs to hash bucket ``b``; a text at or above ``threshold`` ends as ``status``.

    Of a long text every sentence is judged, or only those that ask for something (``asking_only``): complaints tell of crimes.
    """

    status: str
    weights: Sequence[int]
    scale: float
    bias: float
    threshold: float
    sentence_threshold: float
    asking_only: bool

    def fires(self, plain: str) -> bool:
        """Judges a short text whole, and a long one sentence by sentence."""
        if len(plain) <= LONG_CHARS and self.score(plain) >= self.threshold:
            return True
        return any(
            self.score(text) >= self.sentence_threshold for text in sentences(plain, asking_only=self.asking_only)
        )

    def score(self, plain: str) -> float:
        """Log-odds that ``plain`` (folded, lower case) asks for harm. Linear in its length."""
        buckets = ngram_buckets(plain, len(self.weights))
        return self.bias + self.scale * sum(self.weights[b] for b in buckets) / math.sqrt(max(1, len(buckets)))


def ngram_buckets(plain: str, count: int) -> set[int]:
    text = "^" + _PUNCTUATION.sub(" ", plain) + "$"
    return {
        zlib.crc32(text[start : start + n].encode("utf-8", "replace")) % count
        for n in range(1, MAX_N + 1)
        for start in range(len(text) - n + 1)
    }


def sentences(plain: str, *, asking_only: bool) -> Iterator[str]:
    """Sentences long enough to mean something, cut to what a model judges, at most ``MAX_SENTENCES``."""
    pieces = (match[0].strip()[:LONG_CHARS] for match in _SENTENCE.finditer(plain))
    wanted = (piece for piece in pieces if len(piece) >= MIN_CHARS and (not asking_only or _REQUEST.search(piece)))
    return islice(wanted, MAX_SENTENCES)
