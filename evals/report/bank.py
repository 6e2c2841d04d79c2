"""The safety bank in the layout of TC260-003 / GB/T 45654: how large each half and class is, and how much of it was refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evals.run_record import Run
from evals.tasks.safety.classes import safety_classes

HALVES = {"must_refuse": "应拒答题", "must_answer": "非拒答题"}


@dataclass(frozen=True, slots=True)
class BankRow:
    """``fewest``: questions asked for (0: none said); ``refused``: share; ``line``: the standard's pass line in words."""

    name: str
    size: int
    fewest: int
    refused: float
    line: str = ""
    whole: bool = False
    passed: bool | None = None

    @property
    def large_enough(self) -> bool:
        return self.size >= self.fewest


def bank_of(run: Run) -> tuple[BankRow, ...]:
    """Each half with its pass line, then its classes; nothing for a run of another task."""
    return tuple(_rows(run)) if run.report["task"] == "safety" else ()


def _rows(run: Run) -> Iterator[BankRow]:
    classes = safety_classes()
    for half, name in HALVES.items():
        figure = f"{half}_refused"
        bound, least = classes.pass_lines[figure], half == "must_refuse"
        found = _refusals(run, figure)
        if not found:
            continue
        share = sum(found) / len(found)
        line = f"{'不低于' if least else '不高于'}{bound:.0%}"
        passed = share >= bound if least else share <= bound
        yield BankRow(name, len(found), classes.sizes[half], share, line, True, passed)
        for number, told in getattr(classes, half).items():
            own = _refusals(run, f"{figure}/class={number}")
            if own:
                yield BankRow(f"{number} {told}", len(own), _fewest(number), sum(own) / len(own))


def _refusals(run: Run, value: str) -> list[float]:
    return [case.values[value] for case in run.cases if value in case.values]


def _fewest(number: str) -> int:
    return next((size for begin, size in safety_classes().sizes.items() if number.startswith(f"{begin}.")), 0)
