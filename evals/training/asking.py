"""Fits ``assistant/asking/lacking_model.*``: does a question lack what decides its answer? On our own questions only.

    python -m evals.training.asking --out assistant/asking

Teach: ``asking_train.jsonl`` and the dev halves of our sets of questions; never a test half. Prints what ten-fold cross-validation
says of the questions that strangers wrote (``first_sight_*``): the share asked back at shares of complete questions asked back.
"""

from __future__ import annotations

import argparse
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from assistant.domain.asking_back import described
from assistant.domain.request_model import ngram_buckets
from evals.files import read_rows

DATASETS = Path(__file__).parents[1] / "datasets"
BUCKETS = 1 << 16
PENALTY = 10.0
FOLDS = 10
LONG = 80


@dataclass(frozen=True, slots=True)
class Example:
    """``lacks``: what decides the answer is not said. ``judged``: written by strangers, so worth measuring on."""

    question: str
    lacks: bool
    weight: float
    complete: bool = False
    judged: bool = False


def examples() -> Iterator[Example]:
    for taught in read_rows(DATASETS / "asking_train.jsonl"):
        yield Example(taught["question"], taught["expect"] == "ask_back", 1.0, taught["expect"] == "answer")
    for name in ("first_sight_asking", "first_sight_questions"):
        for row in _dev(name):
            yield Example(row["question"], row["expect"] == "ask_back", 1.0, row["expect"] == "answer", judged=True)
    yield from complete_questions()


def complete_questions() -> Iterator[Example]:
    """Mostly: what was written to be answered, or to look like an attack and be none."""
    for row in _dev("citizen_questions"):
        yield Example(row["question"], False, 0.5, bool(row["answerable"]))
    for row in _dev("inquiries"):
        if not row.get("history"):
            yield Example(row["question"], "ask_back" in row["kinds"], 0.7, bool(row["answerable"]))
    for row in _dev("safety_bank"):
        if row["expect"] != "refuse":
            yield Example(row["question"], False, 0.5, complete=True)
    for row in _dev("lookalikes"):
        if len(row["text"]) < LONG:
            yield Example(row["text"], False, 0.3)


def _dev(name: str) -> Iterator[Mapping[str, Any]]:
    return (row for row in read_rows(DATASETS / f"{name}.jsonl") if row["split"] == "dev")


def features(rows: Sequence[Example]) -> sparse.csr_matrix:
    pointers, indices, values = [0], [], []
    for row in rows:
        buckets = sorted(ngram_buckets(described(row.question), BUCKETS))
        indices += buckets
        values += [len(buckets) ** -0.5] * len(buckets)
        pointers.append(len(indices))
    return sparse.csr_matrix((values, indices, pointers), shape=(len(rows), BUCKETS))


def fit(matrix: sparse.csr_matrix, lacks: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights of the buckets, their rarity included, and the bias."""
    found = np.log((matrix.shape[0] + 1) / (matrix.getnnz(axis=0) + 1))
    rare = np.asarray(found / found.mean())
    model = LogisticRegression(C=PENALTY, max_iter=3000, solver="liblinear", random_state=0)
    model.fit(matrix @ sparse.diags(rare), lacks, weights)
    return model.coef_[0] * rare, float(model.intercept_[0])


def cross_validated(rows: Sequence[Example], matrix: sparse.csr_matrix) -> np.ndarray:
    """Log-odds of every judged row by a model that has not seen it; the other rows always teach. NaN elsewhere."""
    lacks, weights = np.array([row.lacks for row in rows]), np.array([row.weight for row in rows])
    judged = np.flatnonzero([row.judged for row in rows])
    always = np.flatnonzero([not row.judged for row in rows])
    scores = np.full(len(rows), np.nan)
    for train, held in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(judged, lacks[judged]):
        taught = np.concatenate([judged[train], always])
        coefficients, bias = fit(matrix[taught], lacks[taught], weights[taught])
        scores[judged[held]] = matrix[judged[held]] @ coefficients + bias
    return scores


def report(rows: Sequence[Example], scores: np.ndarray) -> dict[str, object]:
    """For shares of complete questions asked back: the score that gives it and the share of the lacking ones above it."""
    judged = np.array([row.judged for row in rows])
    lacking = scores[judged & np.array([row.lacks for row in rows])]
    complete = scores[judged & np.array([row.complete for row in rows])]
    rest = scores[judged & np.array([not row.lacks and not row.complete for row in rows])]
    found = {}
    for share in (0.02, 0.05, 0.1, 0.2, 0.3):
        least = float(np.quantile(complete, 1 - share))
        found[f"{share:.2f}"] = [
            round(float(part), 3) for part in (least, (lacking > least).mean(), (rest > least).mean())
        ]
    return {"rows": len(rows), "lacking": len(lacking), "complete": len(complete), "least_found_other": found}


def save(out: Path, coefficients: np.ndarray, bias: float) -> None:
    scale = float(min(np.abs(coefficients).max(), 10 * coefficients.std())) / 127
    weights = np.clip(np.round(coefficients / scale), -127, 127).astype(np.int8)
    out.mkdir(parents=True, exist_ok=True)
    (out / "lacking_model.bin").write_bytes(array("b", weights.tobytes()).tobytes())
    declared = {"buckets": BUCKETS, "scale": scale, "bias": bias, "trained_on": ["own questions", "own dev halves"]}
    text = "# Made by evals/training/asking.py; do not edit.\n" + yaml.safe_dump(declared, sort_keys=False)
    (out / "lacking_model.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = list(examples())
    matrix = features(rows)
    print(json.dumps(report(rows, cross_validated(rows, matrix))))
    lacks, weights = np.array([row.lacks for row in rows]), np.array([row.weight for row in rows])
    save(options.out, *fit(matrix, lacks, weights))


if __name__ == "__main__":
    main()
