"""The desk where people take steps on work orders: decide by the rules, commit once, tell the same to a repeated request.

Blocking, like the store below it. Nothing here acts by itself: each step is one person's request.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from assistant.desks.once import RepeatedRequest, once
from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType, Urgency
from assistant.domain.appellant_key import appellant_key
from assistant.domain.identifiers import new_id
from assistant.domain.order_masking import knowing, masked
from assistant.domain.order_messages import messages
from assistant.domain.order_policy import NotAllowed, OrderPolicy
from assistant.domain.order_progress import (
    PersonalData,
    Progress,
    code_digest,
    code_fits,
    may_see,
    may_see_person,
    merged_progress,
    new_code,
    progress,
)
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_rules import advance
from assistant.ports.orders import Access, NumberTaken, Step, VersionConflict, WorkOrderStore
from assistant.ports.requests import Reply, Request, RequestLedger, StoredReply

Mask = Callable[[str], str]
Answer = Callable[[WorkOrder], StoredReply]
"""Words the reply to a request, so that it is kept in the same transaction."""


NOBODY = "nobody"
APPELLANT = e.Actor("appellant", e.Role.APPELLANT)
_NO_DIGEST = code_digest(NOBODY, secrets.token_hex(16))


class OrderUnknown(Exception):  # noqa: N818 - an answer
    """No such order, or none that this person may see: the two look alike."""


@dataclass(frozen=True, slots=True)
class OrderForm:
    """What a person fills in to open an order. Texts may hold personal data: they are masked before they become events."""

    title: str
    content: str
    type: AppealType
    category: str
    street: str | None = None
    place: str = ""
    channel: str = "电话"
    urgency: Urgency = Urgency.NORMAL
    complex: bool = False
    confidential: bool = False
    name: str = ""
    phone: str = ""
    address: str = ""
    received_at: datetime | None = None
    repeat_of: str | None = None
    labels: tuple[str, ...] = ()
    original: Mapping[str, str] = field(default_factory=dict)


class Opened(NamedTuple):
    """``code`` is the appellant's, told once."""

    order: WorkOrder
    code: str


@dataclass(frozen=True)
class OrderDesk:
    """``mask`` takes personal data out of a text; ``appellant_key`` makes an opaque key of a phone number.

    ``mask_place``: what a list and the unit that goes there read, titles and places; ``None``: as ``mask``.
    """

    store: WorkOrderStore
    requests: RequestLedger
    policy: OrderPolicy
    mask: Mask
    secret: str = ""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    mask_place: Mask | None = None

    def open(
        self,
        form: OrderForm,
        actor: e.Actor,
        request: Request | None = None,
        answer: Answer | None = None,
        code: str | None = None,
    ) -> Opened:
        """受理. ``code``: one that the caller can make again for the same request, else a new one.

        Raises ``NotAllowed``, ``NoTimeLimit``, ``RepeatedRequest``, ``KeyReused``, ``KeyInFlight``, ``StoreUnavailable``.
        """
        with once(self.requests, request, self.now()):
            try:
                return self._opened(form, actor, request, answer, code or new_code())
            except NumberTaken:  # two of 10^10 numbers of a day fell together: the next one will not
                return self._opened(form, actor, request, answer, code or new_code())

    def _opened(
        self, form: OrderForm, actor: e.Actor, request: Request | None, answer: Answer | None, code: str
    ) -> Opened:
        order, event = self._accept(form, actor)
        step = Step(order, (event,), 0, person_of(form), code_digest(order.id, code))
        self.store.commit([step], _reply(request, answer and answer(order)))
        return Opened(order, code)

    def _accept(self, form: OrderForm, actor: e.Actor) -> tuple[WorkOrder, e.OrderEvent]:
        now = self.now()
        mask = knowing(form.name, self.mask)
        mask_place = mask if form.confidential or self.mask_place is None else knowing(form.name, self.mask_place)
        change = e.Acceptance(
            number=new_number(now),
            title=mask_place(form.title),
            content=mask(form.content),
            type=form.type,
            category=form.category,
            street=form.street,
            received_at=form.received_at or now,
            channel=form.channel,
            urgency=form.urgency,
            complex=form.complex,
            confidential=form.confidential,
            place=mask_place(form.place),
            appellant_key=self.appellant_key(form.phone),
            repeat_of=form.repeat_of,
            labels=form.labels,
        )
        return advance(WorkOrder(new_id()), change, actor, now, "受理", self.policy)

    def appellant_key(self, phone: str) -> str | None:
        """The same for the same number; useless without ``secret``. ``None`` for an unknown caller."""
        return appellant_key(self.secret.encode(), phone)

    def take(
        self,
        order_id: str,
        change: e.Change,
        actor: e.Actor,
        reason: str = "",
        *,
        expected: int | None = None,
        request: Request | None = None,
        answer: Answer | None = None,
    ) -> WorkOrder:
        """One step on one order (two for a merge). ``expected``: the version the person looked at.

        Raises ``OrderUnknown``, ``NotAllowed``, ``NoTimeLimit``, ``VersionConflict``, ``RepeatedRequest``, ``KeyReused``,
        ``KeyInFlight``, ``StoreUnavailable``.
        """
        with once(self.requests, request, self.now()):
            order = self.see(order_id, actor)
            if expected is not None and expected != order.version:
                raise VersionConflict
            steps = [self._step(order, masked(change, self.mask), actor, self.mask(reason))]
            if isinstance(change, e.MergeInto):
                main = self.see(change.order_id, actor)
                steps.append(self._step(main, e.MergeOf(order_id), actor, self.mask(reason)))
            after = steps[0].order
            self.store.commit(steps, _reply(request, answer and answer(after)))
            return after

    def _step(self, order: WorkOrder, change: e.Change, actor: e.Actor, reason: str) -> Step:
        # Clocks of machines differ: an order's time must not go back.
        at = max(self.now(), order.updated_at) if order.updated_at else self.now()
        after, event = advance(order, change, actor, at, reason, self.policy)
        return Step(after, (event,), order.version, messages=messages(after, event))

    def see(self, order_id: str, actor: e.Actor) -> WorkOrder:
        """Raises ``OrderUnknown`` also for an order that is none of this person's business."""
        order = self.store.load(order_id)
        if order is None or not may_see(order, actor):
            raise OrderUnknown
        return order

    def person(self, order_id: str, actor: e.Actor, reason: str) -> PersonalData:
        """The appellant's data; the look is on record first (Article 35). Raises ``OrderUnknown``, ``NotAllowed``."""
        order = self.see(order_id, actor)
        if not may_see_person(order, actor):
            raise NotAllowed("person_hidden", "诉求人信息已保密，或者您的身份不能查看。")
        if not reason.strip():
            raise NotAllowed("reason_missing", "查看诉求人信息必须写明理由。")
        self.store.record_access(Access(order_id, actor, self.now(), self.mask(reason)))
        return self.store.person(order_id) or PersonalData()

    def progress(self, number: str, code: str) -> Progress:
        """Article 8. Raises ``OrderUnknown`` for a wrong number and for a wrong code alike."""
        order = self._by_code(number, code)
        main = self.store.load(order.merged_into) if order.merged_into else None
        if main is not None:
            return merged_progress(order, main, self.policy.calendar)
        return progress(order, self.policy.calendar)

    def rate(self, number: str, code: str, rating: e.Rating, request: Request | None = None) -> Progress:
        """评价 (Article 8) by the appellant, once in each round. The same request again changes nothing.

        Raises ``OrderUnknown``, ``NotAllowed``, ``VersionConflict``, ``KeyReused``, ``KeyInFlight``, ``StoreUnavailable``.
        """
        order = self._by_code(number, code)
        try:
            with once(self.requests, request, self.now()):
                step = self._step(order, masked(rating, self.mask), APPELLANT, "")
                self.store.commit([step], _reply(request, StoredReply(200, "{}")))
        except RepeatedRequest:
            return progress(order, self.policy.calendar)
        return progress(step.order, self.policy.calendar)

    def _by_code(self, number: str, code: str) -> WorkOrder:
        """Asks the store the same for a number that is none: time must not tell which of the two was wrong."""
        order_id = self.store.id_of(number) or NOBODY
        digest = self.store.code_digest(order_id) or _NO_DIGEST
        order = self.store.load(order_id) if code_fits(order_id, code, digest) else None
        if order is None:
            raise OrderUnknown
        return order


def new_number(now: datetime) -> str:
    """工单编号: the day and ten random digits; it says nothing about how many orders there are."""
    return f"{now.astimezone(BEIJING):%Y%m%d}-{secrets.randbelow(10**10):010d}"


def person_of(form: OrderForm) -> PersonalData:
    return PersonalData(form.content, form.name, form.phone, form.address, dict(form.original))


def _reply(request: Request | None, reply: StoredReply | None) -> Reply:
    return (request, reply) if request and reply else None
