"""Runs the product's search over a retrieval set."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from evals.contracts import DatasetError, RunOptions, TaskResult
from evals.metrics.ranking import bootstrap_interval, first_satisfied, mean_scores, score_ranking
from evals.tasks.retrieve.cases import RetrievalCase, read_cases
from evals.tasks.retrieve.library import open_library, row_of
from retrieval.contracts import ScoredPassage, SearchQuery
from retrieval.search import Search

_RANKED_ROWS = 100
_PASSAGES = 200
"""As many as the second stage sees, so that the order is the one a user gets."""
_OPTIONS = {"national_only", "index"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the search gave for one case: rows with the score of their best passage, best first; time of a top 10."""

    case: RetrievalCase
    ranked: list[tuple[str, float]]
    texts: dict[str, str]
    milliseconds: float

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.ranked]


class RetrieveTask:
    """Options: ``national_only=true`` leaves out rows with a region, ``index=DIR`` keeps the built index there."""

    name = "retrieve"

    def run(self, options: RunOptions) -> TaskResult:
        unknown = set(options.extra) - _OPTIONS
        if unknown or not options.corpus:
            raise DatasetError(
                "retrieve needs --corpus FILE; its options are --set national_only=true and --set index=DIR"
            )
        cases = read_cases(options.dataset, options.limit)
        national = options.extra.get("national_only") == "true"
        index = Path(options.extra["index"]) if "index" in options.extra else None
        with open_library(options.corpus, national_only=national, index=index) as search:
            outcomes = [search_case(search, case) for case in cases]
            config = {"passages": search.index.count(), "index": search.index.version, "national_only": national}
        return _report(outcomes, config)


def search_case(search: Search, case: RetrievalCase) -> Outcome:
    """Ranks rows by their best passage, and times the ten hits a user would wait for."""
    today = date.today()
    begun = time.perf_counter()
    search.search(SearchQuery(case.question, as_of=today, k=10))
    spent = (time.perf_counter() - begun) * 1000
    hits = search.search(SearchQuery(case.question, as_of=today, k=_PASSAGES)).hits
    return Outcome(case, *_best_per_row(hits), spent)


def _best_per_row(hits: Sequence[ScoredPassage]) -> tuple[list[tuple[str, float]], dict[str, str]]:
    ranked: dict[str, float] = {}
    texts: dict[str, str] = {}
    for hit in hits:
        name = row_of(hit.passage)
        if name not in ranked and len(ranked) < _RANKED_ROWS:
            ranked[name] = hit.score
            texts[name] = f"《{hit.passage.title}》{hit.passage.clause} {hit.passage.text[:80]}"
    return list(ranked.items()), texts


def _report(outcomes: Sequence[Outcome], config: dict[str, Any]) -> TaskResult:
    scores = [score_ranking(outcome.names, outcome.case.groups) for outcome in outcomes]
    metrics = mean_scores(scores)
    for name in ("nDCG@10", "hit@10", "hit@1"):
        low, high = bootstrap_interval([score[name] for score in scores]) if scores else (0.0, 0.0)
        metrics |= {f"{name}_low": low, f"{name}_high": high}
    times = [outcome.milliseconds for outcome in outcomes] or [0.0]
    return TaskResult(
        n=len(outcomes),
        metrics=metrics,
        latency={f"p{share}": float(np.percentile(times, share)) for share in (50, 95, 99)},
        config=config,
        predictions=[_prediction(outcome) for outcome in outcomes],
        failures=list(_failures(outcomes)),
    )


def _prediction(outcome: Outcome) -> dict[str, Any]:
    ranked = [{"id": name, "score": round(score, 6)} for name, score in outcome.ranked]
    return {"id": outcome.case.id, "ranked": ranked}


def _failures(outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """Questions whose first ten rows hold nothing that answers, with what stood there instead."""
    for outcome in outcomes:
        places = first_satisfied(outcome.names, outcome.case.groups)
        if not any(0 <= place < 10 for place in places):
            wanted = [sorted(group) for group in outcome.case.groups]
            got = [outcome.texts[name] for name in outcome.names[:3]]
            yield {
                "id": outcome.case.id,
                "question": outcome.case.question,
                "expected": wanted,
                "places": places,
                "got": got,
            }
