"""Runs a task that treats each case by itself: generate (or take from the store), then score."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from evals.contracts import CaseScore, DatasetError, Measure, RunOptions, TaskResult
from evals.measures import figures_of, means_of
from evals.metrics.latency import percentiles_ms
from evals.store import OutputStore, Stored, code_hash, data_hash, key_of, open_store

Row = Mapping[str, Any]
Output = Mapping[str, Any]
Generate = Callable[[Row], Awaitable[Output]]


class CaseTask(Protocol):
    """One stage or flow, case by case. Outputs are JSON, so that scoring needs nothing but the row and its output."""

    name: str

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """The cases; each row has an ``id``. Raises ``DatasetError``."""
        ...

    def inputs(self, row: Row) -> Row:
        """What generation sees of a row: labels are not in it."""
        ...

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        """What outputs depend on besides the row, the corpus and the code."""
        ...

    def open(self, options: RunOptions) -> AbstractContextManager[Generate]: ...

    def score(self, row: Row, output: Output) -> CaseScore: ...

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        """Measures beside the means of all values."""
        ...

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]: ...

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        """Why the case is worth reading; ``None`` when nothing is wrong with it."""
        ...


@dataclass(frozen=True)
class CaseWise:
    """Makes a ``Task`` of a ``CaseTask``."""

    task: CaseTask

    @property
    def name(self) -> str:
        return self.task.name

    def run(self, options: RunOptions) -> TaskResult:
        """Raises ``DatasetError``: there is no case."""
        rows = self.task.rows(options)
        if not rows:
            raise DatasetError(f"{options.dataset}: no case to run; see --limit and --set split=…")
        with open_store(options.store) as store:
            stored, reused = _generated(self.task, rows, options, store)
        return _report(self.task, rows, stored, dict(self.task.config(options)), reused)


def _generated(
    task: CaseTask, rows: Sequence[Row], options: RunOptions, store: OutputStore
) -> tuple[list[Stored], int]:
    """Outputs in the order of ``rows``, and how many of them were in the store."""
    about = (task.name, code_hash(), task.config(options), data_hash(options.corpus))
    keys = [key_of(*about, task.inputs(row)) for row in rows]
    found = {key: stored for key in keys if (stored := store.find(key))}
    missing = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in found]
    if missing:
        with task.open(options) as generate:
            found |= asyncio.run(_generate(generate, missing, store, int(options.extra.get("concurrency", "1"))))
    return [found[key] for key in keys], len(rows) - len(missing)


async def _generate(
    generate: Generate, missing: Sequence[tuple[str, Row]], store: OutputStore, concurrency: int
) -> dict[str, Stored]:
    """Each output is kept at once: a run that is stopped goes on where it was."""
    gate = asyncio.Semaphore(concurrency)

    async def one(key: str, row: Row) -> tuple[str, Stored]:
        async with gate:
            started = time.perf_counter()
            output = await generate(row)
            stored = Stored(output, time.perf_counter() - started)
        store.keep(key, stored)
        return key, stored

    return dict(await asyncio.gather(*(one(key, row) for key, row in missing)))


def _report(
    task: CaseTask, rows: Sequence[Row], stored: Sequence[Stored], config: Mapping[str, Any], reused: int
) -> TaskResult:
    pairs = list(zip(rows, stored, strict=True))
    cases = [_timed(task.score(row, one.output), one.seconds) for row, one in pairs]
    measures = [*means_of(cases), *task.measures(cases)]
    failures = (task.failure(row, one.output, case) for (row, one), case in zip(pairs, cases, strict=True))
    return TaskResult(
        n=len(cases),
        metrics=figures_of(cases, measures),
        latency=percentiles_ms([case.seconds for case in cases]),
        config=config,
        predictions=[task.prediction(row, one.output) for row, one in pairs],
        failures=[failure for failure in failures if failure],
        cases=cases,
        measures=measures,
        reused=reused,
    )


def _timed(case: CaseScore, seconds: float) -> CaseScore:
    """A task that measures its own times keeps them."""
    return case if case.seconds else replace(case, seconds=seconds)
