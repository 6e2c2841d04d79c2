"""Fits a ``SequenceTagger`` by penalised maximum likelihood (L-BFGS). Needs the extra ``learn`` (scipy)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.learning.sequence_tagger import SequenceTagger
from assistant.learning.views import LearningUnavailable

Floats = NDArray[np.float64]
Sentences = Sequence[Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class TaggerOptions:
    """``penalty`` of the squared weights; a feature counts from ``at_least`` occurrences on."""

    penalty: float = 0.7
    at_least: int = 2
    steps: int = 90


@dataclass(frozen=True)
class _Batch:
    """All sentences at once, longest first: ``columns[t]`` are the rows of the t-th tokens."""

    columns: tuple[NDArray[np.int64], ...]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, lengths: Sequence[int]) -> _Batch:
        sizes = np.array(lengths)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        order = np.argsort(-sizes, kind="stable")
        steps = [starts[order[: int((sizes > at).sum())]] + at for at in range(int(sizes.max()))]
        return cls(tuple(steps), starts)


def fit_tagger(
    sentences: Sentences, tags: Sequence[Sequence[str]], options: TaggerOptions | None = None
) -> SequenceTagger:
    """``sentences`` hold the features of each token, ``tags`` one tag a token. The same data give the same tagger.

    Raises:
        LearningUnavailable: scipy is missing.
        ValueError: no sentence.
    """
    kept = [(one, other) for one, other in zip(sentences, tags, strict=True) if one]
    if not kept:
        raise ValueError("a tagger needs at least one tagged sentence")
    options = options or TaggerOptions()
    names = _vocabulary([sentence for sentence, _ in kept], options.at_least)
    labels = tuple(sorted({tag for _, own in kept for tag in own}))
    matrix = sparse_features([sentence for sentence, _ in kept], names)
    gold = np.array([labels.index(tag) for _, own in kept for tag in own])
    problem = _Problem(matrix, gold, len(labels), _Batch.of([len(own) for _, own in kept]), options.penalty)
    weights, transitions, start = problem.solve(options.steps)
    return SequenceTagger(labels, names, weights, transitions, start)


def _vocabulary(sentences: Sentences, at_least: int) -> dict[str, int]:
    counts = Counter(name for sentence in sentences for token in sentence for name in token)
    return {name: row for row, name in enumerate(name for name, count in counts.items() if count >= at_least)}


def sparse_features(sentences: Sentences, names: dict[str, int]) -> Any:
    """(tokens, features) of ones."""
    try:
        from scipy import sparse
    except ImportError as error:
        raise LearningUnavailable("未安装 scipy；请安装 hotline-assistant[learn]。") from error
    pointers, columns = [0], []
    for sentence in sentences:
        for token in sentence:
            columns += [names[name] for name in token if name in names]
            pointers.append(len(columns))
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_matrix((ones, columns, pointers), shape=(len(pointers) - 1, len(names)))


@dataclass(frozen=True)
class _Problem:
    matrix: Any
    gold: NDArray[np.int64]
    size: int
    batch: _Batch
    penalty: float

    def solve(self, steps: int) -> tuple[Any, Any, Any]:
        from scipy.optimize import minimize

        shape = self.matrix.shape[1] * self.size + self.size * self.size + self.size
        limits = {"maxiter": steps, "maxcor": 6}
        found = minimize(self.loss, np.zeros(shape), jac=True, method="L-BFGS-B", options=limits)
        return tuple(part.astype(np.float32) for part in self._parts(found.x))  # type: ignore[return-value]

    def _parts(self, flat: Floats) -> tuple[Floats, Floats, Floats]:
        cut, size = self.matrix.shape[1] * self.size, self.size
        return flat[:cut].reshape(-1, size), flat[cut:-size].reshape(size, size), flat[-size:]

    def loss(self, flat: Floats) -> tuple[float, Floats]:
        """Negative log-likelihood with penalty, and its gradient."""
        weights, transitions, start = self._parts(flat)
        scores = np.asarray(self.matrix @ weights.astype(np.float32), np.float64)
        total, chances, pairs = marginals(scores, transitions, start, self.batch)
        told, before, first = self._told()
        right = (
            scores[np.arange(len(self.gold)), self.gold].sum() + (before * transitions).sum() + (first * start).sum()
        )
        gradient = np.concatenate(
            [
                np.asarray(self.matrix.T @ (chances - told).astype(np.float32), np.float64).ravel(),
                (pairs - before).ravel(),
                chances[self.batch.first].sum(axis=0) - first,
            ]
        )
        return total - right + self.penalty / 2 * float(flat @ flat), gradient + self.penalty * flat

    def _told(self) -> tuple[Floats, Floats, Floats]:
        """Counts of the gold tags: (tokens, tags), (tags, tags) of neighbours, (tags,) of first tokens."""
        told = np.zeros((len(self.gold), self.size))
        told[np.arange(len(self.gold)), self.gold] = 1
        inner = np.ones(len(self.gold), bool)
        inner[self.batch.first] = False
        before = np.zeros((self.size, self.size))
        np.add.at(before, (self.gold[:-1][inner[1:]], self.gold[1:][inner[1:]]), 1)
        return told, before, told[self.batch.first].sum(axis=0)


def marginals(scores: Floats, transitions: Floats, start: Floats, batch: _Batch) -> tuple[float, Floats, Floats]:
    """Log of the summed weight of all paths, (tokens, tags) chances, (tags, tags) expected transitions; scaled
    forward-backward (Rabiner 1989)."""
    highest = scores.max(axis=1, keepdims=True)
    local, step = np.exp(scores - highest), np.exp(transitions)
    forward, scale = np.empty_like(local), np.empty(len(local))
    for at, rows in enumerate(batch.columns):
        ahead = np.exp(start) if at == 0 else forward[batch.columns[at - 1][: len(rows)]] @ step
        value = ahead * local[rows]
        scale[rows] = value.sum(axis=1)
        forward[rows] = value / scale[rows][:, None]
    backward, pairs = np.ones_like(local), np.zeros_like(step)
    for at in range(len(batch.columns) - 1, 0, -1):
        rows = batch.columns[at]
        before = batch.columns[at - 1][: len(rows)]
        rest = backward[rows] * local[rows] / scale[rows][:, None]
        backward[before] = rest @ step.T
        pairs += forward[before].T @ rest
    return float(np.log(scale).sum() + highest.sum()), forward * backward, pairs * step
