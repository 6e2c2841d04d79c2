"""Two runs over the same cases: how far apart each figure is, and how likely chance alone would put them that far.

The interval is a paired bootstrap; the p-value comes from a paired randomisation test (each case's two results swapped at
random, Noreen 1989; Smucker, Allan, Carterette 2007), Holm-corrected over the figures compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evals.contracts import CaseScore, DatasetError, Floats, Measure
from evals.measures import LEVEL, Columns, drawn
from evals.run_record import Run

DRAWS = 2000
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """``second - first`` of one figure; ``p`` is corrected for the number of figures."""

    measure: str
    first: float
    second: float
    low: float
    high: float
    p: float

    @property
    def change(self) -> float:
        return self.second - self.first

    @property
    def significant(self) -> bool:
        return self.p < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Changed:
    """A case on which one value differs between the runs."""

    id: str
    measure: str
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class Comparison:
    shared: int
    only_first: int
    only_second: int
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]


def compare(first: Run, second: Run, draws: int = DRAWS, seed: int = 0) -> Comparison:
    """
    Raises:
        DatasetError: the runs are of different tasks, or share no case.
    """
    if first.report["task"] != second.report["task"]:
        raise DatasetError(f"{first.name} ran {first.report['task']}, {second.name} {second.report['task']}: no pair")
    one, two = _named(first.cases), _named(second.cases)
    shared = [key for key in one if key in two]
    if not shared:
        raise DatasetError("the two runs share no case id; run both over the same dataset")
    pairs = [(one[key], two[key]) for key in shared]
    measures = [measure for measure in first.measures if measure in second.measures]
    return Comparison(
        len(shared),
        len(one) - len(shared),
        len(two) - len(shared),
        tuple(_holm(list(_differences(pairs, measures, draws, seed)))),
        tuple(_changed(pairs)),
    )


def _named(cases: Sequence[CaseScore]) -> dict[tuple[str, int], CaseScore]:
    """Cases by id; a set may hold an id twice, so its place among equals belongs to the name."""
    seen: Counter[str] = Counter()
    named = {}
    for case in cases:
        named[case.id, seen[case.id]] = case
        seen[case.id] += 1
    return named


def _differences(
    pairs: Sequence[tuple[CaseScore, CaseScore]], measures: Sequence[Measure], draws: int, seed: int
) -> Iterator[Difference]:
    """Both runs as one table of 2n cases: weights choose which half a case is taken from."""
    count = len(pairs)
    table = Columns([*(one for one, _ in pairs), *(two for _, two in pairs)])
    none, once = np.zeros((1, count)), np.ones((1, count))
    taken = drawn(count, draws, seed)
    swapped = np.random.default_rng(seed).integers(0, 2, size=(draws, count)).astype(float)
    for measure in measures:
        first, second = (float(measure.over(table, weights)[0]) for weights in _halves(once, none))
        if np.isnan(first) or np.isnan(second):
            continue
        resampled = _gap(measure, table, taken, np.zeros_like(taken))
        low, high = np.nanquantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        by_chance = np.abs(_gap(measure, table, 1 - swapped, swapped)) >= abs(second - first) - 1e-12
        p = (1 + int(by_chance.sum())) / (1 + draws)
        yield Difference(measure.name, first, second, float(low), float(high), p)


def _halves(mine: Floats, other: Floats) -> tuple[Floats, Floats]:
    return np.hstack([mine, other]), np.hstack([other, mine])


def _gap(measure: Measure, table: Columns, mine: Floats, other: Floats) -> Floats:
    first, second = _halves(mine, other)
    return measure.over(table, second) - measure.over(table, first)


def _holm(found: list[Difference]) -> Iterator[Difference]:
    """Step-down correction (Holm 1979), in the order given."""
    order = sorted(range(len(found)), key=lambda at: found[at].p)
    corrected = [0.0] * len(found)
    worst = 0.0
    for place, at in enumerate(order):
        worst = max(worst, min(1.0, found[at].p * (len(found) - place)))
        corrected[at] = worst
    for difference, p in zip(found, corrected, strict=True):
        yield Difference(
            difference.measure, difference.first, difference.second, difference.low, difference.high, round(p, 4)
        )


def _changed(pairs: Sequence[tuple[CaseScore, CaseScore]]) -> Iterator[Changed]:
    for one, two in pairs:
        for name in one.values:
            if name in two.values and one.values[name] != two.values[name]:
                yield Changed(one.id, name, one.values[name], two.values[name])
