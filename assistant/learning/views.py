"""Linear views of how well a label fits a text, and what else is known of the label. Needs the extra ``learn``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.learning.vocabulary import Ids, Weights

Array = NDArray[np.float32]
UNSEEN_MARGIN = -1.0
RIDGE_PENALTY = 0.3
VIEW_NAMES = ("margin", "centroid", "catalogue", "log_count", "mention", "ridge")


class LearningUnavailable(Exception):  # noqa: N818 - a state of the installation
    """scikit-learn is not installed; the message says how to mend it."""


@dataclass(frozen=True)
class LinearViews:
    """``margin``, ``centroid``, ``catalogue``, ``ridge`` have shape (columns, labels); ``intercept``, ``counts`` (labels,)."""

    margin: Array
    centroid: Array
    catalogue: Array
    intercept: Array
    counts: Array
    ridge: Array

    def scores(self, matrix: Any, mentioned: Array) -> Array:
        """(texts, labels, views) in the order of ``VIEW_NAMES``."""
        shape = (matrix.shape[0], len(self.counts))
        parts = [matrix @ self.margin + self.intercept, matrix @ self.centroid, matrix @ self.catalogue]
        parts += [np.broadcast_to(np.log1p(self.counts), shape), mentioned, matrix @ self.ridge]
        return np.stack([np.asarray(part, np.float32) for part in parts], axis=2)

    def merged(self, weights: Array) -> tuple[NDArray[np.float16], Array, float]:
        """One matrix, one bias and the weight of a mention: the views weighed and summed."""
        matrix = weights[0] * self.margin + weights[1] * self.centroid + weights[2] * self.catalogue
        matrix += weights[5] * self.ridge
        bias = weights[0] * self.intercept + weights[3] * np.log1p(self.counts)
        return matrix.astype(np.float16), np.asarray(bias, np.float32), float(weights[4])


def sparse_matrix(vectors: list[tuple[Ids, Weights]], columns: int) -> Any:
    csr = _scipy().csr_matrix
    lengths = np.cumsum([0, *(len(ids) for ids, _ in vectors)])
    ids = np.concatenate([ids for ids, _ in vectors]) if vectors else np.zeros(0, np.int64)
    weights = np.concatenate([weights for _, weights in vectors]) if vectors else np.zeros(0, np.float32)
    return csr((weights, ids, lengths), shape=(len(vectors), columns), dtype=np.float32)


def fit_views(
    matrix: Any, gold: NDArray[np.int64], labels: int, catalogue: Array, strength: float, seed: int, with_ridge: bool
) -> LinearViews:
    """``gold`` (texts,) are label numbers below ``labels``; labels without a text keep a low margin."""
    margin = np.zeros((matrix.shape[1], labels), np.float32)
    intercept = np.full(labels, UNSEEN_MARGIN, np.float32)
    seen = np.unique(gold)
    if len(seen) > 1:
        machine = _linear_svc()(C=strength, class_weight="balanced", random_state=seed).fit(matrix, gold)
        coefficients, offsets = _both_sides(machine.coef_, machine.intercept_)
        margin[:, seen], intercept[seen] = coefficients.T, offsets
    counts = np.bincount(gold, minlength=labels).astype(np.float32)
    ridge = fit_ridge(matrix, gold, labels) if with_ridge else np.zeros_like(margin)
    return LinearViews(margin, _centroids(matrix, gold, labels), catalogue, intercept, counts, ridge)


def fit_ridge(matrix: Any, gold: NDArray[np.int64], labels: int) -> Array:
    """Ridge regression on label indicators in its dual form, which costs the cube of the rows."""
    kernel = np.asarray((matrix @ matrix.T).todense(), np.float32)
    wanted = np.zeros((len(gold), labels), np.float32)
    wanted[np.arange(len(gold)), gold] = 1
    duals = np.linalg.solve(kernel + RIDGE_PENALTY * np.eye(len(gold), dtype=np.float32), wanted)
    return np.asarray(matrix.T @ duals, np.float32)


def _both_sides(coefficients: Array, offsets: Array) -> tuple[Array, Array]:
    """A machine of two labels has one row, for the second."""
    if len(coefficients) > 1:
        return coefficients, offsets
    return np.vstack([-coefficients, coefficients]), np.concatenate([-offsets, offsets])


def _centroids(matrix: Any, gold: NDArray[np.int64], labels: int) -> Array:
    member = _scipy().csr_matrix(
        (np.ones(len(gold), np.float32), (gold, np.arange(len(gold)))), shape=(labels, len(gold))
    )
    return unit_columns(np.asarray((member @ matrix).todense(), np.float32).T)


def unit_columns(matrix: Array) -> Array:
    lengths = np.sqrt((matrix * matrix).sum(0, keepdims=True))
    return np.asarray(matrix / np.where(lengths > 0, lengths, 1), np.float32)


def _scipy() -> Any:
    try:
        import scipy.sparse
    except ImportError as error:
        raise LearningUnavailable(_HOW) from error
    return scipy.sparse


def _linear_svc() -> Any:
    try:
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise LearningUnavailable(_HOW) from error
    return LinearSVC


_HOW = "学习需要 scikit-learn：请按 requirements/service.txt 重新安装（预测不需要）。"
