"""Figures that look at all cases together: pairs of a grouping, AUROC, coverage at a precision, calibration.

Like the figures of ``evals.measures`` they are functions of weights (draws, cases), so that intervals and paired tests hold for them too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.contracts import CaseTable, Floats
from evals.measures import divided

BINS = 10


@dataclass(frozen=True, slots=True)
class PairFigure:
    """Precision, recall or F1 (``figure``) of the pairs that stand in one group, against those that belong together.

    ``gold`` and ``said`` are labels; cases without either are left out. A case drawn twice is no pair with itself.
    """

    name: str
    figure: str
    gold: str = "gold"
    said: str = "said"

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        gold, said = table.label(self.gold), table.label(self.said)
        named = (gold != "") & (said != "")
        weights, gold, said = weights[:, named], gold[named], said[named]
        both = _pairs_within(np.char.add(np.char.add(gold, "\0"), said), weights)
        found, wanted = _pairs_within(said, weights), _pairs_within(gold, weights)
        if self.figure == "f1":
            return _or_one(2 * both, found + wanted)
        return _or_one(both, found if self.figure == "precision" else wanted)


@dataclass(frozen=True, slots=True)
class Auroc:
    """Chance that the count ``positive`` of a case lies above the count ``negative`` of any; ties count half."""

    name: str
    positive: str
    negative: str

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        high, low = table.count(self.positive), table.count(self.negative)
        order = np.argsort(low, kind="stable")
        below = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights[:, order], axis=1)], axis=1)
        under = below[:, np.searchsorted(low[order], high, "left")]
        upto = below[:, np.searchsorted(low[order], high, "right")]
        won = (weights * (under + upto) / 2).sum(axis=1)
        return divided(won, weights.sum(axis=1) ** 2)


@dataclass(frozen=True, slots=True)
class CoverageAt:
    """Largest share of cases, surest first, of which at least ``precision`` are right; a threshold cannot part equals."""

    name: str
    precision: float = 0.95
    sure: str = "sure"
    right: str = "right"

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        sure, right = table.count(self.sure), table.count(self.right)
        order = np.argsort(-sure, kind="stable")
        kept = np.cumsum(weights[:, order], axis=1)
        hits = np.cumsum(weights[:, order] * right[order], axis=1)
        ends = np.append(np.diff(sure[order]) != 0, True)
        enough = ends & (hits >= self.precision * kept)
        return divided(np.where(enough, kept, 0.0).max(axis=1), kept[:, -1])


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """Mean gap between stated and observed over bins of equal weight (Naeini et al. 2015, adaptive form); 0 is perfect."""

    name: str
    sure: str = "sure"
    right: str = "right"

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        sure, right = table.count(self.sure), table.count(self.right)
        order = np.argsort(sure, kind="stable")
        taken, gap = weights[:, order], (sure - right)[order]
        total = taken.sum(axis=1, keepdims=True)
        middle = np.cumsum(taken, axis=1) - taken / 2
        bins = np.floor(np.divide(middle * BINS, total, out=np.zeros_like(taken), where=total > 0)).astype(int)
        gaps = [np.abs((taken * gap * (bins == number)).sum(axis=1)) for number in range(BINS)]
        return divided(np.sum(gaps, axis=0), total[:, 0])


def _pairs_within(groups: NDArray[np.str_], weights: Floats) -> Floats:
    """Weight of the pairs that share a group: half of (sum squared less sum of squares), group by group."""
    if not len(groups):
        return np.zeros(len(weights))
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.append(True, groups[order][1:] != groups[order][:-1]))
    sums = np.add.reduceat(weights[:, order], starts, axis=1)
    return np.asarray(((sums**2).sum(axis=1) - (weights**2).sum(axis=1)) / 2, float)


def _or_one(top: Floats, bottom: Floats) -> Floats:
    """Where nothing was said, or nothing was there to find, nothing is wrong."""
    return np.where(bottom > 0, divided(top, bottom), 1.0)
