"""Which orders a list shows: what its address may say, and the question to the store that it means."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from assistant.api.documents.endpoints import decode_cursor
from assistant.api.schemas import Identifier, in_reach
from assistant.api.work_orders.schemas import UnitId
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_events import Actor, ClosedBy, Role
from assistant.live.order_pulse import SOON
from assistant.ports.orders import OrderQuery

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
    limit: int = Field(20, ge=1, le=100)
    cursor: Identifier | None = None

    @property
    def is_of_this_moment(self) -> bool:
        """A list of limits that end: there is no other to share it with."""
        return self.overdue or self.at_risk

    def query(self, actor: Actor, now: datetime) -> OrderQuery:
        """A unit gets its own orders whatever it asks for."""
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
            after=decode_cursor(self.cursor) if self.cursor else None,
            limit=self.limit,
        )


def meant(name: str | None) -> str | None:
    """``-`` in an address is the empty name of what is not known; ``None`` asks for any."""
    return "" if name == NOT_KNOWN else name
