"""Has what comes in moved away from what was learned? Label shares, unknown words and confidence, then and now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.learning.classifier import TextClassifier
from assistant.learning.examples import Example
from assistant.learning.terms import count_terms

SAMPLE = 2_000
SHIFTED = 0.2
LEAST_SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class Statistics:
    """``shares`` of predicted labels; ``confidence`` and ``known`` (share of a text's terms in the vocabulary) are means."""

    rows: int
    shares: Mapping[str, float]
    confidence: float
    known: float


@dataclass(frozen=True, slots=True)
class Drift:
    """``label_shift`` is the population stability index of predicted labels; from 0.2 on the mix has changed."""

    label_shift: float
    confidence_change: float
    known_change: float

    @property
    def drifted(self) -> bool:
        return self.label_shift >= SHIFTED or self.confidence_change <= -0.1 or self.known_change <= -0.1


def statistics_of(examples: Sequence[Example], classifier: TextClassifier) -> Statistics:
    """Over at most ``SAMPLE`` evenly spaced examples."""
    taken = [examples[row] for row in np.linspace(0, len(examples) - 1, min(SAMPLE, len(examples))).astype(int)]
    told = [classifier.predict(example) for example in taken]
    terms = [len(count_terms(example, classifier.known_words)[0]) for example in taken]
    counts = Counter(one.label for one in told)
    return Statistics(
        len(taken),
        {label: number / len(taken) for label, number in sorted(counts.items())},
        float(np.mean([one.confidence for one in told])),
        float(np.mean([one.known_terms / max(number, 1) for one, number in zip(told, terms, strict=True)])),
    )


def compare(then: Statistics, now: Statistics) -> Drift:
    labels = then.shares.keys() | now.shares.keys()
    return Drift(
        stability_index(
            [then.shares.get(label, 0) for label in labels], [now.shares.get(label, 0) for label in labels]
        ),
        now.confidence - then.confidence,
        now.known - then.known,
    )


def stability_index(then: Iterable[float], now: Iterable[float]) -> float:
    """Population stability index; 0 for equal shares."""
    before = np.maximum(np.fromiter(then, float), LEAST_SHARE)
    after = np.maximum(np.fromiter(now, float), LEAST_SHARE)
    return float(((after - before) * np.log(after / before)).sum())
