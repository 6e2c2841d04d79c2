"""Ranking measures over groups of equally good documents, and intervals by resampling questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Groups = Sequence[frozenset[str]]
"""What a question needs: of each group any one id satisfies (the same article in several versions)."""


def first_satisfied(ranked: Sequence[str], groups: Groups) -> list[int]:
    """Place (from 0) at which each group is first satisfied; -1 where it never is. Takes one group per place."""
    places = [-1] * len(groups)
    for place, name in enumerate(ranked):
        for number, group in enumerate(groups):
            if places[number] < 0 and name in group:
                places[number] = place
                break
    return places


def ndcg(places: Sequence[int], k: int) -> float:
    """Normalised discounted cumulative gain at ``k`` with one unit of gain per group."""
    gain = sum(1 / np.log2(place + 2) for place in places if 0 <= place < k)
    best = sum(1 / np.log2(place + 2) for place in range(min(k, len(places))))
    return float(gain / best) if best else 0.0


def reciprocal_rank(places: Sequence[int]) -> float:
    found = [place for place in places if place >= 0]
    return 1 / (min(found) + 1) if found else 0.0


def hit(places: Sequence[int], k: int) -> float:
    return float(any(0 <= place < k for place in places))


def recall(places: Sequence[int], k: int) -> float:
    return sum(0 <= place < k for place in places) / len(places) if places else 0.0


def score_ranking(ranked: Sequence[str], groups: Groups) -> dict[str, float]:
    """All measures of one question."""
    places = first_satisfied(ranked, groups)
    return {
        "hit@1": hit(places, 1),
        "hit@10": hit(places, 10),
        "recall@10": recall(places, 10),
        "recall@100": recall(places, 100),
        "nDCG@10": ndcg(places, 10),
        "MRR": reciprocal_rank(places),
    }


def bootstrap_interval(
    values: Sequence[float] | NDArray[np.float64], level: float = 0.95, draws: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Percentile interval of the mean, questions drawn with replacement."""
    sample = np.asarray(values, float)
    drawn = np.random.default_rng(seed).choice(sample, (draws, len(sample))).mean(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Chance that a positive case scores above a negative one; ties count half."""
    value, truth = np.asarray(scores, float), np.asarray(positive, bool)
    above = (value[truth][:, None] > value[~truth][None, :]).mean()
    return float(above + (value[truth][:, None] == value[~truth][None, :]).mean() / 2)
