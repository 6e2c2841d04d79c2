"""Linear views of how well a label fits a text, and what else is known of the label. Needs the extra ``learn``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.learning.vocabulary import Ids, Weights

Array = NDArray[np.float32]
UNSEEN_MARGIN = -1.0
RIDGE_PENALTY = 0.3
WORD_STRENGTH = 1.2
GRAM_STRENGTH = 0.1
RATIO_TOLERANCE = 1e-2
PART_NAMES = ("margin", "centroid", "catalogue", "ridge", "word_ratio", "gram_ratio")
VIEW_NAMES = (*PART_NAMES, "log_count", "mention")


class LearningUnavailable(Exception):  # noqa: N818 - a state of the installation
    """scikit-learn is not installed; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """``strength`` of the margin; ``ridge`` and ``ratio``: whether the history affords these views."""

    strength: float
    seed: int
    ridge: bool
    ratio: bool


@dataclass(frozen=True)
class Part:
    """One linear view: ``weights`` (columns, labels) over ``columns`` of the vocabulary, ``intercept`` (labels,)."""

    weights: Array
    intercept: Array
    columns: slice = field(default_factory=lambda: slice(None))

    def scores(self, matrix: Any) -> Array:
        return np.asarray(matrix[:, self.columns] @ self.weights + self.intercept, np.float32)


@dataclass(frozen=True)
class LinearViews:
    """``parts`` by name, those of ``PART_NAMES`` that were fitted; ``counts`` (labels,) of the texts they were fitted on."""

    parts: Mapping[str, Part]
    counts: Array
    size: int

    def scores(self, matrix: Any, mentioned: Array) -> Array:
        """(texts, labels, views) in the order of ``VIEW_NAMES``; a view that was not fitted says nothing."""
        found = np.zeros((matrix.shape[0], len(self.counts), len(VIEW_NAMES)), np.float32)
        for number, name in enumerate(PART_NAMES):
            if name in self.parts:
                found[:, :, number] = self.parts[name].scores(matrix)
        found[:, :, -2], found[:, :, -1] = np.log1p(self.counts), mentioned
        return found

    def merged(self, weights: Array) -> tuple[NDArray[np.float16], Array, float]:
        """One matrix, one bias and the weight of a mention: the views weighed and summed."""
        matrix = np.zeros((self.size, len(self.counts)), np.float32)
        bias = weights[-2] * np.log1p(self.counts)
        for name, part in self.parts.items():
            weight = weights[PART_NAMES.index(name)]
            matrix[part.columns] += weight * part.weights
            bias = bias + weight * part.intercept
        return matrix.astype(np.float16), np.asarray(bias, np.float32), float(weights[-1])


def sparse_matrix(vectors: list[tuple[Ids, Weights]], columns: int) -> Any:
    csr = _scipy().csr_matrix
    lengths = np.cumsum([0, *(len(ids) for ids, _ in vectors)])
    ids = np.concatenate([ids for ids, _ in vectors]) if vectors else np.zeros(0, np.int64)
    weights = np.concatenate([weights for _, weights in vectors]) if vectors else np.zeros(0, np.float32)
    return csr((weights, ids, lengths), shape=(len(vectors), columns), dtype=np.float32)


def fit_views(
    matrix: Any, gold: NDArray[np.int64], labels: int, catalogue: Array, words: int, options: ViewOptions
) -> LinearViews:
    """``gold`` (texts,) are label numbers below ``labels``; the first ``words`` columns are words, the rest n-grams."""
    nothing = np.zeros(labels, np.float32)
    parts = {
        "margin": fit_margin(matrix, gold, labels, options),
        "centroid": Part(_centroids(matrix, gold, labels), nothing),
        "catalogue": Part(catalogue, nothing),
    }
    if options.ridge:
        parts["ridge"] = Part(fit_ridge(matrix, gold, labels), nothing)
    if options.ratio:
        parts["word_ratio"] = fit_ratio(matrix, gold, labels, slice(0, words), WORD_STRENGTH, options.seed)
        parts["gram_ratio"] = fit_ratio(matrix, gold, labels, slice(words, None), GRAM_STRENGTH, options.seed)
    return LinearViews(parts, np.bincount(gold, minlength=labels).astype(np.float32), matrix.shape[1])


def fit_margin(matrix: Any, gold: NDArray[np.int64], labels: int, options: ViewOptions) -> Part:
    """A linear support vector machine, one label against the rest; labels without a text keep a low margin."""
    weights = np.zeros((matrix.shape[1], labels), np.float32)
    intercept = np.full(labels, UNSEEN_MARGIN, np.float32)
    seen = np.unique(gold)
    if len(seen) > 1:
        machine = _linear_svc()(C=options.strength, class_weight="balanced", random_state=options.seed)
        machine.fit(matrix, gold)
        coefficients, offsets = _both_sides(machine.coef_, machine.intercept_)
        weights[:, seen], intercept[seen] = coefficients.T, offsets
    return Part(weights, intercept)


def fit_ratio(matrix: Any, gold: NDArray[np.int64], labels: int, columns: slice, strength: float, seed: int) -> Part:
    """Per label a machine over terms scaled by their log-count ratio (Wang and Manning 2012, NBSVM).

    What the machine weighs is how much more often a term stands in texts of the label; folded back into ``matrix`` weights.
    """
    chosen = matrix[:, columns].tocsr()
    present = chosen.copy()
    present.data = np.ones_like(present.data)
    weights = np.zeros((chosen.shape[1], labels), np.float32)
    intercept = np.full(labels, UNSEEN_MARGIN, np.float32)
    seen = np.unique(gold)
    for label in seen if len(seen) > 1 and chosen.nnz else ():
        ratio = log_ratio(present, gold == label)
        machine = _linear_svc()(C=strength, class_weight="balanced", random_state=seed, tol=RATIO_TOLERANCE)
        machine.fit(chosen @ _scipy().diags(ratio), gold == label)
        weights[:, label], intercept[label] = ratio * machine.coef_[0], machine.intercept_[0]
    return Part(weights, intercept, columns)


def log_ratio(present: Any, member: NDArray[np.bool_]) -> Array:
    """Log of a term's share of all terms inside over outside, add-one smoothed; ``present`` (texts, terms) holds ones."""
    inside, outside = (1 + np.asarray(present[rows].sum(0), np.float64).ravel() for rows in (member, ~member))
    return np.asarray(np.log(inside / inside.sum()) - np.log(outside / outside.sum()), np.float32)


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
