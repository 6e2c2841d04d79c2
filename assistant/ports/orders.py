"""The port to the store of work orders, and what goes through it. All calls block: async callers use a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.follow_up import FollowUpNeed
from assistant.domain.order_messages import OrderMessage
from assistant.domain.order_progress import PersonalData
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_events import Actor, ClosedBy, OrderEvent, Satisfaction
from assistant.ports.requests import Reply


class StoreUnavailable(Exception):  # noqa: N818 - a state of the world
    """The database cannot be reached or stays locked; nothing was written. The message tells the operator what to do."""


class VersionConflict(Exception):  # noqa: N818 - an answer: somebody else was faster
    """The order has changed since it was read; nothing was written."""


class NumberTaken(Exception):  # noqa: N818 - an answer: the order is already there
    """An order of this id or number exists; nothing was written."""


@dataclass(frozen=True, slots=True)
class Step:
    """New events of one order, and the order after them. ``expected`` is the version they were decided on, 0 for new."""

    order: WorkOrder
    events: tuple[OrderEvent, ...]
    expected: int
    person: PersonalData | None = None
    code_digest: str = ""
    messages: tuple[OrderMessage, ...] = ()


Committed = Callable[[Sequence[Step], Mapping[str, frozenset[str]]], None]
"""Hears of steps once they are durable, and which units had a part in each order before, by its id."""


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Orders that fit everything given, latest received first. ``unit`` has any part in it; ``after`` is a row's ``id``.

    ``by_limit``: the limit that ends next stands first, orders without one behind; ``after_limit`` is then the limit that
    the row ``after`` had when it was listed (it may have another by now).

    ``category`` takes in everything below it. ``text``: all of its words and character pairs occur. An empty ``lead`` or
    ``street`` means that none is known. A limit ends within [``due_from``, ``due_before``). ``repeated``: the appellant has
    an earlier order.
    """

    state: OrderState | None = None
    lead: str | None = None
    unit: str | None = None
    category: str | None = None
    street: str | None = None
    text: str = ""
    received_from: datetime | None = None
    received_before: datetime | None = None
    due_before: datetime | None = None
    open_only: bool = False
    appellant_key: str | None = None
    demo: bool | None = None
    channel: str | None = None
    type: str | None = None
    ending: ClosedBy | None = None
    late: bool | None = None
    due_from: datetime | None = None
    dispatched: bool | None = None
    objected: bool = False
    repeated: bool = False
    ids: tuple[str, ...] | None = None
    after: str | None = None
    limit: int = 20
    by_limit: bool = False
    after_limit: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of a list; texts are masked."""

    id: str
    number: str
    version: int
    state: OrderState
    round: int
    type: str
    category: str
    street: str | None
    lead: str | None
    lead_name: str
    urgency: str
    channel: str
    title: str
    received_at: datetime
    updated_at: datetime
    dispatch_due: datetime | None
    feedback_due: datetime | None
    closed_at: datetime | None
    late: bool | None
    contacted: bool | None
    solved: bool | None
    satisfaction: Satisfaction | None
    objections: int
    confidential: bool
    is_demo: bool
    attempts: int = 0
    follow_up_due: datetime | None = None

    @property
    def running_limit(self) -> datetime | None:
        """One clock runs at a time: of the feedback once an order is dispatched, of the dispatch before."""
        return self.feedback_due or self.dispatch_due


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message on its way. ``dedup_key`` is the same at every attempt: the receiver acts on it once."""

    id: int
    dedup_key: str
    order_id: str
    destination: str
    kind: str
    body: str
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxState:
    """What is not delivered; counts end at some bound where very much waits."""

    waiting: int
    dead: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Access:
    """Who looked at whose personal data, when and why (ordinance Article 35)."""

    order_id: str
    actor: Actor
    at: datetime
    reason: str


class WorkOrderStore(Protocol):
    """Every method raises ``StoreUnavailable``. What ``commit`` writes is durable once it returns."""

    def load(self, order_id: str) -> WorkOrder | None: ...
    def events(self, order_id: str) -> tuple[OrderEvent, ...]: ...
    def id_of(self, number: str) -> str | None: ...
    def known(self, numbers: Sequence[str]) -> frozenset[str]: ...
    def code_digest(self, order_id: str) -> str: ...
    def find(self, query: OrderQuery) -> list[OrderRow]: ...
    def count(self, query: OrderQuery) -> int: ...

    def commit(self, steps: Sequence[Step], reply: Reply = None) -> None:
        """Events, projection, messages and the reply in one transaction. Raises ``VersionConflict``, ``NumberTaken``."""
        ...

    def person(self, order_id: str) -> PersonalData | None: ...
    def record_access(self, access: Access) -> None: ...
    def accesses(self, order_id: str) -> tuple[Access, ...]: ...


class FollowUpQueue(Protocol):
    """Orders whose appellants are to be asked, or whose answer waits for a decision (Article 23)."""

    def due(
        self, before: datetime, need: FollowUpNeed | None = None, *, after: str | None = None, limit: int = 20
    ) -> list[OrderRow]:
        """Longest due first; ``after`` is a row's ``id``. Raises ``StoreUnavailable``."""
        ...

    def counts(self, before: datetime) -> dict[FollowUpNeed, int]: ...


class Outbox(Protocol):
    """Messages that were committed with an order's events and must arrive at least once."""

    def lease(self, now: datetime, limit: int, seconds: float) -> list[OutboxMessage]:
        """Due messages, oldest first, that no other relay gets for ``seconds``."""
        ...

    def delivered(self, message_id: int, at: datetime) -> None: ...
    def failed(self, message_id: int, due_at: datetime | None, fault: str) -> None:
        """To be tried again at ``due_at``; ``None``: given up until somebody resends it."""
        ...

    def resend(self, message_id: int, now: datetime) -> bool: ...
    def outbox_state(self) -> OutboxState: ...
    def dead_letters(self, limit: int = 100) -> list[OutboxMessage]: ...
