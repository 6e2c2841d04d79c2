"""How far probabilities can be trusted, and how much may go by one click at a given precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 10
ONE_CLICK_PRECISION = 0.95


def expected_calibration_error(chances: NDArray[np.float32], right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Mean gap between stated and observed, over ``bins`` of equal count (Naeini 2015, adaptive form); 0 is perfect."""
    if not len(chances):
        return 0.0
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(chances[part].mean() - right[part].mean()) for part in parts) / len(chances))


def coverage_at_precision(
    chances: NDArray[np.float32], right: NDArray[np.bool_], precision: float = ONE_CLICK_PRECISION
) -> tuple[float, float]:
    """Largest share of texts, surest first, of which at least ``precision`` are right, and the threshold that gives it.

    (0.0, 1.1) where no threshold does: nothing is sure enough.
    """
    order = np.argsort(-chances, kind="stable")
    kept = np.arange(1, len(order) + 1)
    enough = np.cumsum(right[order]) >= precision * kept
    # A threshold cannot part equal probabilities.
    ends = np.append(np.diff(chances[order]) != 0, True) if len(order) else np.zeros(0, bool)
    best = np.flatnonzero(enough & ends)
    if not len(best):
        return 0.0, 1.1
    return float(kept[best[-1]] / len(order)), float(chances[order][best[-1]])


def macro_f1(gold: list[str], told: list[str]) -> float:
    """Mean F1 over the labels that occur in ``gold``."""
    scores = []
    for label in sorted(set(gold)):
        hits = sum(one == other == label for one, other in zip(gold, told, strict=True))
        scores.append(2 * hits / (gold.count(label) + told.count(label)))
    return float(np.mean(scores)) if scores else 0.0
