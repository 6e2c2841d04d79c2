"""The port to what watch reads. Calls block: async callers use a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.burst_notice import BurstNotice
from assistant.domain.watch import WatchedOrder


class WatchBook(Protocol):
    def watched(self, after: datetime, until: datetime) -> Sequence[WatchedOrder]:
        """Orders received within (after, until], merged ones too: each is a person who called. Raises ``StoreUnavailable``."""
        ...

    def contents(self, ids: Sequence[str]) -> Mapping[str, str]:
        """What the appellants said, masked, by order id; what is no order is left out. Raises ``StoreUnavailable``."""
        ...


class NoticeBook(Protocol):
    def announce(self, notices: Sequence[BurstNotice]) -> int:
        """Puts on their way those that their unit was not told in the last ``QUIET``; how many. Raises ``StoreUnavailable``."""
        ...
