"""Two-fold measurement of the reranker on lay questions, and of the released models on notices.

    python -m evals.training.crossfit --weights embedding-weights.npy --seeds 2

Everything that is fitted (vectors, order) is fitted on one half and reported on the other; then the halves swap. Questions
that share a gold article stay in one half, which is stricter than a random split (``--random`` gives that one).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.metrics.ranking import bootstrap_interval, score_ranking
from evals.tasks.retrieve.cases import RetrievalCase, read_cases
from evals.training.examples import Collection, Example, collect, notice_questions
from evals.training.fitting import WeightedExamples, fit_order
from evals.training.sources import Sources, default_sources
from evals.training.tuning import Texts, out_of_fold, tune, with_vectors
from retrieval.passage_features import STATUTE
from retrieval.reranking import LinearModel
from retrieval.static_embedding import Vectors, Vocabulary, default_embedding

NOTICE_WEIGHT, PACK_WEIGHT = 1.0, 0.2
_NOTICE_QUESTIONS = 700
_SHOWN = ("nDCG@10", "hit@1", "hit@10", "recall@100")


def halves(cases: Sequence[RetrievalCase], seed: int, *, random_split: bool = False) -> NDArray[np.int64]:
    """Side 0 or 1 of every case; cases joined by a gold article (also through others) share a side."""
    group = np.arange(len(cases)) if random_split else _components(cases)
    order = np.random.default_rng(seed).permutation(np.unique(group))
    side = np.zeros(len(cases), np.int64)
    size = [0, 0]
    for one in order:
        smaller = int(size[1] < size[0])
        side[group == one] = smaller
        size[smaller] += int((group == one).sum())
    return side


def _components(cases: Sequence[RetrievalCase]) -> NDArray[np.int64]:
    label = np.arange(len(cases))
    seen: dict[str, int] = {}
    for place, case in enumerate(cases):
        for name in sorted({name for one in case.groups for name in one}):
            other = seen.setdefault(name, place)
            label[label == label[place]] = label[other]
    return label


def lay_collection(sources: Sources) -> Collection:
    """Lay questions over the national articles."""
    cases = read_cases(sources.folder / "retrieve/lecoqa.jsonl")
    return collect([sources.folder / "corpus/laws_articles.jsonl.gz"], cases, national_only=True)


def notice_collection(sources: Sources) -> Collection:
    """Made-up questions over notices, with all statutes as distraction."""
    files = [sources.folder / "corpus/hebei.jsonl.gz", sources.folder / "corpus/laws.jsonl.gz"]
    notices = collect(files[:1], []).passages
    return collect(files, notice_questions(notices, _NOTICE_QUESTIONS))


def fit(lay: Sequence[Example], notices: Sequence[Example], pack: Sequence[Example] = ()) -> LinearModel:
    """One order for statutes, notices and guides; without questions to guides, these are taken for notices."""
    sets = [WeightedExamples(lay, 1.0), WeightedExamples(notices, NOTICE_WEIGHT, any_candidate=True)]
    if pack:
        sets.append(WeightedExamples(pack, PACK_WEIGHT, any_candidate=True))
    return fit_order(sets, order_names(lay[0]))


def order_names(example: Example) -> list[str]:
    """Features that the order is fitted on."""
    return sorted(set(example.features) - {STATUTE})


def score(model: LinearModel, examples: Sequence[Example]) -> list[dict[str, float]]:
    """Measures of each example under the model."""
    return [score_ranking(_ranked(model, example), example.case.groups) for example in examples]


def _ranked(model: LinearModel, example: Example) -> list[str]:
    order = np.argsort(-model.score(example.features), kind="stable")
    return list(dict.fromkeys(example.names[order].tolist()))


def crossfit(
    lay: Collection, notices: Collection, vocabulary: Vocabulary, weight: Vectors, seed: int, *, random_split: bool
) -> list[dict[str, float]]:
    """Measures of every lay question, each under models that never saw its half."""
    texts, examples = Texts(lay), lay.examples
    side = halves([example.case for example in examples], seed, random_split=random_split)
    measured: list[dict[str, float]] = [{} for _ in examples]
    for held in (0, 1):
        judged = np.flatnonzero(side == held).tolist()
        taught = [examples[place] for place in np.flatnonzero(side != held).tolist()]
        inner = halves([example.case for example in taught], seed + 100, random_split=random_split)
        model = fit(out_of_fold(vocabulary, weight, texts, taught, inner, seed), notices.examples)
        tuned = tune(vocabulary, weight, texts, taught, seed)
        scored = score(model, with_vectors(vocabulary, tuned, texts, [examples[place] for place in judged]))
        for place, result in zip(judged, scored, strict=True):
            measured[place] = result
    return measured


def table_line(name: str, measured: Sequence[dict[str, float]]) -> str:
    """Means with 95 % bootstrap intervals over questions."""
    cells = []
    for measure in _SHOWN:
        values = [one[measure] for one in measured]
        low, high = bootstrap_interval(values)
        cells.append(f"{measure} {np.mean(values):.3f} [{low:.3f}, {high:.3f}]")
    return f"{name:<28}" + "  ".join(cells)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weights", type=Path, required=True, help="float weights of evals.training.embedding")
    options.add_argument("--seeds", type=int, default=2)
    options.add_argument("--random", action="store_true", help="split at random instead of by gold article")
    chosen = options.parse_args()
    sources, weight = default_sources(), np.load(chosen.weights)
    vocabulary = default_embedding().vocabulary
    lay, notices = lay_collection(sources), notice_collection(sources)
    runs = [
        crossfit(lay, notices, vocabulary, weight, seed, random_split=chosen.random) for seed in range(chosen.seeds)
    ]
    mean = [{name: float(np.mean([run[p][name] for run in runs])) for name in _SHOWN} for p in range(len(runs[0]))]
    print(table_line("lay questions, two-fold", mean))


if __name__ == "__main__":
    main()
