"""Fits the two released models: a linear order by listwise softmax, and a logistic sureness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from evals.training.examples import Example
from retrieval.answerability import LogisticModel
from retrieval.matching import Features, Floats
from retrieval.reranking import LinearModel, kinds

_STEPS = 100


@dataclass(frozen=True, slots=True)
class WeightedExamples:
    """``any_candidate``: one good passage of a relevant row suffices (long rows); else every relevant one counts."""

    examples: Sequence[Example]
    weight: float
    any_candidate: bool = False


def fit_order(sets: Sequence[WeightedExamples], names: Sequence[str], penalty: float = 1e-2) -> LinearModel:
    """Minimises the negative log share of the relevant candidates, plus ``penalty`` times the squared weights.

    Guides are few: their weights are those of notices plus a difference, and the difference is what is penalised.
    """
    values = [matrix(example.features, names) for part in sets for example in part.examples]
    centre, spread = _standard(np.concatenate(values))
    weight = torch.zeros((3, len(names)), requires_grad=True)
    descent = torch.optim.LBFGS([weight], max_iter=_STEPS, line_search_fn="strong_wolfe")
    parts = [(_flat(part, names, centre, spread), part) for part in sets]

    def loss() -> float:
        descent.zero_grad()
        total = penalty * (weight**2).sum()
        for flat, part in parts:
            total = total + part.weight * flat.loss(_by_kind(weight), part.any_candidate)
        total.backward()
        return float(total.item())

    descent.step(loss)
    return LinearModel(tuple(names), centre, spread, _by_kind(weight).detach().numpy())


def fit_notices(sets: Sequence[WeightedExamples], kept: LinearModel, penalty: float = 1e-2) -> LinearModel:
    """``kept`` with new weights for notices alone, fitted beside statutes and guides as these are weighed."""
    weight = torch.zeros(len(kept.names), requires_grad=True)
    descent = torch.optim.LBFGS([weight], max_iter=_STEPS, line_search_fn="strong_wolfe")
    parts = [(_flat(part, kept.names, kept.centre, kept.spread), part) for part in sets]
    others = torch.from_numpy(kept.weights[1:])

    def loss() -> float:
        descent.zero_grad()
        total = penalty * (weight**2).sum()
        for flat, part in parts:
            total = total + part.weight * flat.loss(torch.vstack([weight, others]), part.any_candidate)
        total.backward()
        return float(total.item())

    descent.step(loss)
    return replace(kept, weights=torch.vstack([weight.detach(), others]).numpy())


def _by_kind(weight: torch.Tensor) -> torch.Tensor:
    return torch.stack([weight[0], weight[1], weight[0] + weight[2]])


def matrix(found: Features, names: Sequence[str]) -> Floats:
    return np.stack([found[name] for name in names], 1).astype(np.float32)


def _standard(values: Floats) -> tuple[Floats, Floats]:
    spread = values.std(0)
    return values.mean(0), np.where(spread < 1e-6, 1, spread).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Flat:
    """The candidates of all useful questions one after the other; ``question`` is the number of each one's question."""

    values: torch.Tensor
    kind: torch.Tensor
    relevant: torch.Tensor
    question: torch.Tensor
    questions: int

    def loss(self, weight: torch.Tensor, any_candidate: bool) -> torch.Tensor:
        by_kind = self.values @ weight.T
        share = self._log_share(by_kind.gather(1, self.kind[:, None])[:, 0])[self.relevant]
        if any_candidate:
            return -torch.log(self._summed(torch.exp(share)) + 1e-12).mean()
        return -(self._summed(share) / self._summed(torch.ones_like(share))).mean()

    def _log_share(self, score: torch.Tensor) -> torch.Tensor:
        """Logarithm of the softmax over the candidates of a question."""
        best = torch.full((self.questions,), -torch.inf).scatter_reduce(0, self.question, score.detach(), "amax")
        less = score - best[self.question]
        mass = torch.zeros(self.questions).index_add(0, self.question, torch.exp(less))
        return less - torch.log(mass)[self.question]

    def _summed(self, of_relevant: torch.Tensor) -> torch.Tensor:
        return torch.zeros(self.questions).index_add(0, self.question[self.relevant], of_relevant)


def _flat(part: WeightedExamples, names: Sequence[str], centre: Floats, spread: Floats) -> _Flat:
    useful = [example for example in part.examples if example.relevant.any()]
    values = [(matrix(example.features, names) - centre) / spread for example in useful]
    return _Flat(
        torch.from_numpy(np.concatenate(values).astype(np.float32)),
        torch.from_numpy(np.concatenate([kinds(example.features) for example in useful])),
        torch.from_numpy(np.concatenate([example.relevant for example in useful])),
        torch.from_numpy(np.repeat(np.arange(len(useful)), [len(one) for one in values])),
        len(useful),
    )


def fit_sureness(
    facts: Sequence[dict[str, float]],
    answers: Sequence[bool],
    penalty: float = 1e-3,
    counted: Sequence[float] | None = None,
) -> LogisticModel:
    """Logistic regression with an L2 penalty, by Newton steps; ``counted`` says how much each row counts."""
    names = tuple(facts[0])
    values = np.array([[fact[name] for name in names] for fact in facts], np.float32)
    centre, spread = _standard(values)
    design = np.column_stack([(values - centre) / spread, np.ones(len(values))]).astype(float)
    share = np.ones(len(values)) if counted is None else np.asarray(counted, float)
    weights = _newton(design, np.asarray(answers, float), share / share.sum(), penalty)
    return LogisticModel(names, centre, spread, weights[:-1].astype(np.float32), float(weights[-1]))


def _newton(
    design: NDArray[np.float64], truth: NDArray[np.float64], share: NDArray[np.float64], penalty: float
) -> NDArray[np.float64]:
    weights = np.zeros(design.shape[1])
    ridge = penalty * np.eye(len(weights))
    ridge[-1, -1] = 0
    for _ in range(30):
        guess = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (share * (guess - truth)) + ridge @ weights
        curve = design.T @ (design * (share * guess * (1 - guess))[:, None]) + ridge
        weights -= np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
    return weights
