"""Fits the weights of ``assistant.similarity.matter`` on the dev pairs: ``python -m evals.tasks.duplicates.training``.

The figures to believe are those of the test split (other matters): ``hotline evals run duplicates``.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from evals.tasks.duplicates.order_pairs import compare
from evals.tasks.duplicates.pairs import labels_of, read_pairs

PAIRS = Path(__file__).resolve().parents[2] / "datasets" / "order_pairs.jsonl"


def main() -> None:
    from sklearn.linear_model import LogisticRegression

    pairs = [pair for pair in read_pairs(PAIRS, split="dev") if pair.kind != "elsewhere"]  # places are judged apart
    parts, labels = compare(pairs).parts, np.array(labels_of(pairs, PAIRS))
    model = LogisticRegression(C=3).fit(parts, labels)
    names = ("category", "meaning", "words")
    weights = dict(zip(names, model.coef_[0].round(2).tolist(), strict=True))
    print(json.dumps({"pairs": len(pairs)} | weights | {"bias": round(float(model.intercept_[0]), 2)}))


if __name__ == "__main__":
    main()
