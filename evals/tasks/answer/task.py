"""The answers of the whole flow, judged from what they cite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, Measure, RunOptions
from evals.tasks.answer.cases import case_of, rows_of
from evals.tasks.answer.flow import answer_config, open_answers
from evals.tasks.answer.output import sources_of
from evals.tasks.answer.scoring import MEASURES, reasons, score

_ASKED = ("question", "as_of", "region", "history")


class AnswerCases:
    """Options as in ``evals.tasks.answer.flow``."""

    name = "answer"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        return list(rows_of(options.dataset, options.limit, options.extra.get("split")))

    def inputs(self, row: Row) -> Row:
        return {name: row[name] for name in _ASKED if name in row}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return answer_config(options)

    def open(self, options: RunOptions) -> AbstractContextManager[Generate]:
        return open_answers(options)

    def score(self, row: Row, output: Output) -> CaseScore:
        return score(case_of(row), output)

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return MEASURES

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        """With what judges need (``question``, ``contexts``, ``reference``) beside the answer."""
        return {
            "id": row["id"],
            "status": output["status"],
            "ask": output["ask"],
            "text": output["text"],
            "sources": list(sources_of(output)),
            "question": row["question"],
            "contexts": output["contexts"],
            "reference": row.get("answer") or "",
        }

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        case = case_of(row)
        wrong = reasons(case, output, score)
        if not wrong:
            return None
        shown = {"status": output["status"], "text": output["text"], "sources": list(sources_of(output))}
        gold: Sequence[Any] = case.clauses or sorted(case.relevant)
        return {"id": case.id, "reasons": wrong, "question": case.question, **shown, "gold": list(gold)}
