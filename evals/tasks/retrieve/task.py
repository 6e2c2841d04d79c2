"""Runs the product's search over a retrieval set."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions
from evals.files import read_rows
from evals.library import open_library, row_of
from evals.metrics.ranking import first_satisfied, score_ranking
from evals.row_forms import with_relevant
from evals.tasks.retrieve.cases import case_of
from retrieval.contracts import ScoredPassage, SearchQuery
from retrieval.search import Search

_RANKED_ROWS = 100
_PASSAGES = 200
"""As many as the second stage sees, so that the order is the one a user gets."""
_OPTIONS = {"national_only", "index", "concurrency"}


class RetrieveCases:
    """Options: ``national_only=true`` leaves out rows with a region, ``index=DIR`` keeps the built index there.

    Output: the rows by their best passage, best first, with its score; milliseconds of a top 10; the first three texts.
    """

    name = "retrieve"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError``: an unknown option, no corpus, or a row without what it needs."""
        if set(options.extra) - _OPTIONS or not options.corpus:
            raise DatasetError(
                "retrieve needs --corpus FILE; its options are --set national_only=true and --set index=DIR"
            )
        rows = with_relevant(list(read_rows(options.dataset, options.limit)), options.corpus)
        for number, row in enumerate(rows, start=1):
            case_of(options.dataset, number, row)
        return rows

    def inputs(self, row: Row) -> Row:
        return {"question": row["question"]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"national_only": options.extra.get("national_only") == "true", "as_of": date.today().isoformat()}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        national = options.extra.get("national_only") == "true"
        index = Path(options.extra["index"]) if "index" in options.extra else None
        with open_library(options.corpus, national_only=national, index=index, dated=False) as search:

            async def ask(row: Row) -> Output:
                return search_question(search, row["question"])

            yield ask

    def score(self, row: Row, output: Output) -> CaseScore:
        groups = case_of(None, 0, row).groups
        return CaseScore(str(row["id"]), score_ranking(_names(output), groups), seconds=output["milliseconds"] / 1000)

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return ()

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        ranked = [{"id": name, "score": round(score, 6)} for name, score in output["ranked"]]
        return {"id": str(row["id"]), "ranked": ranked}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        """A question whose first ten rows hold nothing that answers, with what stood there instead."""
        case = case_of(None, 0, row)
        places = first_satisfied(_names(output), case.groups)
        if any(0 <= place < 10 for place in places):
            return None
        wanted = [sorted(group) for group in case.groups]
        return {
            "id": case.id,
            "question": case.question,
            "expected": wanted,
            "places": places,
            "got": list(output["got"]),
        }


def search_question(search: Search, question: str) -> Output:
    """Ranks rows by their best passage, and times the ten hits a user would wait for."""
    today = date.today()
    begun = time.perf_counter()
    search.search(SearchQuery(question, as_of=today, k=10))
    spent = (time.perf_counter() - begun) * 1000
    ranked, texts = _best_per_row(search.search(SearchQuery(question, as_of=today, k=_PASSAGES)).hits)
    return {"ranked": [list(pair) for pair in ranked.items()], "milliseconds": spent, "got": texts[:3]}


def _best_per_row(hits: Sequence[ScoredPassage]) -> tuple[dict[str, float], list[str]]:
    ranked: dict[str, float] = {}
    texts: list[str] = []
    for hit in hits:
        name = row_of(hit.passage)
        if name not in ranked and len(ranked) < _RANKED_ROWS:
            ranked[name] = hit.score
            texts.append(f"《{hit.passage.title}》{hit.passage.clause} {hit.passage.text[:80]}")
    return ranked, texts


def _names(output: Output) -> list[str]:
    return [name for name, _ in output["ranked"]]
