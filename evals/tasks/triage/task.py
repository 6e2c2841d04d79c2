"""Runs the flow over every appeal as the service would: masked, split, without history and without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Intake
from assistant.flows.triage_appeal import Learned
from assistant.learning.place_tagger import load_place_tagger
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, Measure, RunOptions
from evals.measures import MacroF1
from evals.tasks.triage.cases import is_emergency, read_cases
from evals.tasks.triage.scoring import judged, output_of, score

RECEIVED_AT = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


class TriageCases:
    """Option with ``--set``: split."""

    name = "triage"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError``."""
        return list(read_cases(options.dataset, options.limit, options.extra.get("split")))

    def inputs(self, row: Row) -> Row:
        return {"text": row["text"]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"model": "none", "history": "none", **options.extra}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        folder = city_pack_folder(None) / "catalogue"
        flow = open_triage_flow(folder, Learned(place_tagger=load_place_tagger()), secret=b"demo")

        async def triage(row: Row) -> Output:
            return output_of(await flow.triage_appeal(Intake(row["text"], RECEIVED_AT)))

        yield triage

    def score(self, row: Row, output: Output) -> CaseScore:
        return score(row, output)

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return [MacroF1("f1_type")]

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        wrong = [name for name, right in judged(row, output) if not right] if "label" in output else []
        if output["alarm"] != is_emergency(row):
            wrong.append("emergency")
        return {"id": row["id"], "text": row["text"], "wrong": wrong, **output} if wrong else None
