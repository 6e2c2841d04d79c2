"""Reciprocal rank fusion of ranked lists (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from __future__ import annotations

from collections.abc import Sequence

RRF_CONSTANT = 60


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None, constant: int = RRF_CONSTANT
) -> list[tuple[str, float]]:
    """Fuse ranked ids, best first, into (id, score) pairs; ties keep the order of first appearance.

    The score of an id is the sum of ``weight / (constant + rank)`` over the lists that hold it, ranks counted from 1.
    Raises ``ValueError`` when ``weights`` does not give one weight per ranking.
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0.0) + weight / (constant + rank)
    return sorted(scores.items(), key=lambda entry: -entry[1])
