"""Fits ``assistant/screening/danger_model.*``: danger now against all else that is told to a hotline, on our own sentences.

``python -m evals.tasks.triage.training --out assistant/screening`` (extra ``train``). Sentences made by three grammars teach which
words of danger change places with each other, and what everyday complaints are like; they never judge. Never sees the test splits of ``appeals.jsonl``
and ``first_sight_emergencies.jsonl``, nor ``emergencies.jsonl``. Prints what eight-fold cross-validation over the written sentences says of rules and model together.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.screening_files import load_danger_rules, load_screener, load_variants
from assistant.appeal_cues import load_category_examples
from assistant.city_pack import city_pack_folder
from assistant.domain.emergencies import EmergencyWatch
from assistant.domain.request_model import RequestModel, ngram_buckets
from evals.files import read_rows
from evals.grammar import made_sentences

DATASETS = Path(__file__).parent.parent.parent / "datasets"
BUCKETS = 1 << 17
THRESHOLD = -0.9
LONG_THRESHOLD = -0.4
MADE = 12_000
EVERYDAY = 8_000
FRAMED = 4_000
SHORT_CHARS = 150
GUIDE_LINES = 4_000
_NO_EVENT = re.compile("^(?:坐席：.*?市民：|市民：)|救命[啊呀]?|快(?:来人|来|点|派人来?)[^，。]*$|[！!]+")
"""Who speaks, and cries for help: what is left of a sentence of danger can be told in another frame."""
_CLAUSE = re.compile("[，。]")
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
    for row in read_rows(DATASETS / "first_sight_emergencies.jsonl"):
        if row["split"] == "dev":
            yield Example(row["text"], row["diversion"] is not None, 2.0)
    yield from own_words()
    yield from guide_lines()
    yield from made()
    catalogue = city_pack_folder(None) / "catalogue"
    yield from (Example(sentence, False, 1.0, judged=False) for _, sentence in load_category_examples(catalogue))
    for category in load_catalogue(catalogue).categories:
        yield from (Example(cue, False, 0.15, judged=False) for cue in category.cues)


def made() -> Iterator[Example]:
    """Sentences of the grammars, and those of danger once more in frames that excuse them or do not."""
    grammars = Path(__file__).parent
    danger = list(made_sentences(grammars / "danger_grammar.yaml", MADE))
    yield from (Example(text, True, 0.3, judged=False) for text in danger)
    events = [event for event in (_NO_EVENT.sub("", text).strip("，。 ") for text in danger) if 5 <= len(event) <= 40]
    slots = {"event": events, "first": [_CLAUSE.split(event)[0] for event in events]}
    kinds: tuple[tuple[str, bool, int, dict[str, list[str]]], ...] = (
        ("calm", False, MADE, {}),
        ("everyday", False, EVERYDAY, {}),
        ("framed_danger", True, FRAMED, slots),
        ("framed_calm", False, FRAMED, slots),
    )
    for name, is_danger, count, further in kinds:
        for text in made_sentences(grammars / f"{name}_grammar.yaml", count, further=further):
            yield Example(text, is_danger, 0.3, judged=False)


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


def rarity(matrix: sparse.csr_matrix) -> np.ndarray:
    """Inverse document frequency of every bucket, one on average: what stands everywhere says little."""
    found = np.log((matrix.shape[0] + 1) / (matrix.getnnz(axis=0) + 1))
    return np.asarray(found / found.mean())


def fit(matrix: sparse.csr_matrix, danger: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights of the buckets, rarity included, and the bias."""
    rare = rarity(matrix)
    model = LogisticRegression(C=30.0, max_iter=3000, solver="liblinear", random_state=0)
    model.fit(matrix @ sparse.diags(rare), danger, weights)
    return model.coef_[0] * rare, float(model.intercept_[0])


def cross_validated(rows: Sequence[Example], matrix: sparse.csr_matrix) -> np.ndarray:
    """Whether every judged row alarms, by the rules and a model that has not seen it; the other rows always train."""
    danger, weights, judged = columns(rows)
    alarms, always, places = np.zeros(len(rows), dtype=bool), np.flatnonzero(~judged), np.flatnonzero(judged)
    for train, held in StratifiedKFold(8, shuffle=True, random_state=0).split(places, danger[places]):
        fitted = np.concatenate([places[train], always])
        watch = EmergencyWatch.of(
            load_screener(), load_danger_rules(), model_of(*fit(matrix[fitted], danger[fitted], weights[fitted]))
        )
        for place in places[held]:
            alarms[place] = watch.find(rows[place].text) is not None
    return alarms


def columns(rows: Sequence[Example]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Danger, weight and whether it is judged, of every row."""
    judged = np.array([row.judged for row in rows])
    return np.array([row.danger for row in rows]), np.array([row.weight for row in rows]), judged


def model_of(coefficients: np.ndarray, bias: float) -> RequestModel:
    scale, weights = rounded(coefficients)
    return RequestModel(
        "handover_emergency", array("b", weights.tobytes()), scale, bias, THRESHOLD, LONG_THRESHOLD, False
    )


def rounded(coefficients: np.ndarray) -> tuple[float, np.ndarray]:
    """Scale and signed bytes; the few weights beyond ten deviations are cut, or they would blur all others."""
    scale = float(min(np.abs(coefficients).max(), 10 * coefficients.std())) / 127
    return scale, np.clip(np.round(coefficients / scale), -127, 127).astype(np.int8)


def save(out: Path, coefficients: np.ndarray, bias: float) -> None:
    scale, weights = rounded(coefficients)
    (out / "danger_model.bin").write_bytes(weights.tobytes())
    declared = {
        "status": "handover_emergency",
        "asking_only": False,
        "buckets": BUCKETS,
        "scale": scale,
        "bias": bias,
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
    danger, weights, judged = columns(rows)
    matrix = features(rows)
    alarms = cross_validated(rows, matrix)
    save(options.out, *fit(matrix, danger, weights))
    recall, false = alarms[danger & judged].mean(), alarms[~danger & judged].mean()
    print(json.dumps({"rows": len(rows), "recall": round(float(recall), 3), "false_alarms": round(float(false), 3)}))


if __name__ == "__main__":
    main()
