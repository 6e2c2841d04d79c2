"""What every evaluation task shares: options in, one JSON-able report out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


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


@dataclass(frozen=True, slots=True)
class TaskResult:
    """``metrics`` are in [0, 1] unless the name says otherwise; ``latency`` is in milliseconds; ``config`` is hashed."""

    n: int
    metrics: Mapping[str, float]
    latency: Mapping[str, float]
    config: Mapping[str, Any]
    predictions: Iterable[Mapping[str, Any]] = ()
    failures: Iterable[Mapping[str, Any]] = ()


class Task(Protocol):
    """One folder under ``evals/tasks``; its package exposes ``TASK``."""

    name: str

    def run(self, options: RunOptions) -> TaskResult: ...


class DatasetError(Exception):
    """The dataset or corpus cannot be used; the message says which row and what to do."""
