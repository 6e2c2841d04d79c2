"""Asks every question twice, with its documents in the library and without, and compares how sure the search is.

"Without" leaves the relevant rows out of recall, so the library is otherwise the same. Near copies of a removed document
stay and may rightly answer, which is why no engine reaches 1.0 on sets that hold copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from evals.contracts import CaseScore, DatasetError, RunOptions, TaskResult
from evals.measures import Mean
from evals.metrics.ranking import auroc
from evals.tasks.retrieve.cases import RetrievalCase, read_cases
from evals.tasks.retrieve.library import open_library, row_of
from retrieval.answerability import default_model
from retrieval.contracts import SearchQuery
from retrieval.ports import Candidate, PassageReader
from retrieval.recall_tokens import sparse_query
from retrieval.search import Search

_CANDIDATES = 200
_SPARE = 200
"""Recalled beyond the candidates, to fill up what the removed documents leave."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How sure the search is of one question with and without its documents."""

    case: RetrievalCase
    present: float
    removed: float


class RefuseTask:
    """Options: ``index=DIR`` keeps the built index there. The corpus is that of ``retrieve``."""

    name = "refuse"

    def run(self, options: RunOptions) -> TaskResult:
        if set(options.extra) - {"index"} or not options.corpus:
            raise DatasetError("refuse needs --corpus FILE; its option is --set index=DIR")
        cases = read_cases(options.dataset, options.limit)
        index = Path(options.extra["index"]) if "index" in options.extra else None
        with open_library(options.corpus, index=index) as search:
            pairs = [_ask(search, case) for case in cases]
        return _report(pairs)


def _ask(search: Search, case: RetrievalCase) -> Pair:
    reader = search.index.snapshot()
    query = SearchQuery(case.question, as_of=date.today())
    found = reader.recall(sparse_query(case.question), None, query, _CANDIDATES + _SPARE)
    gold = {name for group in case.groups for name in group}
    rows = {passage.id: row_of(passage) for passage in reader.fetch([candidate.passage_id for candidate in found])}
    others = [candidate for candidate in found if rows[candidate.passage_id] not in gold]
    return Pair(case, *(_sure(search, reader, case.question, some[:_CANDIDATES]) for some in (found, others)))


def _sure(search: Search, reader: PassageReader, question: str, candidates: Sequence[Candidate]) -> float:
    return search.rank(reader, question, candidates)[1]


def _report(pairs: Sequence[Pair]) -> TaskResult:
    threshold = default_model().threshold
    sure = [pair.present for pair in pairs] + [pair.removed for pair in pairs]
    answered = np.mean([pair.present >= threshold for pair in pairs])
    refused = np.mean([pair.removed < threshold for pair in pairs])
    return TaskResult(
        n=len(pairs),
        metrics={
            "AUROC": auroc(sure, [True] * len(pairs) + [False] * len(pairs)),
            "answered_when_present": float(answered),
            "refused_when_removed": float(refused),
        },
        latency={},
        config={"threshold": threshold},
        predictions=[{"id": pair.case.id, "present": pair.present, "removed": pair.removed} for pair in pairs],
        failures=[
            {"id": pair.case.id, "question": pair.case.question, "present": pair.present, "removed": pair.removed}
            for pair in pairs
            if pair.present < threshold <= pair.removed
        ],
        cases=[_score(pair, threshold) for pair in pairs],
        measures=[Mean("answered_when_present"), Mean("refused_when_removed")],
    )


def _score(pair: Pair, threshold: float) -> CaseScore:
    answered, refused = pair.present >= threshold, pair.removed < threshold
    return CaseScore(pair.case.id, {"answered_when_present": float(answered), "refused_when_removed": float(refused)})
