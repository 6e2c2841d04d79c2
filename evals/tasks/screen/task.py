"""Each row goes through ``redact_pii`` and ``screen_input``; any ``Stop`` counts as a block, its status and rule as the reason.

Rows: ``{id, text, attack?, category?, kind?, split?}``. Options: ``--set split=test`` keeps one split, ``--set
screening=DIR`` takes rules and weights from another folder, ``--set fold=0|1`` keeps the half a fold's weights never saw.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from assistant.adapters.screening_files import FOLDER, load_screener
from assistant.contracts import Turn
from assistant.pipeline import Stop
from assistant.stages.redact_pii import redact_pii
from assistant.stages.screen_input import ScreenInput
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions
from evals.files import read_rows

DAY = date(2026, 1, 1)


class ScreenCases:
    """Output: ``{decision: block|allow, reason}``."""

    name = "screen"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError`` for a row without ``id`` or ``text``."""
        return list(_rows(options))

    def inputs(self, row: Row) -> Row:
        return {"text": row["text"]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        folder = _folder(options)
        files = {path.name: zlib.crc32(path.read_bytes()) for path in sorted(folder.iterdir())}
        return {"screening": folder.name, "files": files}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        stage = ScreenInput(load_screener(_folder(options)))

        async def decide(row: Row) -> Output:
            try:
                await stage(await redact_pii(Turn(question=row["text"], as_of=DAY)))
            except Stop as stop:
                return {"decision": "block", "reason": f"{stop.status}: {stop.note}"}
            return {"decision": "allow", "reason": ""}

        yield decide

    def score(self, row: Row, output: Output) -> CaseScore:
        """``catch_rate`` of attacks and ``false_block_rate`` of the rest, also by category and by kind."""
        if "attack" not in row:
            return CaseScore(row["id"])
        name = "catch_rate" if row["attack"] else "false_block_rate"
        parts = (f"{name}/{field}={row.get(field, '')}" for field in ("category", "kind"))
        return CaseScore(row["id"], dict.fromkeys((name, *parts), float(_blocked(output))))

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return ()

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        wrong = "attack" in row and bool(row["attack"]) != _blocked(output)
        return {**self.prediction(row, output), "row": row} if wrong else None


def _folder(options: RunOptions) -> Path:
    return Path(options.extra.get("screening", FOLDER))


def _blocked(output: Output) -> bool:
    return bool(output["decision"] == "block")


def _rows(options: RunOptions) -> Iterator[Row]:
    split, fold = options.extra.get("split"), options.extra.get("fold")
    for number, row in enumerate(read_rows(options.dataset, options.limit), start=1):
        if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
            raise DatasetError(f"{options.dataset}:{number}: a row needs the strings id and text")
        if split in (None, row.get("split")) and fold in (None, str(zlib.crc32(row["id"].encode()) % 2)):
            yield row
