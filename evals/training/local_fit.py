"""What fitting on a library's own questions would add: two-fold over any retrieval set and its corpus.

    python -m evals.training.local_fit --dataset cases.jsonl --corpus documents.jsonl [--corpus …]

Prints the released models and models fitted on the other half, side by side. Nothing is kept: sets without a licence may
be measured this way and never end in released weights.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.metrics.ranking import auroc
from evals.tasks.retrieve.cases import read_cases
from evals.training.crossfit import halves, order_names, score, table_line
from evals.training.examples import Collection, Example, collect
from evals.training.fitting import WeightedExamples, fit_order, fit_sureness
from evals.training.release import sureness_facts
from retrieval import answerability, reranking
from retrieval.answerability import LogisticModel
from retrieval.reranking import LinearModel

Sureness = list[tuple[float, bool]]


def sure_of(order: LinearModel, model: LogisticModel, held: Collection, examples: Sequence[Example]) -> Sureness:
    """Sureness with and without the documents of each question."""
    return [(model.probability(facts), answered) for facts, answered in sureness_facts(order, held, examples)]


def fitted_elsewhere(held: Collection, seed: int) -> tuple[list[dict[str, float]], Sureness]:
    """Measures and sureness of every question under models of the other half."""
    side = halves([example.case for example in held.examples], seed)
    measured: list[dict[str, float]] = []
    sure: Sureness = []
    for one in (0, 1):
        taught = [held.examples[place] for place in np.flatnonzero(side != one).tolist()]
        judged = [held.examples[place] for place in np.flatnonzero(side == one).tolist()]
        order = fit_order([WeightedExamples(taught, 1.0, any_candidate=True)], order_names(taught[0]), penalty=3e-2)
        known = list(sureness_facts(order, held, taught))
        model = fit_sureness([facts for facts, _ in known], [answered for _, answered in known], penalty=1e-2)
        measured += score(order, judged)
        sure += sure_of(order, model, held, judged)
    return measured, sure


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dataset", type=Path, required=True)
    options.add_argument("--corpus", type=Path, action="append", required=True)
    chosen = options.parse_args()
    held = collect(chosen.corpus, read_cases(chosen.dataset))
    order, model = reranking.default_model(), answerability.default_model()
    print(table_line("released", score(order, held.examples)))
    print(f"released sureness AUROC {_area(sure_of(order, model, held, held.examples)):.3f}")
    measured, sure = fitted_elsewhere(held, 0)
    print(table_line("fitted on the other half", measured))
    print(f"fitted sureness AUROC {_area(sure):.3f}")


def _area(sure: Sureness) -> float:
    return auroc([value for value, _ in sure], [answered for _, answered in sure])


if __name__ == "__main__":
    main()
