"""Addresses in citizens' words: the 街乡 they lie in, another district, or a question where several 街乡 fit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from assistant.domain.appeal import Extraction, Intake, Place
from assistant.stages.locate import Locate
from assistant.stages.redact_appeal import RedactAppeal
from evals.contracts import CaseScore
from evals.tasks.extract.calls import RECEIVED_AT


async def locate_address(row: Mapping[str, Any], locate: Locate, redacting: RedactAppeal) -> tuple[Place, float]:
    appeal = await redacting(Intake(row["text"], RECEIVED_AT))
    started = time.perf_counter()
    place = await locate(appeal, Extraction())
    return place, time.perf_counter() - started


def score_place(row: Mapping[str, Any], place: Place, seconds: float) -> CaseScore:
    """``street``: ours and named right; ``elsewhere``: told to be another district's; ``asked``: no street was guessed.

    ``sure_and_wrong`` is what harms: a street, and not the right one.
    """
    kind = row["kind"]
    named = {unit for unit, _ in place.alternatives}
    right = {
        "home": place.street_id == row["street"],
        "elsewhere": place.street_id is None and place.district == row["district"],
        "unclear": place.street_id is None and (not row["may_be"] or named <= set(row["may_be"])),
    }[kind]
    name = {"home": "street", "elsewhere": "elsewhere", "unclear": "asked"}[kind]
    wrong = place.street_id is not None and place.street_id != row["street"]
    return CaseScore(row["id"], {name: float(right), "sure_and_wrong": float(wrong)}, seconds=seconds)
