"""``hotline evals run extract``: BIO rows (``tags``), addresses (``street``) or calls (``fields``), by what a row holds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.adapters.catalogue_files import load_catalogue
from assistant.city_pack import city_pack_folder
from assistant.domain.gazetteer import Gazetteer
from assistant.learning.place_tagger import load_place_tagger
from assistant.stages.extract_appeal import ExtractAppeal
from assistant.stages.locate import Locate
from assistant.stages.redact_appeal import RedactAppeal
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions, TaskResult
from evals.files import read_rows
from evals.measures import F1, figures_of, means_of
from evals.metrics.latency import percentiles_ms
from evals.tasks.extract.aligned import Tagged, tagged, tags_at
from evals.tasks.extract.calls import FIELDS, extract_call, score_call
from evals.tasks.extract.located import locate_address, score_place
from evals.tasks.extract.tagging import Guess, TaggingOptions, case_of, tag_rows

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Judged:
    case: CaseScore
    prediction: Row


class ExtractTask:
    """Options with ``--set``: split; for calls gazetteer=none (only the tagger finds places); for BIO rows networks (2; 0 needs no torch), epochs, share."""

    name = "extract"

    def run(self, options: RunOptions) -> TaskResult:
        rows = _rows(options)
        if "tags" in rows[0]:
            return _tagging(rows, options)
        if "fields" in rows[0]:
            known = options.extra.get("gazetteer") != "none"
            return _report(asyncio.run(_calls(rows, known)), rows, _field_measures(), {"rows": "calls", "known": known})
        return _report(asyncio.run(_addresses(rows)), rows, [], {"rows": "addresses"})


def _rows(options: RunOptions) -> list[Row]:
    split = options.extra.get("split")
    rows: list[Row] = [
        row for row in read_rows(options.dataset, options.limit) if split is None or row.get("split") == split
    ]
    if not rows:
        raise DatasetError(f"{options.dataset}: no case to run; see --limit and --set split=…")
    known = [name for name in ("tags", "fields", "street") if all(name in row for row in rows)]
    if not known:
        raise DatasetError(f"{options.dataset}: rows need tags (BIO), fields (a call) or street (an address)")
    return rows


def _tagging(rows: Sequence[Row], options: RunOptions) -> TaskResult:
    if not options.history:
        raise DatasetError("give --history FILE: tagged addresses to learn from")
    train = [tagged(row, number) for path in options.history for number, row in enumerate(read_rows(path))]
    held = [tagged(row, number) for number, row in enumerate(rows)]
    chosen = TaggingOptions(
        networks=int(options.extra.get("networks", "2")),
        epochs=int(options.extra.get("epochs", "10")),
        share=float(options.extra.get("share", "0.4")),
    )
    try:
        guesses = tag_rows(train, held, chosen)
    except ImportError as error:
        raise DatasetError("networks need torch: install the extra train, or give --set networks=0") from error
    judged = [_Judged(case_of(guess), _tags(guess)) for guess in guesses]
    measures: list[Measure] = [
        F1("f1", "hits", "found", "wanted"),
        F1("f1_unaligned_as_missed", "hits", "found_all", "wanted_all"),
    ]
    facts = {"rows": "tags", "networks": chosen.networks, "epochs": chosen.epochs, "share": chosen.share}
    unaligned = sum(not row.usable for row in held)
    return _report(judged, rows, measures, {**facts, "train_rows": len(train), "rows_left_out": unaligned})


def _tags(guess: Guess) -> Row:
    row: Tagged = guess.row
    spans = [{"start": start, "end": end, "label": label} for start, end, label in sorted(guess.spans)]
    return {"id": row.id, "tags": list(tags_at(row.pieces, guess.spans)), "spans": spans}


async def _calls(rows: Sequence[Row], known: bool) -> list[_Judged]:
    gazetteer = Gazetteer.of(_catalogue()) if known else Gazetteer(())
    extract, redacting = ExtractAppeal(gazetteer, load_place_tagger()), RedactAppeal(b"demo")
    judged = []
    for row in rows:
        found, normal, seconds = await extract_call(row, extract, redacting)
        judged.append(
            _Judged(score_call(row, found, normal, seconds), {"id": row["id"], "fields": found, "when": normal})
        )
    return judged


async def _addresses(rows: Sequence[Row]) -> list[_Judged]:
    locate, redacting = Locate(_catalogue(), tagger=load_place_tagger()), RedactAppeal(b"demo")
    judged = []
    for row in rows:
        place, seconds = await locate_address(row, locate, redacting)
        said = {"id": row["id"], "street": place.street_id, "district": place.district, "confidence": place.confidence}
        judged.append(_Judged(score_place(row, place, seconds), {**said, "alternatives": place.alternatives}))
    return judged


def _catalogue() -> Any:
    return load_catalogue(city_pack_folder(None) / "catalogue")


def _field_measures() -> list[Measure]:
    kinds = [(name, kind) for name in FIELDS for kind in ("exact", "overlap")]
    return [F1(f"{name}_{kind}", f"{name}_{kind}", f"{name}_found", f"{name}_wanted") for name, kind in kinds]


def _report(judged: Sequence[_Judged], rows: Sequence[Row], more: Sequence[Measure], config: Row) -> TaskResult:
    cases = [one.case for one in judged]
    measures = [*means_of(cases), *more]
    return TaskResult(
        n=len(cases),
        metrics=figures_of(cases, measures),
        latency=percentiles_ms([case.seconds for case in cases]),
        config=config,
        predictions=[one.prediction for one in judged],
        failures=[{**one.prediction, "row": row} for one, row in zip(judged, rows, strict=True) if _wrong(one.case)],
        cases=cases,
        measures=measures,
    )


def _wrong(case: CaseScore) -> bool:
    missed = any(case.counts.get(f"{name}_overlap") != case.counts.get(f"{name}_wanted") for name in FIELDS)
    bare = case.counts.get("hits", 0) < case.counts.get("wanted", 0)
    return missed or bare or any(value == 0.0 for name, value in case.values.items() if name != "sure_and_wrong")
