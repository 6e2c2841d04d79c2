"""How likely two texts tell of the same matter: agreement of category, meaning and words; place and time are judged apart.

The weights were fitted by logistic regression on the dev split of ``evals/datasets/order_pairs.jsonl`` (invented pairs; fitting is
``python -m evals.tasks.duplicates.training``); figures on the test split are in docs/quality.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain.catalogue import SEPARATOR

SAME_SECOND_LEVEL = 0.5


@dataclass(frozen=True, slots=True)
class MatterWeights:
    """Log-odds = category · agreement + meaning · cosine + words · weighted Jaccard + bias."""

    category: float = 4.44
    meaning: float = 3.74
    words: float = 0.91
    bias: float = -3.0

    def log_odds(self, agreement: float, cosine: float, overlap: float) -> float:
        return self.category * agreement + self.meaning * cosine + self.words * overlap + self.bias

    def probability(self, agreement: float, cosine: float, overlap: float) -> float:
        return 1 / (1 + math.exp(-self.log_odds(agreement, cosine, overlap)))


WEIGHTS = MatterWeights()


def categories_agree(one: str, other: str) -> float:
    """1 for the same category, ``SAME_SECOND_LEVEL`` where only the third level differs, else 0."""
    if one == other:
        return 1.0
    return SAME_SECOND_LEVEL if one.split(SEPARATOR)[:2] == other.split(SEPARATOR)[:2] else 0.0


def expected_agreement(likely: Sequence[tuple[str, float]], category: str) -> float:
    """Agreement of a known category with one that is only likely: (category, probability), best first; in [0, 1].

    Relative to the best guess: a classifier that is unsure of everything still says which way it leans.
    """
    best = max((chance for _, chance in likely), default=0.0)
    if best <= 0:
        return 0.0
    return max(categories_agree(name, category) * chance / best for name, chance in likely)
