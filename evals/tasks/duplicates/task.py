"""Pairs of texts judged as duplicates or not: precision, recall and F1 of the pairs.

Without ``--history`` pairs are judged as the service judges an appeal against an order of the past. With it, a model is fitted on
those pairs (the dataset itself: cross-fitted, texts of one question in one fold) and forgotten afterwards.
Rows without q1 and q2 are messages: they are grouped as in task ``topics``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.contracts import CaseScore, RunOptions, TaskResult
from evals.files import read_rows
from evals.measures import F1, Ratio, figures_of, means_of
from evals.tasks.duplicates.order_pairs import compare
from evals.tasks.duplicates.pair_model import crossfit, fit
from evals.tasks.duplicates.pairs import Pair, labels_of, read_pairs
from evals.tasks.topics.task import TopicsTask
from evals.whole_run import whole_outputs

SAME = 0.5
MEASURES = (
    Ratio("pair_precision", "hit", "said"),
    Ratio("pair_recall", "hit", "true"),
    F1("pair_f1", "hit", "said", "true"),
)
Floats = NDArray[np.float64]


class DuplicatesTask:
    """Options with ``--set``: split; event (rows that are messages, see ``topics``)."""

    name = "duplicates"

    def run(self, options: RunOptions) -> TaskResult:
        """Raises ``DatasetError``."""
        head = next(read_rows(options.dataset, 1), {})
        if "q1" not in head:
            return TopicsTask().run(options)
        pairs = read_pairs(options.dataset, options.limit, options.extra.get("split"))
        inputs = [{"q1": pair.first, "q2": pair.second, "category2": pair.category} for pair in pairs]
        outputs, seconds, reused = whole_outputs(
            "duplicates", dict(options.extra), inputs, options, lambda: judged(pairs, options).tolist()
        )
        chances = np.array(outputs)
        cases = [scored(pair, chance) for pair, chance in zip(pairs, chances, strict=True) if pair.same is not None]
        measures = [*means_of(cases), *MEASURES]
        return TaskResult(
            n=len(pairs),
            metrics=figures_of(cases, measures),
            latency={"mean": seconds * 1000 / len(pairs)},
            config={"history": len(options.history), **options.extra},
            predictions=[row for pair, chance in zip(pairs, chances, strict=True) for row in predicted(pair, chance)],
            failures=[
                failed(pair, chance) for pair, chance in zip(pairs, chances, strict=True) if is_wrong(pair, chance)
            ],
            cases=cases,
            measures=measures,
            reused=reused,
        )


def judged(pairs: Sequence[Pair], options: RunOptions) -> Floats:
    """The chance of each pair to tell of the same thing."""
    if not options.history:
        return compare(pairs).chances()
    if [path.resolve() for path in options.history] == [options.dataset.resolve()]:
        return crossfit(pairs, labels_of(pairs, options.dataset))
    known = [pair for path in options.history for pair in read_pairs(path)]
    seen = {(pair.first, pair.second) for pair in pairs}
    known = [pair for pair in known if (pair.first, pair.second) not in seen]
    return fit(known, labels_of(known, options.history[0])).chances(pairs)


def scored(pair: Pair, chance: float) -> CaseScore:
    said, true = chance >= SAME, bool(pair.same)
    counts = {"hit": float(said and true), "said": float(said), "true": float(true)}
    names = ("accuracy", f"right_{pair.kind}") if pair.kind else ("accuracy",)
    return CaseScore(pair.id, dict.fromkeys(names, float(said == true)), counts)


def predicted(pair: Pair, chance: float) -> list[Mapping[str, Any]]:
    """Two rows a pair: the same cluster where the texts are judged to tell of the same thing."""
    first, second = f"{pair.id}/q1", f"{pair.id}/q2"
    score = round(float(chance), 4)
    return [
        {"id": first, "cluster": first, "score": score},
        {"id": second, "cluster": first if chance >= SAME else second, "score": score},
    ]


def is_wrong(pair: Pair, chance: float) -> bool:
    return pair.same is not None and (chance >= SAME) != pair.same


def failed(pair: Pair, chance: float) -> Mapping[str, Any]:
    return {"id": pair.id, "q1": pair.first, "q2": pair.second, "same": pair.same, "score": round(float(chance), 4)}
