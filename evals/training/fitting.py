"""Fits the two released models: a linear order by listwise softmax, and a logistic sureness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from evals.training.examples import Example
from retrieval.answerability import LogisticModel
from retrieval.matching import Features, Floats
from retrieval.reranking import LinearModel

_STEPS, _RATE = 400, 0.02


@dataclass(frozen=True, slots=True)
class WeightedExamples:
    """``any_candidate``: one good passage of a relevant row suffices (long rows); else every relevant one counts."""

    examples: Sequence[Example]
    weight: float
    any_candidate: bool = False


def fit_order(sets: Sequence[WeightedExamples], names: Sequence[str], penalty: float = 1e-2) -> LinearModel:
    """Minimises the negative log share of the relevant candidates, plus ``penalty`` times the squared weights."""
    values = [matrix(example.features, names) for part in sets for example in part.examples]
    centre, spread = _standard(np.concatenate(values))
    weight = torch.zeros(len(names), requires_grad=True)
    descent = torch.optim.Adam([weight], lr=_RATE)
    parts = [(_padded(part, names, centre, spread), part) for part in sets]
    for _ in range(_STEPS):
        loss = penalty * (weight**2).sum()
        for padded, part in parts:
            loss = loss + part.weight * _loss(weight, *padded, part.any_candidate)
        descent.zero_grad()
        loss.backward()
        descent.step()
    return LinearModel(tuple(names), centre, spread, weight.detach().numpy())


def matrix(found: Features, names: Sequence[str]) -> Floats:
    return np.stack([found[name] for name in names], 1).astype(np.float32)


def _standard(values: Floats) -> tuple[Floats, Floats]:
    spread = values.std(0)
    return values.mean(0), np.where(spread < 1e-6, 1, spread).astype(np.float32)


def _padded(
    part: WeightedExamples, names: Sequence[str], centre: Floats, spread: Floats
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Values (q, n, f), relevant (q, n), present (q, n) of the examples that hold something relevant."""
    useful = [example for example in part.examples if example.relevant.any()]
    longest = max(len(example.rows) for example in useful)
    values = np.zeros((len(useful), longest, len(names)), np.float32)
    relevant, present = (np.zeros((len(useful), longest), bool) for _ in range(2))
    for place, example in enumerate(useful):
        size = len(example.rows)
        values[place, :size] = (matrix(example.features, names) - centre) / spread
        relevant[place, :size], present[place, :size] = example.relevant, True
    return torch.from_numpy(values), torch.from_numpy(relevant), torch.from_numpy(present)


def _loss(
    weight: torch.Tensor, values: torch.Tensor, relevant: torch.Tensor, present: torch.Tensor, any_candidate: bool
) -> torch.Tensor:
    share = torch.log_softmax((values @ weight).masked_fill(~present, -1e9), 1)
    if any_candidate:
        return -torch.logsumexp(share.masked_fill(~relevant, -1e9), 1).mean()
    return -((share * relevant).sum(1) / relevant.sum(1)).mean()


def fit_sureness(facts: Sequence[dict[str, float]], answers: Sequence[bool], penalty: float = 1e-3) -> LogisticModel:
    """Logistic regression with an L2 penalty, by Newton steps."""
    names = tuple(facts[0])
    values = np.array([[fact[name] for name in names] for fact in facts], np.float32)
    centre, spread = _standard(values)
    design = np.column_stack([(values - centre) / spread, np.ones(len(values))]).astype(float)
    weights = _newton(design, np.asarray(answers, float), penalty)
    return LogisticModel(names, centre, spread, weights[:-1].astype(np.float32), float(weights[-1]))


def _newton(design: NDArray[np.float64], truth: NDArray[np.float64], penalty: float) -> NDArray[np.float64]:
    weights = np.zeros(design.shape[1])
    ridge = penalty * np.eye(len(weights))
    ridge[-1, -1] = 0
    for _ in range(30):
        guess = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (guess - truth) / len(truth) + ridge @ weights
        curve = design.T @ (design * (guess * (1 - guess))[:, None]) / len(truth) + ridge
        weights -= np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
    return weights
