"""Calls with marked fields: what stage ``extract_appeal`` finds of them, masked as the service masks them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

from assistant.adapters.catalogue_files import load_catalogue
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Appeal, Extraction, Intake, Utterance
from assistant.domain.gazetteer import Gazetteer
from assistant.domain.pii import TokenNumbering, redact
from assistant.learning.place_tagger import load_place_tagger
from assistant.stages.extract_appeal import ExtractAppeal
from assistant.stages.redact_appeal import RedactAppeal
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, Measure, RunOptions
from evals.files import read_split
from evals.measures import F1

FIELDS = ("who", "where", "when", "object", "demand", "contact")
RECEIVED_AT = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
"""10:00 in Beijing, a Thursday: what 上周三 and 昨晚 are told from."""
OVERLAP = 0.5


class CallCases:
    """Output: ``{fields, when, seconds}``. Option ``gazetteer=none``: only the tagger finds places."""

    name = "extract"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        return read_split(options.dataset, options.limit, options.extra.get("split"))

    def inputs(self, row: Row) -> Row:
        return {name: row[name] for name in ("text", "transcript") if name in row}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"rows": "calls", "known": _knows_places(options)}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        catalogue = load_catalogue(city_pack_folder(None) / "catalogue")
        gazetteer = Gazetteer.of(catalogue) if _knows_places(options) else Gazetteer(())
        extract, redacting = ExtractAppeal(gazetteer, load_place_tagger()), RedactAppeal(b"demo")

        async def call(row: Row) -> Output:
            return await _extracted(row, extract, redacting)

        yield call

    def score(self, row: Row, output: Output) -> CaseScore:
        return score_call(row, output["fields"], output["when"], output["seconds"])

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        kinds = [(name, kind) for name in FIELDS for kind in ("exact", "overlap")]
        return [F1(f"{name}_{kind}", f"{name}_{kind}", f"{name}_found", f"{name}_wanted") for name, kind in kinds]

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], "fields": output["fields"], "when": output["when"]}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        missed = any(score.counts[f"{name}_overlap"] != score.counts[f"{name}_wanted"] for name in FIELDS)
        wrong = missed or score.values.get("when_normal") == 0.0
        return {**self.prediction(row, output), "row": row} if wrong else None


def _knows_places(options: RunOptions) -> bool:
    return options.extra.get("gazetteer") != "none"


async def _extracted(row: Row, extract: ExtractAppeal, redacting: RedactAppeal) -> Output:
    """Each field's words with what was masked put back, the normal form of ``when``, and the seconds of the stage."""
    turns = tuple(Utterance(turn["speaker"], turn["text"]) for turn in row.get("transcript", ()))
    appeal = await redacting(Intake(row.get("text", ""), RECEIVED_AT, transcript=turns))
    started = time.perf_counter()
    extraction: Extraction = await extract(appeal)
    seconds = time.perf_counter() - started
    hidden = _hidden(row, appeal)
    found = {name: getattr(extraction, name) for name in FIELDS}
    values = {name: _restored(field.value, hidden) for name, field in found.items() if field is not None}
    return {"fields": values, "when": extraction.when.normal if extraction.when else "", "seconds": seconds}


def _hidden(row: Mapping[str, Any], appeal: Appeal) -> dict[str, str]:
    """Mask to words. The stage masks turn by turn with one numbering, the text first; so does this."""
    numbering = TokenNumbering()
    hidden: dict[str, str] = {}
    turns = [(turn["text"], turn["speaker"] == "citizen") for turn in row.get("transcript", ())]
    said = [*turns, (str(row.get("text", "")), True)]
    for text, by_citizen in said:
        hidden |= {
            span.token: text[span.start : span.end] for span in redact(text, numbering, by_citizen=by_citizen)[1]
        }
    return hidden


def _restored(value: str, hidden: Mapping[str, str]) -> str:
    for token, words in hidden.items():
        value = value.replace(token, words)
    return value


def score_call(row: Mapping[str, Any], found: Mapping[str, str], normal: str, seconds: float) -> CaseScore:
    """For every field whether it is found exactly, and whether at least half of the longer wording is shared."""
    counts: dict[str, float] = {}
    for name in FIELDS:
        gold, told = row["fields"].get(name), found.get(name)
        counts |= {f"{name}_wanted": gold is not None, f"{name}_found": told is not None}
        counts[f"{name}_exact"] = gold is not None and gold == told
        counts[f"{name}_overlap"] = bool(gold and told and shared(gold, told) >= OVERLAP)
    values = {"when_normal": float(normal == row["when"])} if row.get("when") else {}
    return CaseScore(row["id"], values, {name: float(value) for name, value in counts.items()}, seconds=seconds)


def shared(one: str, other: str) -> float:
    """Longest common run of characters as a share of the longer wording."""
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return match.size / max(len(one), len(other), 1)
