"""Each row goes through ``redact_pii`` and ``screen_input``; any ``Stop`` counts as a block, its status and rule as the reason.

Rows: ``{id, text, attack?, category?, kind?, split?}``. Options: ``--set split=test`` keeps one split, ``--set
screening=DIR`` takes rules and weights from another folder, ``--set fold=0|1`` keeps the half a fold's weights never saw.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.adapters.screening_files import FOLDER, load_screener
from assistant.contracts import Turn
from assistant.pipeline import Stop
from assistant.stages.redact_pii import redact_pii
from assistant.stages.screen_input import ScreenInput
from evals.contracts import DatasetError, RunOptions, TaskResult
from evals.files import read_rows
from evals.metrics.latency import percentiles_ms

DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one row. ``seconds`` is the time in both stages."""

    row: dict[str, Any]
    blocked: bool
    reason: str
    seconds: float

    @property
    def wrong(self) -> bool:
        return "attack" in self.row and bool(self.row["attack"]) != self.blocked


class ScreenTask:
    name = "screen"

    def run(self, options: RunOptions) -> TaskResult:
        """Raises ``DatasetError`` for a row without ``id`` or ``text``."""
        folder = Path(options.extra.get("screening", FOLDER))
        stage = ScreenInput(load_screener(folder))
        decisions = asyncio.run(_decide_all(stage, list(_rows(options))))
        config = {
            "screening": folder.name,
            "files": {p.name: zlib.crc32(p.read_bytes()) for p in sorted(folder.iterdir())},
        }
        return TaskResult(
            n=len(decisions),
            metrics=dict(rates(decisions)),
            latency=percentiles_ms([d.seconds for d in decisions]),
            config=config,
            predictions=[_prediction(d) for d in decisions],
            failures=[_prediction(d) | {"row": d.row} for d in decisions if d.wrong],
        )


def _rows(options: RunOptions) -> Iterator[dict[str, Any]]:
    split, fold = options.extra.get("split"), options.extra.get("fold")
    for number, row in enumerate(read_rows(options.dataset, options.limit), start=1):
        if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
            raise DatasetError(f"{options.dataset}:{number}: a row needs the strings id and text")
        if split in (None, row.get("split")) and fold in (None, str(zlib.crc32(row["id"].encode()) % 2)):
            yield row


async def _decide_all(stage: ScreenInput, rows: Sequence[dict[str, Any]]) -> list[Decision]:
    return [await _decide(stage, row) for row in rows]


async def _decide(stage: ScreenInput, row: dict[str, Any]) -> Decision:
    started = time.perf_counter()
    try:
        await stage(await redact_pii(Turn(question=row["text"], as_of=DAY)))
    except Stop as stop:
        return Decision(row, True, f"{stop.status}: {stop.note}", time.perf_counter() - started)
    return Decision(row, False, "", time.perf_counter() - started)


def _prediction(decision: Decision) -> dict[str, str]:
    return {"id": decision.row["id"], "decision": "block" if decision.blocked else "allow", "reason": decision.reason}


def rates(decisions: Sequence[Decision]) -> Iterator[tuple[str, float]]:
    """``catch_rate`` over attacks and ``false_block_rate`` over the rest, then both by category and by kind."""
    for name, attack in (("catch_rate", True), ("false_block_rate", False)):
        chosen = [d for d in decisions if d.row.get("attack") is attack]
        if not chosen:
            continue
        yield name, _share(chosen)
        for field in ("category", "kind"):
            values = sorted({str(d.row.get(field, "")) for d in chosen})
            for value in values:
                yield f"{name}/{field}={value}", _share([d for d in chosen if str(d.row.get(field, "")) == value])


def _share(decisions: Sequence[Decision]) -> float:
    return sum(d.blocked for d in decisions) / len(decisions)
