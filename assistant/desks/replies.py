"""The desk where a reply is drafted for an order: who may, from what, and kept as it was shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from assistant.desks.orders import OrderDesk, OrderUnknown
from assistant.domain.identifiers import new_id
from assistant.domain.order_policy import refuse
from assistant.domain.plain_text import inert
from assistant.domain.reply_draft import ReplyCase
from assistant.domain.time_limits import ClockKind, deadline, local_day
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_events import Actor, Role
from assistant.ports.feedback import DraftBook, StoredDraft
from assistant.ports.requests import Reply
from assistant.reply_contracts import ReplyOutcome

ANSWERABLE = frozenset(
    {OrderState.DISPATCHED, OrderState.SIGNED, OrderState.HANDLING, OrderState.FED_BACK, OrderState.ACCEPTED}
)


@dataclass(frozen=True)
class ReplyDesk:
    orders: OrderDesk
    drafts: DraftBook
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def case(self, order_id: str, actor: Actor, note: str = "", contact: str = "") -> ReplyCase:
        """What the reply is drafted from. ``contact`` is the office's own and stays as it is.

        Raises ``OrderUnknown``, ``NotAllowed`` (wrong_state, not_the_lead), ``StoreUnavailable``.
        """
        order = self.orders.see(order_id, actor)
        refuse_draft(order, actor)
        clock, calendar = order.clock(ClockKind.FEEDBACK), self.orders.policy.calendar
        return ReplyCase(
            order=order,
            events=self.orders.store.events(order_id),
            as_of=local_day(self.now()),
            note=self.orders.mask(note),
            contact=inert(contact),
            due=deadline(clock, calendar) if clock and clock.stopped is None else None,
            unit_names={unit.id: unit.name for unit in self.orders.policy.units.values()},
        )

    def keep(
        self, case: ReplyCase, outcome: ReplyOutcome, actor: Actor, reply: Callable[[StoredDraft], Reply]
    ) -> StoredDraft:
        """Raises ``KeyInFlight``, ``StoreUnavailable``."""
        body = json.dumps(asdict(outcome), ensure_ascii=False, default=str)
        draft = StoredDraft(new_id(), case.order.id, self.now(), actor, body, outcome.text)
        self.drafts.keep(draft, reply(draft))
        return draft

    def draft(self, order_id: str, draft_id: str, actor: Actor) -> StoredDraft:
        """Raises ``OrderUnknown`` for an order that is none of the person's business and for a draft of another order."""
        self.orders.see(order_id, actor)
        draft = self.drafts.draft(draft_id)
        if draft is None or draft.order_id != order_id:
            raise OrderUnknown
        return draft

    def drafts_of(self, order_id: str, actor: Actor) -> list[StoredDraft]:
        self.orders.see(order_id, actor)
        return self.drafts.drafts_of(order_id)


def refuse_draft(order: WorkOrder, actor: Actor) -> None:
    refuse(order.state not in ANSWERABLE, "wrong_state", f"工单现在是“{order.state.value}”，不需要起草答复。")
    others = actor.role is Role.UNIT and actor.unit not in (order.lead, *order.co_units)
    refuse(others, "not_the_lead", "只有主办和协办单位可以起草答复。")
