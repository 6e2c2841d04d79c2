"""What an appellant may know of an order (进度查询), and what a unit may (ordinance Articles 8 and 28)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from assistant.domain.catalogue import WorkCalendar
from assistant.domain.time_limits import ClockKind, deadline
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_events import Actor, Role

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without what is misread over the phone: 0 O 1 I L
_WORDS = {
    OrderState.ACCEPTED: "已受理，等待派单",
    OrderState.DISPATCHED: "已派至承办单位，等待签收",
    OrderState.OBJECTED: "正在核定承办单位",
    OrderState.SIGNED: "承办单位已签收",
    OrderState.HANDLING: "承办单位正在办理",
    OrderState.FED_BACK: "承办单位已反馈，正在审核",
    OrderState.REVIEWED: "已审核，即将回访",
    OrderState.FOLLOWED_UP: "已回访",
    OrderState.CLOSED: "已办结",
    OrderState.MERGED: "已与同一事项的工单合并办理",
}
STEPS = ("受理", "派单", "办理", "反馈", "回访", "办结")
"""The road as an appellant sees it."""
_STEP = {
    OrderState.ACCEPTED: 0,
    OrderState.DISPATCHED: 1,
    OrderState.OBJECTED: 1,
    OrderState.SIGNED: 2,
    OrderState.HANDLING: 2,
    OrderState.FED_BACK: 3,
    OrderState.REVIEWED: 3,
    OrderState.FOLLOWED_UP: 4,
    OrderState.CLOSED: 5,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """In public words: no notes of units, no names. ``step`` is the place in ``STEPS``; a merged order has none."""

    number: str
    state: str
    received_at: datetime | None
    due: datetime | None
    extended: bool
    reply: str
    can_rate: bool
    step: int | None = None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Who the appellant is and what they said in their own words; kept apart from the order, read by few.

    ``original`` holds further columns of an imported order as they stood there.
    """

    content: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    original: dict[str, str] = field(default_factory=dict)


def in_public_words(state: OrderState) -> str:
    return _WORDS[state]


def progress(order: WorkOrder, calendar: WorkCalendar) -> Progress:
    """Article 8: the appellant may know how it goes and may rate it."""
    clock = order.clock(ClockKind.FEEDBACK)
    due = deadline(clock, calendar) if clock and clock.stopped is None else None
    shown = order.reply if order.told or order.is_over else ""
    can_rate = order.state in (OrderState.REVIEWED, OrderState.FOLLOWED_UP) and not order.rated
    return Progress(
        number=order.number,
        state=_WORDS[order.state],
        received_at=order.received_at,
        due=due,
        extended=bool(clock and clock.extra),
        reply=shown,
        can_rate=can_rate,
        step=_STEP.get(order.state),
    )


def merged_progress(order: WorkOrder, main: WorkOrder, calendar: WorkCalendar) -> Progress:
    """An order that goes on under ``main``: how that one goes, under the number the appellant knows.

    The reply was written to the main order's appellant: another person is told that there is one, not what it says.
    """
    ahead = progress(main, calendar)
    is_own = order.appellant_key is not None and order.appellant_key == main.appellant_key
    return replace(
        ahead,
        number=order.number,
        state=f"{_WORDS[OrderState.MERGED]}：{ahead.state}",
        received_at=order.received_at,
        reply=ahead.reply if is_own else "",
        can_rate=False,
    )


def new_code() -> str:
    """Eight characters that the appellant is told once; 31**8, so guessing is hopeless behind a rate limit."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def code_for(secret: str, request: str) -> str:
    """The code of an order filed without help: the same for the same ``request``, which only its sender knows.

    So an appellant whose connection broke before the reply gets the code by sending the same request again.
    """
    number = int.from_bytes(hmac.digest(secret.encode(), f"order code\n{request}".encode(), "sha256"))
    letters: list[str] = []
    for _ in range(8):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def code_digest(order_id: str, code: str) -> str:
    """What is kept of the code."""
    return hashlib.sha256(f"{order_id}\n{code.strip().upper()}".encode()).hexdigest()


def code_fits(order_id: str, code: str, digest: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(code_digest(order_id, code), digest)


def may_see(order: WorkOrder, actor: Actor) -> bool:
    """The hotline sees every order; a unit sees those it has a part in; an appellant none: they have number and code."""
    return actor.role is not Role.APPELLANT and (actor.role is not Role.UNIT or actor.unit in order.units)


def may_see_person(order: WorkOrder, actor: Actor) -> bool:
    """The hotline, and units at work on the order unless the appellant asked for secrecy (保密)."""
    if actor.role is Role.APPELLANT:
        return False
    if actor.role is not Role.UNIT:
        return True
    at_work = actor.unit == order.lead or actor.unit in order.co_units
    return at_work and not order.confidential and not order.is_over
