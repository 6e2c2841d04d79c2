"""Fits what notices weigh in the order; statutes and guides stay as they are released.

    python -m evals.training.notices

Data: the public notices and statutes alone. Needs neither the float weights of the embedding nor a question of any set, so
it can be run again without ``evals.training.release``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from evals.library import passages_of
from evals.training.asked_notices import asked_questions
from evals.training.examples import Example, collect_passages
from evals.training.fitting import WeightedExamples, fit_notices
from evals.training.moved_places import place_questions, scatter
from evals.training.release import DATA
from evals.training.sources import default_sources
from retrieval.reranking import default_model

_SEEDS, _QUESTIONS = (1, 2, 3), 1300
_USED = ("corpus/hebei.jsonl.gz", "corpus/laws.jsonl.gz")


def examples() -> Sequence[Example]:
    """Questions in people's words to notices of all provinces, among the statutes."""
    notices, laws = (default_sources().folder / name for name in _USED)
    moved = scatter(list(passages_of([notices], dated=False)))
    cases = [
        case
        for seed in _SEEDS
        for case in place_questions(moved, asked_questions(moved.passages, _QUESTIONS, seed), seed)
    ]
    return collect_passages([*moved.passages, *passages_of([laws], dated=False)], cases).examples


def main() -> None:
    found = examples()
    model = fit_notices([WeightedExamples(found, 1.0, any_candidate=True)], default_model())
    file = DATA / "reranker.json"
    raw = json.loads(file.read_text(encoding="utf-8"))
    raw["weights"][0] = np.round(model.weights[0].astype(float), 6).tolist()
    data = default_sources().fingerprint(*_USED)
    raw["card"]["notices"] = {"fitted_by": "evals.training.notices", "questions": len(found), "data": data}
    file.write_text(json.dumps(raw, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
