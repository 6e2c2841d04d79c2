"""``hotline evals run extract``: BIO rows (``tags``), addresses (``street``) or calls (``fields``), by what a row holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evals.case_run import CaseWise
from evals.contracts import DatasetError, Measure, RunOptions, TaskResult
from evals.files import read_rows, read_split
from evals.measures import F1, figures_of
from evals.metrics.latency import percentiles_ms
from evals.store import Stored, code_hash, data_hash, key_of, open_store, recall
from evals.tasks.extract.aligned import Tagged, tagged, tags_at
from evals.tasks.extract.calls import CallCases
from evals.tasks.extract.located import AddressCases
from evals.tasks.extract.tagging import Guess, TaggingOptions, case_of, tag_rows

MEASURES: Sequence[Measure] = (
    F1("f1", "hits", "found", "wanted"),
    F1("f1_unaligned_as_missed", "hits", "found_all", "wanted_all"),
)
Row = Mapping[str, Any]


class ExtractTask:
    """Options with ``--set``: split; for calls gazetteer=none (only the tagger finds places); for BIO rows networks (2; 0 needs no torch), epochs, least (chance from which a span is told)."""

    name = "extract"

    def run(self, options: RunOptions) -> TaskResult:
        """Raises ``DatasetError``."""
        rows = _rows(options)
        if "tags" in rows[0]:
            return _tagging(rows, options)
        return CaseWise(CallCases() if "fields" in rows[0] else AddressCases()).run(options)


def _rows(options: RunOptions) -> Sequence[Row]:
    rows = read_split(options.dataset, options.limit, options.extra.get("split"))
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
        least=float(options.extra.get("least", "0.45")),
    )
    try:
        guesses, reused = _guesses(train, held, chosen, options)
    except ImportError as error:
        raise DatasetError("networks need torch: install the extra train, or give --set networks=0") from error
    facts = {"rows": "tags", "networks": chosen.networks, "epochs": chosen.epochs, "least": chosen.least}
    unaligned = sum(not row.usable for row in held)
    return _report(guesses, rows, {**facts, "train_rows": len(train), "rows_left_out": unaligned}, reused)


def _guesses(
    train: Sequence[Tagged], held: Sequence[Tagged], chosen: TaggingOptions, options: RunOptions
) -> tuple[list[Guess], int]:
    """In the order of ``held``, and how many the store had by the same history; without new ones nothing is fitted."""
    about = ("tags", code_hash(), data_hash(options.history), asdict(chosen))

    def guessed(places: Sequence[int]) -> Iterator[Stored]:
        for guess in tag_rows(train, [held[at] for at in places], chosen):
            yield Stored({"spans": sorted(guess.spans)}, guess.seconds)

    with open_store(options.store) as store:
        outputs, fresh = recall(store, [key_of(*about, row.text) for row in held], guessed)
    guesses = [
        Guess(row, frozenset((start, end, label) for start, end, label in stored.output["spans"]), stored.seconds)
        for row, stored in zip(held, outputs, strict=True)
    ]
    return guesses, len(held) - len(fresh)


def _report(guesses: Sequence[Guess], rows: Sequence[Row], config: Row, reused: int) -> TaskResult:
    cases = [case_of(guess) for guess in guesses]
    said = [_tags(guess) for guess in guesses]
    missed = [case.counts["hits"] < case.counts["wanted"] for case in cases]
    return TaskResult(
        n=len(cases),
        metrics=figures_of(cases, MEASURES),
        latency=percentiles_ms([case.seconds for case in cases]),
        config=config,
        predictions=said,
        failures=[{**one, "row": row} for one, row, wrong in zip(said, rows, missed, strict=True) if wrong],
        cases=cases,
        measures=MEASURES,
        reused=reused,
    )


def _tags(guess: Guess) -> Row:
    row: Tagged = guess.row
    spans = [{"start": start, "end": end, "label": label} for start, end, label in sorted(guess.spans)]
    return {"id": row.id, "tags": list(tags_at(row.pieces, guess.spans)), "spans": spans}
