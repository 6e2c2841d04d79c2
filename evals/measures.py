"""Figures of a run as functions of its cases, so that resampled and paired versions of them cost one matrix product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.contracts import CaseScore, Floats, Measure
from evals.contracts import CaseTable as CaseTable

DRAWS = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Columns:
    """``CaseTable`` over a list of scores."""

    cases: Sequence[CaseScore]

    def value(self, name: str) -> Floats:
        return np.array([case.values.get(name, np.nan) for case in self.cases], float)

    def count(self, name: str) -> Floats:
        return np.array([case.counts.get(name, 0.0) for case in self.cases], float)

    def label(self, name: str) -> NDArray[np.str_]:
        return np.array([case.labels.get(name, "") for case in self.cases], dtype=str)


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of the value ``name`` over the cases that have it."""

    name: str

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        values = table.value(self.name)
        known = ~np.isnan(values)
        return divided(weights[:, known] @ values[known], weights[:, known].sum(axis=1))


@dataclass(frozen=True, slots=True)
class Ratio:
    """Sum of one count over the sum of another; NaN where the lower sum is 0."""

    name: str
    top: str
    bottom: str

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        return divided(weights @ table.count(self.top), weights @ table.count(self.bottom))


@dataclass(frozen=True, slots=True)
class F1:
    """Harmonic mean of precision ``hits / found`` and recall ``hits / wanted``, all three summed over the cases."""

    name: str
    hits: str
    found: str
    wanted: str

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        both = weights @ (table.count(self.found) + table.count(self.wanted))
        return divided(2 * (weights @ table.count(self.hits)), both)


@dataclass(frozen=True, slots=True)
class MacroF1:
    """Mean F1 over the labels that occur on the gold side; cases without a gold label are left out."""

    name: str
    gold: str = "gold"
    said: str = "said"

    def over(self, table: CaseTable, weights: Floats) -> Floats:
        gold, said = table.label(self.gold), table.label(self.said)
        weights, gold, said = weights[:, gold != ""], gold[gold != ""], said[gold != ""]
        scores = [
            divided(2 * (weights @ (wanted & told)), weights @ (1.0 * wanted + told))
            for wanted, told in _each(gold, said)
        ]
        return _no_result(weights) if not scores else np.asarray(np.nanmean(np.stack(scores), axis=0), float)


def _no_result(weights: Floats) -> Floats:
    return np.full(len(weights), np.nan)


def _each(gold: NDArray[np.str_], said: NDArray[np.str_]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    return ((gold == label, said == label) for label in np.unique(gold))


def divided(top: Floats, bottom: Floats) -> Floats:
    """NaN where the lower side is 0."""
    return np.asarray(np.divide(top, bottom, out=_no_result(top), where=bottom > 0), float)


def means_of(cases: Sequence[CaseScore]) -> list[Measure]:
    """A mean for every value that occurs, in the order of first use."""
    return [Mean(name) for name in dict.fromkeys(name for case in cases for name in case.values)]


def figures_of(cases: Sequence[CaseScore], measures: Sequence[Measure]) -> dict[str, float]:
    """Every measure over all cases; one that applies to no case is left out."""
    table, once = Columns(cases), np.ones((1, len(cases)))
    found = {measure.name: float(measure.over(table, once)[0]) for measure in measures}
    return {name: value for name, value in found.items() if not np.isnan(value)}


def intervals_of(
    cases: Sequence[CaseScore], measures: Sequence[Measure], draws: int = DRAWS, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap intervals, cases drawn with replacement (Efron 1979)."""
    if not cases:
        return {}
    table, weights = Columns(cases), drawn(len(cases), draws, seed)
    return {measure.name: interval for measure in measures if (interval := _interval(measure.over(table, weights)))}


def drawn(cases: int, draws: int, seed: int) -> Floats:
    """How often each case is drawn in each resample; shape (draws, cases)."""
    return np.random.default_rng(seed).multinomial(cases, np.full(cases, 1 / cases), size=draws).astype(float)


def _interval(values: Floats) -> tuple[float, float] | None:
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in figures.items()}
