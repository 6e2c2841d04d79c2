"""Each row's text goes through ``redact_pii``; marked spans tell what should have been found.

Rows: ``{id, text, spans?: [{start, end, kind}]}``, offsets in characters of ``text``. A span is found when every one of
its characters was masked. A mask that touches no marked span is false. Rows without ``spans`` are only predicted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from assistant.contracts import PiiKind, Turn
from assistant.stages.redact_pii import redact_pii
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions
from evals.files import read_split
from evals.measures import Ratio

DAY = date(2026, 1, 1)
WORDS = frozenset({PiiKind.NAME.value, PiiKind.ADDRESS.value})
"""Masks of these kinds hide words, all others hide numbers."""

Span = Mapping[str, Any]


class RedactCases:
    """Output: ``{text, spans: [{start, end, kind}]}``, the masked text and what was masked."""

    name = "redact"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError`` for a row without ``id`` or ``text``."""
        rows = read_split(options.dataset, options.limit, options.extra.get("split"))
        for number, row in enumerate(rows, start=1):
            if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
                raise DatasetError(f"{options.dataset}: row {number}: a row needs the strings id and text")
        return rows

    def inputs(self, row: Row) -> Row:
        return {"text": row["text"]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"kinds": [kind.value for kind in PiiKind]}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        async def redact(row: Row) -> Output:
            found = await redact_pii(Turn(question=row["text"], as_of=DAY))
            spans = [{"start": span.start, "end": span.end, "kind": span.kind.value} for span in found.spans]
            return {"text": found.text, "spans": spans}

        yield redact

    def score(self, row: Row, output: Output) -> CaseScore:
        """Found and marked spans, overall and by kind; whether any mask was false, and whether one hid a number."""
        if "spans" not in row:
            return CaseScore(row["id"])
        false = false_masks(row, output)
        values = {
            "false_masked_rows": float(bool(false)),
            "numbers_masked_rows": float(any(mask["kind"] not in WORDS for mask in false)),
        }
        masks = len(output["spans"])
        return CaseScore(row["id"], values, {"masks": masks, "true_masks": masks - len(false), **_found(row, output)})

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        kinds = sorted({name.partition("/")[2] for case in cases for name in case.counts if name.startswith("marked/")})
        recalls = [Ratio(f"recall/{kind}", f"found/{kind}", f"marked/{kind}") for kind in kinds]
        return [Ratio("recall", "found", "marked"), *recalls, Ratio("precision", "true_masks", "masks")]

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        missed, false = missed_spans(row, output), false_masks(row, output)
        if "spans" not in row or not (missed or false):
            return None
        text = row["text"]
        written = [{**span, "written": text[span["start"] : span["end"]]} for span in missed]
        wrong = [{"kind": mask["kind"], "written": text[mask["start"] : mask["end"]]} for mask in false]
        return {"id": row["id"], "text": text, "missed": written, "false": wrong}


def missed_spans(row: Row, output: Output) -> list[Span]:
    covered = {at for span in output["spans"] for at in range(span["start"], span["end"])}
    return [span for span in _marked(row) if not covered.issuperset(range(span["start"], span["end"]))]


def false_masks(row: Row, output: Output) -> list[Span]:
    return [
        mask
        for mask in output["spans"]
        if not any(span["start"] < mask["end"] and mask["start"] < span["end"] for span in _marked(row))
    ]


def _marked(row: Row) -> list[Span]:
    return list(row.get("spans") or [])


def _found(row: Row, output: Output) -> dict[str, float]:
    marked = Counter(span["kind"] for span in _marked(row))
    missed = Counter(span["kind"] for span in missed_spans(row, output))
    counts: dict[str, float] = {"marked": marked.total(), "found": marked.total() - missed.total()}
    for kind, number in marked.items():
        counts |= {f"marked/{kind}": number, f"found/{kind}": number - missed[kind]}
    return counts
