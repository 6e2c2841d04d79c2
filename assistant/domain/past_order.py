"""What is remembered of an order so that later appeals can be compared with it. Texts are masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.domain.work_order import OrderState

OUTCOME_CHARS = 120


@dataclass(frozen=True, slots=True)
class PastOrder:
    """``outcome``: what was done, as told to the appellant. ``solved``: what the appellant said in the last follow-up."""

    id: str
    number: str
    version: int
    state: OrderState
    category: str
    received_at: datetime
    title: str
    text: str
    street: str | None = None
    place: str = ""
    appellant_key: str | None = None
    lead: str | None = None
    solved: bool | None = None
    outcome: str = ""
    unsettled: bool = False
    """Closed while nobody could solve it (暂无法解决) or against what the appellant said."""

    updated_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state in (OrderState.CLOSED, OrderState.MERGED)

    @property
    def is_settled(self) -> bool:
        """Over, with something told, and nobody said that it is not solved: a precedent."""
        return self.is_over and self.solved is not False and not self.unsettled and bool(self.outcome)
