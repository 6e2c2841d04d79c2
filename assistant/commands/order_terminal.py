"""What the commands over work orders share: opening them, who acts, and text that is safe on a terminal."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed
from assistant.commands.options import HOTLINE_ZONE, building, settings_of

if TYPE_CHECKING:
    from assistant.bootstrap.orders import WorkOrders


@contextmanager
def work_orders(arguments: argparse.Namespace) -> Iterator[WorkOrders]:
    from assistant.ports.orders import StoreUnavailable

    try:
        with building():
            from assistant.bootstrap.orders import open_work_orders

            opened = open_work_orders(settings_of(arguments))
        try:
            yield opened
        finally:
            opened.close()
    except StoreUnavailable as error:
        raise CommandFailed(str(error)) from error


def operator() -> Any:
    from assistant.domain.work_order_events import Actor, Role

    return Actor(f"cli:{getpass.getuser()}", Role.SUPERVISOR)


def printable(text: str) -> str:
    """Control characters of a title must not steer the terminal."""
    return "".join(character if character.isprintable() else "·" for character in text)


def local_time(at: datetime) -> str:
    return at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")


def as_plain(data: Any) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False, default=_as_text))


def _as_text(value: Any) -> Any:
    return (
        value.isoformat()
        if hasattr(value, "isoformat")
        else sorted(value)
        if isinstance(value, frozenset)
        else str(value)
    )
