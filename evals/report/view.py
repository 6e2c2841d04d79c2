"""What a report shows, computed from runs: tables, charts and cases to read. No markup here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from evals.compare import compare
from evals.contracts import DatasetError
from evals.files import read_rows
from evals.report.bank import BankRow, bank_of
from evals.run_record import Run
from evals.tasks.safety.classes import safety_classes

LABELS = Path(__file__).parent / "labels.yaml"
PARTS = Path(__file__).parent / "parts.yaml"
SHOWN_FAILURES = 5
COSTS = "用时与费用"


@dataclass(frozen=True, slots=True)
class Label:
    """How a figure is called and read. ``better``: higher, lower or none; ``kind``: share or number."""

    label: str
    group: str = "其他"
    better: str = "none"
    kind: str = "share"
    headline: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one system. ``mark``: 优 or 劣 where it differs from the first system by more than chance; ``best`` of
    its row."""

    value: float | None
    low: float | None = None
    high: float | None = None
    mark: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    label: Label
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Section:
    """One task over one dataset: the same rows for every system."""

    task: str
    dataset: str
    n: int
    systems: tuple[str, ...]
    rows: tuple[Row, ...]
    latency: tuple[Mapping[str, float], ...]
    cost: tuple[float | None, ...]
    failures: tuple[tuple[str, int, tuple[Mapping[str, Any], ...]], ...]
    """System, how many failed, and the first of them."""
    reports: tuple[Mapping[str, Any], ...]
    banks: tuple[tuple[BankRow, ...], ...] = ()
    """The safety bank of each system, in the standard's layout; empty for other tasks."""

    @property
    def headline(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.label.headline)

    @property
    def groups(self) -> Mapping[str, tuple[Row, ...]]:
        """Rows by group, in the order of the labels; the group of times and costs is always there, last."""
        names = [*dict.fromkeys(row.label.group for row in self.rows if row.label.group != COSTS), COSTS]
        return {name: tuple(row for row in self.rows if row.label.group == name) for name in names}


@cache
def labels() -> Mapping[str, Label]:
    raw = yaml.safe_load(LABELS.read_text(encoding="utf-8"))
    return {name: Label(**fields) for name, fields in raw.items()}


@cache
def parts() -> Mapping[str, str]:
    return dict(yaml.safe_load(PARTS.read_text(encoding="utf-8")))


def label_of(name: str) -> Label:
    """Figures without a label of their own keep their name; ``recall/手机`` is read as 手机 under recall."""
    base, _, part = name.partition("/")
    known = labels().get(base)
    if known is None:
        return Label(name)
    return known if not part else Label(f"{known.label}：{_part_name(part)}", known.group, known.better, known.kind)


def _part_name(part: str) -> str:
    """A risk class of the safety bank by its number and name; other parts by ``parts.yaml``, or as they are."""
    number = part.removeprefix("class=")
    return f"{number} {safety_classes().names[number]}" if number in safety_classes().names else parts().get(part, part)


def section_of(systems: Sequence[tuple[str, Run, float | None]]) -> Section:
    """``systems``: name, run and yuan per 1,000 questions; all of one task and dataset, the first is compared against.

    Raises:
        DatasetError: the runs are of different tasks or datasets.
    """
    runs = [run for _, run, _ in systems]
    about = {(run.report["task"], run.report["dataset_sha256"]) for run in runs}
    if len(about) != 1:
        raise DatasetError("a section of a report needs runs of one task over one dataset")
    first = runs[0].report
    changes = [{}, *(_significant(runs[0], run) for run in runs[1:])]
    names = list(dict.fromkeys(name for run in runs for name in run.report["metrics"]))
    return Section(
        task=first["task"],
        dataset=Path(first["dataset"]).name,
        n=first["n"],
        systems=tuple(name for name, _, _ in systems),
        rows=tuple(sorted((_row(name, runs, changes) for name in names), key=_order)),
        latency=tuple(run.report["latency_ms"] for run in runs),
        cost=tuple(cost for _, _, cost in systems),
        failures=tuple(_failures(name, run) for name, run, _ in systems),
        reports=tuple(run.report for run in runs),
        banks=tuple(bank for run in runs if (bank := bank_of(run))),
    )


def _order(row: Row) -> tuple[int, str]:
    known = list(labels())
    base = row.name.partition("/")[0]
    return (known.index(base) if base in known else len(known), row.name)


def _row(name: str, runs: Sequence[Run], changes: Sequence[Mapping[str, float]]) -> Row:
    label = label_of(name)
    values = [run.report["metrics"].get(name) for run in runs]
    known = [value for value in values if value is not None]
    best = {"higher": max, "lower": min}.get(label.better)
    top = best(known) if best and len(runs) > 1 and len(set(known)) > 1 else None
    return Row(name, label, tuple(map(_cell(name, label, top), runs, changes)))


def _cell(name: str, label: Label, top: float | None) -> Callable[[Run, Mapping[str, float]], Cell]:
    def cell(run: Run, changes: Mapping[str, float]) -> Cell:
        value = run.report["metrics"].get(name)
        if value is None:
            return Cell(None)
        low, high = run.report.get("intervals", {}).get(name, (None, None))
        return Cell(value, low, high, _mark(changes.get(name), label), value == top)

    return cell


def _mark(change: float | None, label: Label) -> str:
    if change is None or label.better == "none":
        return ""
    return "优" if (change > 0) == (label.better == "higher") else "劣"


def _significant(first: Run, second: Run) -> Mapping[str, float]:
    """Figure → change, of those that differ by more than chance."""
    return {one.measure: one.change for one in compare(first, second).differences if one.significant}


def _failures(name: str, run: Run) -> tuple[str, int, tuple[Mapping[str, Any], ...]]:
    rows = list(_read_failures(run))
    return name, len(rows), tuple(rows[:SHOWN_FAILURES])


def _read_failures(run: Run) -> Iterator[Mapping[str, Any]]:
    path = run.folder / "failures.jsonl"
    return read_rows(path) if path.is_file() else iter(())
