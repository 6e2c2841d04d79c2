"""Each row's text goes through ``redact_pii``; marked spans tell what should have been found.

Rows: ``{id, text, spans?: [{start, end, kind}]}``, offsets in characters of ``text``. A span is found when every one of
its characters was masked. A mask that touches no marked span is false. Rows without ``spans`` are only predicted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.contracts import PiiKind, PiiSpan, RedactedText, Turn
from assistant.stages.redact_pii import redact_pii
from evals.contracts import DatasetError, RunOptions, TaskResult
from evals.files import read_rows
from evals.metrics.latency import percentiles_ms

DAY = date(2026, 1, 1)
WORDS = frozenset({PiiKind.NAME, PiiKind.ADDRESS})
"""Masks of these kinds hide words, all others hide numbers."""


@dataclass(frozen=True, slots=True)
class Outcome:
    row: Mapping[str, Any]
    redacted: RedactedText
    seconds: float

    @property
    def marked(self) -> list[Mapping[str, Any]]:
        return list(self.row.get("spans") or [])

    @property
    def missed(self) -> list[Mapping[str, Any]]:
        covered = {at for span in self.redacted.spans for at in range(span.start, span.end)}
        return [span for span in self.marked if not covered.issuperset(range(span["start"], span["end"]))]

    @property
    def false_masks(self) -> list[PiiSpan]:
        return [
            m for m in self.redacted.spans if not any(s["start"] < m.end and m.start < s["end"] for s in self.marked)
        ]


class RedactTask:
    name = "redact"

    def run(self, options: RunOptions) -> TaskResult:
        """Raises ``DatasetError`` for a row without ``id`` or ``text``."""
        split = options.extra.get("split")
        rows = [row for row in read_rows(options.dataset, options.limit) if split in (None, row.get("split"))]
        outcomes = asyncio.run(_redact_all(rows))
        return TaskResult(
            n=len(outcomes),
            metrics=dict(metrics([o for o in outcomes if "spans" in o.row])),
            latency=percentiles_ms([o.seconds for o in outcomes]),
            config={"kinds": [kind.value for kind in PiiKind]},
            predictions=[_prediction(o) for o in outcomes],
            failures=[_failure(o) for o in outcomes if "spans" in o.row and (o.missed or o.false_masks)],
        )


async def _redact_all(rows: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    return [await _redact(number, row) for number, row in enumerate(rows, start=1)]


async def _redact(number: int, row: Mapping[str, Any]) -> Outcome:
    if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
        raise DatasetError(f"row {number}: a row needs the strings id and text")
    started = time.perf_counter()
    redacted = await redact_pii(Turn(question=row["text"], as_of=DAY))
    return Outcome(row, redacted, time.perf_counter() - started)


def metrics(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, float]]:
    """Recall overall and per marked kind; ``*_masked_rows``: share of rows with at least one false mask of that sort."""
    if not outcomes:
        return
    kinds = sorted({span["kind"] for o in outcomes for span in o.marked})
    if kinds:
        yield "recall", _recall(outcomes, None)
    for kind in kinds:
        yield f"recall/{kind}", _recall(outcomes, kind)
    yield "false_masked_rows", sum(bool(o.false_masks) for o in outcomes) / len(outcomes)
    yield "numbers_masked_rows", sum(any(m.kind not in WORDS for m in o.false_masks) for o in outcomes) / len(outcomes)
    masks = [m for o in outcomes for m in o.redacted.spans]
    if masks:
        yield "precision", 1 - sum(len(o.false_masks) for o in outcomes) / len(masks)


def _recall(outcomes: Sequence[Outcome], kind: str | None) -> float:
    marked = sum(kind in (None, span["kind"]) for o in outcomes for span in o.marked)
    missed = sum(kind in (None, span["kind"]) for o in outcomes for span in o.missed)
    return 1 - missed / marked


def _prediction(outcome: Outcome) -> dict[str, Any]:
    spans = [{"start": s.start, "end": s.end, "kind": s.kind.value} for s in outcome.redacted.spans]
    return {"id": outcome.row["id"], "text": outcome.redacted.text, "spans": spans}


def _failure(outcome: Outcome) -> dict[str, Any]:
    text = outcome.row["text"]
    return {
        "id": outcome.row["id"],
        "text": text,
        "missed": [{**span, "written": text[span["start"] : span["end"]]} for span in outcome.missed],
        "false": [{"kind": m.kind.value, "written": text[m.start : m.end]} for m in outcome.false_masks],
    }
