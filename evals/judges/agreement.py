"""How far a judge may be believed: against what code can decide, and against people's labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.contracts import CaseScore
from evals.metrics.ranking import auroc

PAIRS = (
    ("faithfulness", "unsupported", False),
    ("answer_relevancy", "cited_correct", True),
    ("context_recall", "cited_correct", True),
    ("factual_correctness", "figures_right", True),
    ("helpfulness", "answered_and_cited_correct", True),
)
"""Judged metric, fact decided by code, and whether the fact being true should go with a high mark."""

LEAST = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """``auroc``: chance that the judge marks a good case above a bad one; ``kappa``: Cohen's, at the mark 0.5."""

    metric: str
    against: str
    cases: int
    auroc: float | None
    kappa: float
    agreed: float


def agreements(judged: Sequence[CaseScore], decided: Sequence[CaseScore]) -> Iterator[Agreement]:
    """Judged metrics against the deterministic ones of the same run; pairs with fewer than ``LEAST`` cases are left out."""
    facts = {case.id: case for case in decided}
    for metric, fact, straight in PAIRS:
        rows = [
            (case.values[metric], truth == straight)
            for case in judged
            if metric in case.values and case.id in facts and (truth := _truth(facts[case.id], fact)) is not None
        ]
        if len(rows) >= LEAST:
            yield _agreement(metric, fact, rows)


def with_labels(judged: Sequence[CaseScore], labels: Mapping[str, Mapping[str, bool]]) -> Iterator[Agreement]:
    """Judged metrics against people's labels ``{case id: {metric: good}}``."""
    for metric in sorted({name for row in labels.values() for name in row}):
        rows = [
            (case.values[metric], labels[case.id][metric])
            for case in judged
            if metric in case.values and metric in labels.get(case.id, {})
        ]
        if len(rows) >= LEAST:
            yield _agreement(metric, "people", rows)


def _truth(case: CaseScore, fact: str) -> bool | None:
    if fact in case.counts:
        return case.counts[fact] > 0
    value = case.values.get(fact)
    return None if value is None else value >= 1


def _agreement(metric: str, against: str, rows: Sequence[tuple[float, bool]]) -> Agreement:
    marks, good = [mark for mark, _ in rows], [truth for _, truth in rows]
    said = [mark >= 0.5 for mark in marks]
    agreed = float(np.mean([one == other for one, other in zip(said, good, strict=True)]))
    mixed = 0 < sum(good) < len(good)
    return Agreement(
        metric, against, len(rows), auroc(marks, good) if mixed else None, _kappa(said, good, agreed), agreed
    )


def _kappa(said: Sequence[bool], good: Sequence[bool], agreed: float) -> float:
    """Cohen 1960; 1.0 where both sides say the same of every case."""
    yes, also = float(np.mean(said)), float(np.mean(good))
    chance = yes * also + (1 - yes) * (1 - also)
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)
