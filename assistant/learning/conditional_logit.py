"""Weighs views of how well each label fits a text into one probability per label (McFadden's conditional logit).

The weights are shared by all labels, so a label that no order carries yet is still judged by its catalogue entry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Double = NDArray[np.float64]
STEPS = 40
FLAT = 1e-5
HALVINGS = 20


def softmax(scores: Array) -> Array:
    """Over the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)


def fit_weights(views: Array, gold: NDArray[np.int64], penalty: float = 3e-3) -> Array:
    """Newton's method with step halving. ``views`` (texts, labels, views), ``gold`` (texts,) -> (views,)."""
    spread = views.std((0, 1))
    scale = np.where(spread > FLAT, spread, np.inf)  # a view that is the same everywhere says nothing
    likelihood = _Likelihood(np.asarray((views - views.mean((0, 1))) / scale, np.float32), gold, penalty)
    weights = np.zeros(views.shape[2])
    loss = likelihood.loss(weights)
    for _ in range(STEPS):
        weights, better = likelihood.improve(weights, loss)
        if loss - better < 1e-7:
            break
        loss = better
    return np.asarray(weights / scale, np.float32)


@dataclass(frozen=True)
class _Likelihood:
    views: Array
    gold: NDArray[np.int64]
    penalty: float

    def loss(self, weights: Double) -> float:
        """Mean negative log-likelihood with its penalty."""
        chances = self._chances(weights)[np.arange(len(self.gold)), self.gold]
        return float(-np.log(np.maximum(chances, 1e-30)).mean() + self.penalty * weights @ weights)

    def improve(self, weights: Double, loss: float) -> tuple[Double, float]:
        """The first of ever shorter Newton steps that lowers the loss; the same weights where none does."""
        step = self._newton_step(weights)
        for _ in range(HALVINGS):
            tried = self.loss(weights + step)
            if tried < loss:
                return weights + step, tried
            step = step / 2
        return weights, loss

    def _newton_step(self, weights: Double) -> Double:
        chances, count = self._chances(weights), len(self.gold)
        mean = np.einsum("nc,ncv->nv", chances, self.views).astype(np.float64)
        flat = (self.views * np.sqrt(chances)[:, :, None]).reshape(-1, len(weights))
        curvature = (flat.T @ flat).astype(np.float64) / count - mean.T @ mean / count
        wanted = self.views[np.arange(count), self.gold].astype(np.float64)
        gradient = (wanted - mean).mean(0) - 2 * self.penalty * weights
        return np.asarray(np.linalg.solve(curvature + 2 * self.penalty * np.eye(len(weights)), gradient))

    def _chances(self, weights: Double) -> Array:
        return softmax(np.asarray(self.views @ weights.astype(np.float32), np.float32))
