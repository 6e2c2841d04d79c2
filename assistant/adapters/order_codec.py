"""Events of work orders as JSON and back. What is written today must be readable for years: fields only ever gain defaults."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from assistant.domain import work_order_events as e

_CHANGES: dict[str, TypeAdapter[Any]] = {change.__name__: TypeAdapter(change) for change in e.Change.__args__}


def change_to_json(change: e.Change) -> tuple[str, str]:
    """(kind, JSON object)."""
    kind = type(change).__name__
    return kind, _CHANGES[kind].dump_json(change, exclude_defaults=True).decode()


def change_from_json(kind: str, text: str) -> e.Change:
    """Raises ``KeyError`` and ``ValueError`` for what this version never wrote."""
    change: e.Change = _CHANGES[kind].validate_json(text)
    return change
