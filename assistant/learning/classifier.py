"""Predicts with numpy alone: one matrix product per text, then a softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.learning.conditional_logit import softmax
from assistant.learning.examples import Example
from assistant.learning.terms import count_terms
from assistant.learning.vocabulary import Vocabulary, Weights


@dataclass(frozen=True)
class Prediction:
    """``ranked`` holds every label with its probability, best first; ``label`` is the one to take.

    ``label`` differs from the first of ``ranked`` where the model was fitted to be fair to rare labels.
    """

    label: str
    ranked: tuple[tuple[str, float], ...]
    known_terms: int

    @property
    def confidence(self) -> float:
        return self.ranked[0][1]


@dataclass(frozen=True)
class TextClassifier:
    """``weights`` (columns, labels), ``bias`` (labels,), ``handicap`` (labels,) is taken from the log-probabilities.

    ``mentions`` are, per label, names by which a text may call it; such a call adds ``mention_weight``.
    """

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    weights: NDArray[np.float16]
    bias: Weights
    handicap: Weights
    mentions: tuple[tuple[str, ...], ...]
    mention_weight: float
    known_words: frozenset[str] | None = None

    def predict(self, example: Example) -> Prediction:
        ids, values = self.vocabulary.vector(count_terms(example, self.known_words))
        scores = values @ self.weights[ids].astype(np.float32) + self.bias
        scores += np.float32(self.mention_weight) * mention_scores(example, self.mentions)
        return self._decide(softmax(scores), len(ids))

    def _decide(self, chances: Weights, known_terms: int) -> Prediction:
        taken = int(np.argmax(np.log(chances + 1e-9) - self.handicap))
        order = np.argsort(-chances, kind="stable")
        ranked = tuple((self.labels[label], round(float(chances[label]), 6)) for label in order)
        return Prediction(self.labels[taken], ranked, known_terms)


def mention_scores(example: Example, mentions: Sequence[Sequence[str]]) -> Weights:
    """1 for each label that the text names, else 0; a name that begins a longer one of another label counts too."""
    text = f"{example.title} {example.text} {''.join(example.tokens)}"
    return np.fromiter((any(name in text for name in names) for names in mentions), np.float32, len(mentions))
