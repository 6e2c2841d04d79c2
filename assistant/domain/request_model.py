"""Small linear models over character n-grams: they recognise requests for harm, and steering, that no rule lists.

score(text) = bias + sum of weights of the text's n-grams (1 to 4 characters, hashed, present or not) / sqrt(their number),
plus, where the model has ``classes``, the same sum over signs of ``word_classes`` times ``class_share``.
Weights are data: ``assistant/screening/*_model.bin``; how they were made: evals/tasks/screen/training.py.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.domain.word_classes import WordClasses

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

    A sentence inside an order or a transcript is judged by ``content_threshold``, one of an official text by
    ``official_threshold``; a model that has none never judges content. Of a long text every sentence is judged, or only those that ask for something (``asking_only``): complaints tell of crimes.
    """

    status: str
    weights: Sequence[int]
    scale: float
    bias: float
    threshold: float
    sentence_threshold: float
    asking_only: bool
    classes: WordClasses | None = None
    class_weights: Sequence[int] = ()
    class_share: float = 0.0
    content_threshold: float = math.inf
    official_threshold: float = math.inf

    def fires(self, plain: str) -> bool:
        """Judges a short text whole, and a long one sentence by sentence."""
        if len(plain) <= LONG_CHARS and self.score(plain) >= self.threshold:
            return True
        return any(
            self.score(text) >= self.sentence_threshold for text in sentences(plain, asking_only=self.asking_only)
        )

    def flags(self, sentence: str, *, official: bool) -> bool:
        """Whether one plain sentence of a document (``official``) or of what citizens wrote steers the assistant."""
        threshold = self.official_threshold if official else self.content_threshold
        return threshold < math.inf and len(sentence) >= MIN_CHARS and self.score(sentence[:LONG_CHARS]) >= threshold

    def score(self, plain: str) -> float:
        """Log-odds that ``plain`` (folded, lower case) asks for harm. Linear in its length."""
        total = ngram_score(self.weights, plain)
        if self.classes is not None:
            total += self.class_share * _mean(self.class_weights, self.classes.buckets(plain, len(self.class_weights)))
        return self.bias + self.scale * total


def ngram_score(weights: Sequence[int], plain: str) -> float:
    """Sum of the weights of the text's n-grams over the root of their number."""
    return _mean(weights, ngram_buckets(plain, len(weights)))


def _mean(weights: Sequence[int], buckets: set[int]) -> float:
    return sum(weights[b] for b in buckets) / math.sqrt(max(1, len(buckets)))


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
