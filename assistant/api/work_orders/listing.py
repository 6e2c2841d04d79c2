"""Which orders a list shows: what its address may say, and the question to the store that it means."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from assistant.api.paging import decode_cursor, encode_cursor
from assistant.api.problems import Problem
from assistant.api.schemas import Identifier, in_reach
from assistant.api.work_orders.schemas import UnitId
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_events import Actor, ClosedBy, Role
from assistant.live.order_pulse import SOON
from assistant.ports.orders import OrderQuery, OrderRow

NOT_KNOWN = "-"
Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]


def in_beijing(at: datetime) -> datetime:
    """A time without its zone is Beijing's."""
    return at.replace(tzinfo=BEIJING) if at.tzinfo is None else at


Moment = Annotated[datetime, AfterValidator(in_reach), AfterValidator(in_beijing)]


class WantedOrders(BaseModel):
    """``-`` as unit, street or category stands for orders where none is known."""

    state: OrderState | None = None
    unit: UnitId | None = None
    lead: UnitId | None = None
    street: UnitId | None = None
    category: Word | None = None
    text: Word = ""
    received_from: Moment | None = None
    received_before: Moment | None = None
    overdue: bool = False
    at_risk: bool = Field(False, description="时限将在两小时内到期")
    open_only: bool = Field(False, description="只列未办结的")
    channel: Word | None = None
    type: Word | None = None
    ending: ClosedBy | None = None
    late: bool | None = Field(None, description="反馈是否超过时限")
    dispatched: bool | None = None
    objected: bool = Field(False, description="有过派单异议")
    repeated: bool = Field(False, description="同一诉求人此前来过电")
    sort: Literal["received", "limit"] = Field("received", description="limit：时限先到的在前，没有时限的在后")
    limit: int = Field(20, ge=1, le=100)
    cursor: Identifier | None = None

    @property
    def is_of_this_moment(self) -> bool:
        """A list of limits that end: there is no other to share it with."""
        return self.overdue or self.at_risk

    def query(self, actor: Actor, now: datetime) -> OrderQuery:
        """A unit gets its own orders whatever it asks for."""
        after, after_limit = self._after()
        return OrderQuery(
            state=self.state,
            lead=meant(self.lead),
            unit=actor.unit if actor.role is Role.UNIT else self.unit,
            category=meant(self.category),
            street=meant(self.street),
            channel=self.channel,
            type=self.type,
            ending=self.ending,
            late=self.late,
            dispatched=self.dispatched,
            objected=self.objected,
            repeated=self.repeated,
            text=self.text,
            received_from=self.received_from,
            received_before=self.received_before,
            due_from=now if self.at_risk else None,
            due_before=now + SOON if self.at_risk else now if self.overdue else None,
            open_only=self.overdue or self.at_risk or self.open_only,
            after=after,
            limit=self.limit,
            by_limit=self.sort == "limit",
            after_limit=after_limit,
        )

    def cursor_after(self, row: OrderRow) -> str:
        """Where the next page begins. Among limits it holds the row's: the order may have another by then."""
        return encode_cursor(f"{row.id} {row.running_limit or ''}" if self.sort == "limit" else row.id)

    def _after(self) -> tuple[str | None, datetime | None]:
        if self.cursor is None:
            return None, None
        order_id, space, limit = decode_cursor(self.cursor).partition(" ")
        try:
            at = datetime.fromisoformat(limit) if limit else None
        except ValueError:
            at = datetime.min
        if bool(space) != (self.sort == "limit") or (at is not None and at.tzinfo is None):
            raise Problem(422, "invalid_cursor", "cursor 无效，请使用上一页返回的 next_cursor。", param="cursor")
        return order_id, at


def meant(name: str | None) -> str | None:
    """``-`` in an address is the empty name of what is not known; ``None`` asks for any."""
    return "" if name == NOT_KNOWN else name
