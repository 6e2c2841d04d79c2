"""Fits what is released: tuned vectors, the order and the sureness, each with its card.

    python -m evals.training.release --weights embedding-weights.npy

Data: lay questions (lecoqa, MIT), statutes and notices (public), legal answers (lawbench, Apache-2.0, by way of the vectors
and the citation counts) and the development questions of our own pack. Sets without a licence take no part.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from evals.files import read_rows
from evals.tasks.retrieve.cases import RetrievalCase
from evals.training.crossfit import fit, halves, lay_collection, notice_collection
from evals.training.embedding import TARGET, Trainer, save
from evals.training.examples import Collection, Example, collect
from evals.training.fitting import fit_sureness
from evals.training.sources import default_sources
from evals.training.tuning import Texts, out_of_fold, tune, with_vectors
from retrieval.answerability import EVIDENCE, LogisticModel, evidence
from retrieval.passage_features import features
from retrieval.reranking import LinearModel
from retrieval.static_embedding import Vectors, default_embedding

DATA = TARGET.parent
_ROOT = TARGET.parents[2]
_ANSWERED_SHARE = 0.95
"""The threshold lets through this share of training questions whose documents are there."""
_COUNTED, _SURENESS_PENALTY = (0.3, 1.0, 3.0), 5e-2
"""A lay question without its article often has a like one left, so its "unanswered" counts less; the pack is the product's."""
_USED = (
    "retrieve/lecoqa.jsonl",
    "corpus/laws_articles.jsonl.gz",
    "corpus/laws.jsonl.gz",
    "corpus/hebei.jsonl.gz",
    "qa/lawbench_3-8.jsonl",
)


def pack_collection() -> Collection:
    """Development questions of the pack over its documents."""
    rows = [row for row in read_rows(_ROOT / "evals/datasets/inquiries.jsonl") if row.get("split") == "dev"]
    cases = [
        RetrievalCase(row["id"], row["question"], [frozenset({clause["document"]}) for clause in row["clauses"]])
        for row in rows
        if row.get("clauses")
    ]
    return collect([_ROOT / "policy_corpus/documents"], cases)


def sureness_facts(
    model: LinearModel, collection: Collection, examples: Sequence[Example]
) -> Iterator[tuple[dict[str, float], bool]]:
    """Facts of each question with its documents among the candidates, and without."""
    for example in examples:
        if example.relevant.any():
            yield _facts(model, collection, example), True
        without = _without(example)
        if len(without.rows):
            yield _facts(model, collection, without), False


def _without(example: Example) -> Example:
    kept = ~example.relevant
    fresh = {name: values[kept] for name, values in example.features.items()}
    return replace(
        example, rows=example.rows[kept], names=example.names[kept], features=fresh, relevant=example.relevant[kept]
    )


def _facts(model: LinearModel, collection: Collection, example: Example) -> dict[str, float]:
    """As ``LearnedReranker`` sees them: among the candidates that are left."""
    found = features(collection.forward, example.case.question, example.rows)
    scores = model.score(found)
    order = np.argsort(-scores, kind="stable")
    return evidence({name: found[name][order] for name in EVIDENCE}, scores[order])


def tuned_for_release(lay: Collection, weight: Vectors) -> tuple[list[Example], Vectors]:
    """Lay examples with vectors that never saw them, and vectors that saw all."""
    vocabulary, texts = default_embedding().vocabulary, Texts(lay)
    side = halves([example.case for example in lay.examples], 0)
    fair = out_of_fold(vocabulary, weight, texts, lay.examples, side, 0)
    return fair, tune(vocabulary, weight, texts, lay.examples, 0)


def write_models(order: LinearModel, sureness: LogisticModel, note: Mapping[str, Any]) -> None:
    linear = {"names": list(order.names), **_rounded(order)}
    logistic = {
        "names": list(sureness.names),
        **_rounded(sureness),
        "bias": sureness.bias,
        "threshold": sureness.threshold,
    }
    for name, model in (("reranker.json", linear), ("answerability.json", logistic)):
        text = json.dumps({"card": dict(note), **model}, ensure_ascii=False, indent=1)
        (DATA / name).write_text(text + "\n", encoding="utf-8")


def _rounded(model: LinearModel | LogisticModel) -> dict[str, Any]:
    return {name: np.round(getattr(model, name).astype(float), 6).tolist() for name in ("centre", "spread", "weights")}


def fitted_sureness(known: Sequence[Sequence[tuple[dict[str, float], bool]]]) -> LogisticModel:
    """From the facts of lay questions, of made-up ones on notices, and of those of the pack, in this order."""
    rows = [(*row, counts) for part, counts in zip(known, _COUNTED, strict=True) for row in part]
    facts, answers = [row[0] for row in rows], [row[1] for row in rows]
    model = fit_sureness(facts, answers, _SURENESS_PENALTY, [row[2] for row in rows])
    return replace(model, threshold=threshold_of(model, facts, answers))


def threshold_of(model: LogisticModel, facts: Sequence[Mapping[str, float]], answers: Sequence[bool]) -> float:
    present = [model.probability(fact) for fact, answered in zip(facts, answers, strict=True) if answered]
    return round(float(np.quantile(present, 1 - _ANSWERED_SHARE)), 3)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weights", type=Path, required=True, help="float weights of evals.training.embedding")
    weight = np.load(options.parse_args().weights)
    sources, vocabulary = default_sources(), default_embedding().vocabulary
    lay = lay_collection(sources)
    fair, tuned = tuned_for_release(lay, weight)
    notices, pack = notice_collection(sources), pack_collection()
    others = [with_vectors(vocabulary, tuned, Texts(one), one.examples) for one in (notices, pack)]
    order = fit(fair, *others)
    save(Trainer(vocabulary, tuned))
    default_embedding.cache_clear()
    fresh = [replace(one, forward=type(one.forward).build(one.passages)) for one in (lay, notices, pack)]
    sureness = fitted_sureness([list(sureness_facts(order, one, one.examples)) for one in fresh])
    questions = {"lay": len(lay.examples), "notices": len(notices.examples), "pack": len(pack.examples)}
    write_models(
        order,
        sureness,
        {"fitted_by": "evals.training.release", "questions": questions, "data": sources.fingerprint(*_USED)},
    )


if __name__ == "__main__":
    main()
