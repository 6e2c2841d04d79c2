"""Addresses in citizens' words: the 街乡 they lie in, another district, or a question where several 街乡 fit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.adapters.catalogue_files import load_catalogue
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Extraction, Intake
from assistant.learning.place_tagger import load_place_tagger
from assistant.stages.locate import Locate
from assistant.stages.redact_appeal import RedactAppeal
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, Measure, RunOptions
from evals.files import read_split
from evals.tasks.extract.calls import RECEIVED_AT

_JUDGED = {"home": "street", "elsewhere": "elsewhere", "unclear": "asked"}


class AddressCases:
    """Output: ``{street, district, confidence, alternatives, seconds}``."""

    name = "extract"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        return read_split(options.dataset, options.limit, options.extra.get("split"))

    def inputs(self, row: Row) -> Row:
        return {"text": row["text"]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"rows": "addresses"}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        catalogue = load_catalogue(city_pack_folder(None) / "catalogue")
        locate, redacting = Locate(catalogue, tagger=load_place_tagger()), RedactAppeal(b"demo")

        async def find(row: Row) -> Output:
            appeal = await redacting(Intake(row["text"], RECEIVED_AT))
            started = time.perf_counter()
            place = await locate(appeal, Extraction())
            return {
                "street": place.street_id,
                "district": place.district,
                "confidence": place.confidence,
                "alternatives": [list(pair) for pair in place.alternatives],
                "seconds": time.perf_counter() - started,
            }

        yield find

    def score(self, row: Row, output: Output) -> CaseScore:
        """``street``: ours and named right; ``elsewhere``: told to be another district's; ``asked``: no street was guessed.

        ``sure_and_wrong`` is what harms: a street, and not the right one.
        """
        wrong = output["street"] is not None and output["street"] != row["street"]
        values = {_JUDGED[row["kind"]]: float(_is_right(row, output)), "sure_and_wrong": float(wrong)}
        return CaseScore(row["id"], values, seconds=output["seconds"])

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return ()

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], **{name: value for name, value in output.items() if name != "seconds"}}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        return None if _is_right(row, output) else {**self.prediction(row, output), "row": row}


def _is_right(row: Row, output: Output) -> bool:
    named = {unit for unit, _ in output["alternatives"]}
    right = {
        "home": output["street"] == row["street"],
        "elsewhere": output["street"] is None and output["district"] == row["district"],
        "unclear": output["street"] is None and (not row.get("may_be") or named <= set(row["may_be"])),
    }
    return bool(right[row["kind"]])
