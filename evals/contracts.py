"""What every evaluation task shares: options in, one JSON-able report out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """``hotline evals run TASK`` as typed data. ``out`` receives ``predictions.jsonl`` and ``failures.jsonl``.

    ``history`` is what a task may learn from; ``units`` describes the handling units of that history.
    """

    dataset: Path
    corpus: tuple[Path, ...] = ()
    limit: int | None = None
    out: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Path, ...] = ()
    units: Path | None = None
    store: Path | None = None
    """Outputs of earlier runs; only rows whose input, options, data or code changed are generated again."""


@dataclass(frozen=True, slots=True)
class CaseScore:
    """What one case adds to the measures.

    ``values``: averaged over the cases that have them, in [0, 1] unless the name says otherwise; ``counts``: summed before
    a ratio is taken; ``labels``: compared over all cases (gold and said). ``seconds``: what its output took.
    """

    id: str
    values: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class CaseTable(Protocol):
    """The scores of all cases, column by column; NaN or "" where a case has no such entry."""

    def value(self, name: str) -> Floats: ...

    def count(self, name: str) -> Floats: ...

    def label(self, name: str) -> NDArray[np.str_]: ...


class Measure(Protocol):
    """One figure of a run. ``over`` gives it for every row of ``weights`` (draws, cases): how often a case was drawn."""

    @property
    def name(self) -> str: ...

    def over(self, table: CaseTable, weights: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class TaskResult:
    """``metrics`` are in [0, 1] unless the name says otherwise; ``latency`` is in milliseconds; ``config`` is hashed."""

    n: int
    metrics: Mapping[str, float]
    latency: Mapping[str, float]
    config: Mapping[str, Any]
    predictions: Iterable[Mapping[str, Any]] = ()
    failures: Iterable[Mapping[str, Any]] = ()
    cases: Sequence[CaseScore] = ()
    measures: Sequence[Measure] = ()
    reused: int = 0
    """Outputs taken from the store instead of generated."""


class Task(Protocol):
    """One folder under ``evals/tasks``; its package exposes ``TASK``."""

    name: str

    def run(self, options: RunOptions) -> TaskResult: ...


class DatasetError(Exception):
    """The dataset or corpus cannot be used; the message says which row and what to do."""
