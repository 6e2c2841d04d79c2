"""The port by which an index of past orders follows the store of work orders. Calls block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.past_order import PastOrder


class OrderFeed(Protocol):
    """Every method raises ``StoreUnavailable``."""

    def changed(self, since: datetime | None) -> Iterator[PastOrder]:
        """Orders whose last change is at ``since`` or later, in order of change; all of them for ``None``."""
        ...

    def versions(self) -> dict[str, int]:
        """Version by order id, of all orders."""
        ...

    def count(self) -> int: ...

    def orders(self, ids: Sequence[str]) -> Iterator[PastOrder]: ...
