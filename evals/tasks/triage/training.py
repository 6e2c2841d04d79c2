"""Fits ``assistant/screening/danger_model.*``: danger now against all else that is told to a hotline, on our own sentences.

``python -m evals.tasks.triage.training --out assistant/screening`` (extra ``train``). Sentences made by three grammars teach which
words of danger change places with each other, and what everyday complaints are like; they never judge. Never sees the test split of ``appeals.jsonl`` nor
``emergencies.jsonl``. Prints what eight-fold cross-validation over the written sentences says of the threshold.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.screening_files import load_variants
from assistant.appeal_cues import load_category_examples
from assistant.city_pack import city_pack_folder
from assistant.domain.request_model import ngram_buckets
from evals.files import read_rows
from evals.grammar import made_sentences

DATASETS = Path(__file__).parent.parent.parent / "datasets"
BUCKETS = 1 << 17
THRESHOLD = -0.25
LONG_THRESHOLD = 2.0
MADE = 12_000
EVERYDAY = 8_000
SHORT_CHARS = 150
GUIDE_LINES = 4_000
DANGEROUS = ("emergency", "self_harm")


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    danger: bool
    weight: float
    judged: bool = True


def examples() -> Iterator[Example]:
    """Sentences written as such count most; the catalogue's words only say what is no danger."""
    for row in read_rows(DATASETS / "danger_train.jsonl"):
        yield Example(row["text"], row["danger"], 2.0)
    for row in read_rows(DATASETS / "appeals.jsonl"):
        if row["split"] == "dev":
            yield Example(row["text"], (row["diversion"] or "").startswith("emergency"), 2.0)
    yield from own_words()
    yield from guide_lines()
    for name, danger, count in (("danger", True, MADE), ("calm", False, MADE), ("everyday", False, EVERYDAY)):
        for text in made_sentences(Path(__file__).parent / f"{name}_grammar.yaml", count):
            yield Example(text, danger, 0.3, judged=False)
    catalogue = city_pack_folder(None) / "catalogue"
    yield from (Example(sentence, False, 1.0, judged=False) for _, sentence in load_category_examples(catalogue))
    for category in load_catalogue(catalogue).categories:
        yield from (Example(cue, False, 0.15, judged=False) for cue in category.cues)


def own_words() -> Iterator[Example]:
    """What was written to prove the guards of questions: danger, look-alikes, and questions about policy."""
    for row in read_rows(DATASETS / "attacks.jsonl"):
        if row["split"] == "dev" and row["category"] in DANGEROUS and len(row["text"]) < SHORT_CHARS:
            yield Example(row["text"], True, 1.0, judged=False)
    for row in read_rows(DATASETS / "lookalikes.jsonl"):
        if row["split"] == "dev" and len(row["text"]) < SHORT_CHARS:
            yield Example(row["text"], False, 1.0, judged=False)
    for row in read_rows(DATASETS / "inquiries.jsonl"):
        if row["split"] == "dev":
            yield Example(row["question"], False, 1.0, judged=False)


def guide_lines() -> Iterator[Example]:
    """Lines of the city pack's guides: they speak of fires, poison and accidents all day."""
    lines = {
        line.strip("#-*> ")
        for path in (city_pack_folder(None) / "documents").rglob("*.md")
        for line in path.read_text(encoding="utf-8").split("\n")
    }
    wanted = sorted(line for line in lines if 8 <= len(line) <= SHORT_CHARS)
    for line in random.Random(5).sample(wanted, min(GUIDE_LINES, len(wanted))):
        yield Example(line, False, 0.3, judged=False)


def features(rows: Sequence[Example]) -> sparse.csr_matrix:
    variants = load_variants()
    pointers, indices, values = [0], [], []
    for row in rows:
        buckets = sorted(ngram_buckets(variants.plain(row.text), BUCKETS))
        indices += buckets
        values += [len(buckets) ** -0.5] * len(buckets)
        pointers.append(len(indices))
    return sparse.csr_matrix((values, indices, pointers), shape=(len(rows), BUCKETS))


def fit(matrix: sparse.csr_matrix, danger: np.ndarray, weights: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=30.0, max_iter=3000, solver="liblinear", random_state=0)
    return model.fit(matrix, danger, weights)


def cross_validated(
    matrix: sparse.csr_matrix, danger: np.ndarray, weights: np.ndarray, judged: np.ndarray
) -> np.ndarray:
    """Log-odds of every judged row by a model that has not seen it; the other rows always train."""
    scores, always = np.full(len(danger), np.nan), np.flatnonzero(~judged)
    places = np.flatnonzero(judged)
    for train, held in StratifiedKFold(8, shuffle=True, random_state=0).split(places, danger[places]):
        rows = np.concatenate([places[train], always])
        scores[places[held]] = fit(matrix[rows], danger[rows], weights[rows]).decision_function(matrix[places[held]])
    return scores


def save(out: Path, model: LogisticRegression) -> None:
    coefficients = model.coef_[0]
    scale = float(np.abs(coefficients).max()) / 127
    (out / "danger_model.bin").write_bytes(np.round(coefficients / scale).astype(np.int8).tobytes())
    declared = {
        "status": "handover_emergency",
        "asking_only": False,
        "buckets": BUCKETS,
        "scale": scale,
        "bias": float(model.intercept_[0]),
        "threshold": THRESHOLD,
        "sentence_threshold": LONG_THRESHOLD,
        "trained_on": ["own sentences", "own dev appeals", "own grammars", "own dev questions", "city pack"],
    }
    text = yaml.safe_dump(declared, allow_unicode=True, sort_keys=False)
    head = "# Made by evals/tasks/triage/training.py; do not edit.\n"
    (out / "danger_model.yaml").write_text(head + text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = list(examples())
    danger, weights = np.array([row.danger for row in rows]), np.array([row.weight for row in rows])
    judged = np.array([row.judged for row in rows])
    matrix = features(rows)
    alarms = cross_validated(matrix, danger, weights, judged) >= THRESHOLD
    save(options.out, fit(matrix, danger, weights))
    recall, false = alarms[danger & judged].mean(), alarms[~danger & judged].mean()
    print(json.dumps({"rows": len(rows), "recall": round(float(recall), 3), "false_alarms": round(float(false), 3)}))


if __name__ == "__main__":
    main()
