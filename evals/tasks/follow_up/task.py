"""Rows: ``{id, split, text, contacted, solved, satisfaction}``, ``null`` where the words do not say. Option: split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.stages.assess_follow_up import assess_follow_up
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions
from evals.files import read_split
from evals.measures import MacroF1, Ratio

FIELDS = ("contacted", "solved", "satisfaction")


class FollowUpCases:
    """Output: the three proposed answers."""

    name = "follow_up"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError`` for a row without text or without one of the three labels."""
        return [_checked(row) for row in read_split(options.dataset, options.limit, options.extra.get("split"))]

    def inputs(self, row: Row) -> Row:
        return {"text": row["text"]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"model": "none"}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        async def assess(row: Row) -> Output:
            found = assess_follow_up(row["text"])
            return {name: getattr(found, name) for name in FIELDS}

        yield assess

    def score(self, row: Row, output: Output) -> CaseScore:
        """A wrong answer is worse than an open question: ``said_wrong`` counts answers given that differ from the label."""
        right = {name: float(row[name] == output[name]) for name in FIELDS}
        said = sum(output[name] is not None for name in FIELDS)
        wrong = sum(output[name] is not None and output[name] != row[name] for name in FIELDS)
        labels = {"gold": str(row["solved"]), "said": str(output["solved"])}
        values = {**right, "all_three": float(all(right.values()))}
        return CaseScore(row["id"], values, {"said": said, "wrong": wrong}, labels)

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return (Ratio("said_wrong", "wrong", "said"), MacroF1("f1_solved"))

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        wrong = [name for name in FIELDS if row[name] != output[name]]
        if not wrong:
            return None
        expected, got = ({name: source[name] for name in wrong} for source in (row, output))
        return {"id": row["id"], "reasons": wrong, "text": row["text"], "expected": expected, "got": got}


def _checked(row: Row) -> Row:
    if not isinstance(row.get("text"), str) or any(name not in row for name in FIELDS):
        raise DatasetError(f"{row.get('id', '?')}: a row needs text, {', '.join(FIELDS)}")
    return row
