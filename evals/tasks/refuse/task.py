"""Asks every question twice, with its documents in the library and without, and compares how sure the search is.

"Without" leaves the relevant rows out of recall, so the library is otherwise the same. Near copies of a removed document
stay and may rightly answer, which is why no engine reaches 1.0 on sets that hold copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions
from evals.files import read_rows
from evals.library import open_library, row_of
from evals.pooled_measures import Auroc
from evals.row_forms import with_relevant
from evals.tasks.retrieve.cases import RetrievalCase, case_of
from retrieval.answerability import default_model
from retrieval.contracts import SearchQuery
from retrieval.ports import Candidate, PassageReader
from retrieval.recall_tokens import sparse_query
from retrieval.search import Search

_CANDIDATES = 200
_SPARE = 200
"""Recalled beyond the candidates, to fill up what the removed documents leave."""


class RefuseCases:
    """Options: ``index=DIR`` keeps the built index there. The corpus is that of ``retrieve``.

    Output: how sure the search is of the question with its documents (``present``) and without (``removed``).
    """

    name = "refuse"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError``: an unknown option, no corpus, or a row without what it needs."""
        if set(options.extra) - {"index", "concurrency"} or not options.corpus:
            raise DatasetError("refuse needs --corpus FILE; its option is --set index=DIR")
        rows = with_relevant(list(read_rows(options.dataset, options.limit)), options.corpus)
        for number, row in enumerate(rows, start=1):
            case_of(options.dataset, number, row)
        return rows

    def inputs(self, row: Row) -> Row:
        """The relevant documents are part of the input here: they are taken away."""
        groups = case_of(None, 0, row).groups
        return {"question": row["question"], "without": [sorted(group) for group in groups]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"threshold": default_model().threshold, "as_of": date.today().isoformat()}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        index = Path(options.extra["index"]) if "index" in options.extra else None
        with open_library(options.corpus, index=index, dated=False) as search:

            async def ask(row: Row) -> Output:
                return _ask(search, case_of(None, 0, row))

            yield ask

    def score(self, row: Row, output: Output) -> CaseScore:
        threshold = default_model().threshold
        values = {
            "answered_when_present": float(output["present"] >= threshold),
            "refused_when_removed": float(output["removed"] < threshold),
        }
        return CaseScore(str(row["id"]), values, {name: output[name] for name in ("present", "removed")})

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return [Auroc("AUROC", "present", "removed")]

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": str(row["id"]), **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        """Refused with its documents there, or answered without them."""
        wrong = [name for name, value in score.values.items() if not value]
        return {"id": str(row["id"]), "reasons": wrong, "question": row["question"], **output} if wrong else None


def _ask(search: Search, case: RetrievalCase) -> Output:
    reader = search.index.snapshot()
    query = SearchQuery(case.question, as_of=date.today())
    found = reader.recall(sparse_query(case.question), None, query, _CANDIDATES + _SPARE)
    gold = {name for group in case.groups for name in group}
    rows = {passage.id: row_of(passage) for passage in reader.fetch([candidate.passage_id for candidate in found])}
    others = [candidate for candidate in found if rows[candidate.passage_id] not in gold]
    sure = (_sure(search, reader, case.question, some[:_CANDIDATES]) for some in (found, others))
    return dict(zip(("present", "removed"), sure, strict=True))


def _sure(search: Search, reader: PassageReader, question: str, candidates: Sequence[Candidate]) -> float:
    return float(search.rank(reader, question, candidates)[1])
