"""Invented orders with a log, the place of each sentence, and sentences a model might write, supported and not.

Rows: ``{id, title, category, log: [{part, text}], claims: [{part, on, text, supported}], basis: [law, …]}``. ``part`` is
``found``, ``done`` or ``next``; a claim cites the facts that contain ``on``; ``basis`` are laws of which one should be cited
(none: not judged). Rows with a ``reply`` are real ones, see ``replies``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.domain.reply_draft import CaseFacts, ReplyCase, ReplyPart, ReplySentence
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_events import Actor, OrderEvent, Role, StageReport
from evals.contracts import DatasetError
from evals.files import read_rows
from evals.tasks.draft_reply.replies import case_of_reply

RECEIVED_AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 6)
PARTS = {"found": ReplyPart.FOUND, "done": ReplyPart.DONE, "next": ReplyPart.NEXT}
CLERK = Actor("demo-clerk", Role.UNIT, "demo-unit")

Row = Mapping[str, Any]


def read_cases(path: Path, limit: int | None) -> Iterator[Row]:
    """Raises ``DatasetError`` naming the row."""
    for number, row in enumerate(read_rows(path, limit), start=1):
        if isinstance(row.get("reply"), str):
            yield case_of_reply(row)
            continue
        lacking = {"id", "title", "category", "log"} - row.keys()
        wrong = [item for item in (*row.get("log", ()), *row.get("claims", ())) if item.get("part") not in PARTS]
        if lacking or wrong:
            raise DatasetError(f"{path}: row {number}: lacks {sorted(lacking)} or has a part that is none: {wrong[:1]}")
        yield row


def case_of(row: Row) -> ReplyCase:
    """Each sentence of the log is a stage report, an hour apart."""
    events = tuple(
        OrderEvent(number, RECEIVED_AT + timedelta(hours=number), CLERK, "", StageReport(item["text"]))
        for number, item in enumerate(row["log"], start=1)
    )
    order = WorkOrder(
        row["id"],
        state=OrderState.HANDLING,
        number=row["id"],
        title=row["title"],
        category=row["category"],
        received_at=RECEIVED_AT,
        lead="demo-unit",
        lead_name="演示单位",
    )
    return ReplyCase(order, events, DAY)


def claim_of(claim: Row, facts: CaseFacts) -> ReplySentence:
    tokens = tuple(fact.token for fact in facts.facts if claim["on"] in fact.text)
    return ReplySentence(PARTS[claim["part"]], claim["text"], tokens)
