"""``ReplyHistory`` over the store of work orders: closed orders of the same matter whose appellants were content."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from assistant.domain.catalogue import SEPARATOR
from assistant.domain.reply_draft import PastReply
from assistant.domain.terms import content_terms
from assistant.domain.three_rates import CONTENT
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.ports.orders import OrderQuery, OrderRow, WorkOrderStore

LOOKED_AT = 100
"""The latest orders of the matter; older wording ages."""


class PastReplies:
    """``open_store`` may block and raise ``StoreUnavailable``; a thread of its own waits for it."""

    def __init__(self, open_store: Callable[[], WorkOrderStore]) -> None:
        self._open_store = open_store

    async def best(self, order: WorkOrder, limit: int) -> tuple[PastReply, ...]:
        return await asyncio.to_thread(self._best, order, limit)

    def _best(self, order: WorkOrder, limit: int) -> tuple[PastReply, ...]:
        store = self._open_store()
        rows = _content(store, order.category) or _content(store, order.category.rpartition(SEPARATOR)[0])
        ranked = sorted((row for row in rows if row.id != order.id), key=lambda row: -_likeness(row, order))
        return tuple(reply for row in ranked[: 2 * limit] if (reply := _reply(store, row)))[:limit]


def _content(store: WorkOrderStore, category: str) -> Sequence[OrderRow]:
    if not category:
        return ()
    rows = store.find(OrderQuery(state=OrderState.CLOSED, category=category, limit=LOOKED_AT))
    return [row for row in rows if row.solved and row.satisfaction in CONTENT]


def _likeness(row: OrderRow, order: WorkOrder) -> float:
    ours, theirs = content_terms(order.title), content_terms(row.title)
    shared = len(ours & theirs) / (len(ours | theirs) or 1)
    return shared + 0.1 * (row.street == order.street) + 0.1 * (row.category == order.category)


def _reply(store: WorkOrderStore, row: OrderRow) -> PastReply | None:
    past = store.load(row.id)
    if past is None or past.confidential or not past.reply.strip():
        return None
    return PastReply(past.id, past.number, past.title, past.reply)
