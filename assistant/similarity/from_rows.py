"""Past orders from the rows that ``hotline learn`` reads: what a city did before this database began."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from assistant.domain.order_import import RowRefused, instant
from assistant.domain.order_title import whole_clauses
from assistant.domain.past_order import OUTCOME_CHARS, PastOrder
from assistant.domain.work_order import OrderState
from assistant.learning.examples import labels_of

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
"""A row without a time is a precedent; it is never the same event as today's."""
_UNITS, _CATEGORIES = ("unit", "units", "lead"), ("category", "label")
_TIMES, _PLACES = ("received_at", "time", "date"), ("place", "address")
_OUTCOMES = ("reply", "result", "answer")


def past_orders(
    rows: Iterable[Mapping[str, Any]], unit_of: Callable[[str], str | None], mask: Callable[[str], str]
) -> Iterator[PastOrder]:
    """Rows without words are left out. ``unit_of`` gives the catalogue's id for a unit's name; ``mask`` takes out personal data."""
    for row in rows:
        title, content = _said(row, ("title",)), _said(row, ("content", "text"))
        if not (title or content) or row.get("tokens"):
            continue
        text = mask(content if title in content else f"{title}\n{content}")
        unit = next((name for field in _UNITS for name in labels_of(row, field)), "")
        outcome = mask(_said(row, _OUTCOMES))[:OUTCOME_CHARS]
        yield PastOrder(
            id=f"history-{_digest(row)}",
            number=str(row.get("number") or row.get("id") or ""),
            version=1,
            state=OrderState.CLOSED,
            category=next((name for field in _CATEGORIES for name in labels_of(row, field)), ""),
            received_at=_time(_said(row, _TIMES)),
            title=mask(title) or whole_clauses(text),
            text=text,
            street=unit_of(_said(row, ("street",))),
            place=mask(_said(row, _PLACES)),
            lead=unit_of(unit),
            solved=row["solved"] if isinstance(row.get("solved"), bool) else None,
            outcome=outcome,
        )


def _said(row: Mapping[str, Any], fields: Iterable[str]) -> str:
    return next((str(row[field]).strip() for field in fields if row.get(field)), "")


def _time(text: str) -> datetime:
    try:
        return instant(text, "时间").astimezone(UTC)
    except RowRefused:
        return LONG_AGO


def _digest(row: Mapping[str, Any]) -> str:
    """The same row is the same order, however often the history is given."""
    told = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:24]
