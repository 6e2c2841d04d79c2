"""Stage ``find_similar_orders``: own repeats, the same event by others, precedents, and whether the caller rings again and
again (Article 9); nothing where no history is kept.
"""

from __future__ import annotations

from assistant.domain.appeal import Appeal, Classification, Place, SimilarOrders
from assistant.domain.repeat_caller import repeat_caller
from assistant.ports.triage import OrderHistory

LIMIT = 10


class FindSimilarOrders:
    def __init__(self, history: OrderHistory | None = None) -> None:
        self._history = history

    async def __call__(self, appeal: Appeal, classification: Classification, place: Place) -> SimilarOrders:
        if self._history is None or not appeal.sees_past:
            return SimilarOrders()
        found = await self._history.similar(appeal, classification.category, place, LIMIT)
        received = self._history.received(appeal.appellant_key) if appeal.appellant_key else ()
        return SimilarOrders(found, repeat_caller(received, appeal.received_at))
