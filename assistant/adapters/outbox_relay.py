"""Carries committed messages to the units' receiver: at least once, with a key by which the receiver acts once."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Never, Protocol

import httpx

from assistant.ports.orders import Outbox, OutboxMessage, StoreUnavailable

logger = logging.getLogger(__name__)
LEASE_S = 60.0
MOST_ATTEMPTS = 12
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 900.0
IDLE_S, AWAY_S = 1.0, 5.0


class DeliveryFailed(Exception):  # noqa: N818 - an ending
    """The receiver did not take the message; ``fault`` is a short fixed word. ``for_good``: trying again is no use."""

    def __init__(self, fault: str, *, for_good: bool = False) -> None:
        super().__init__(fault)
        self.fault, self.for_good = fault, for_good


class Deliver(Protocol):
    def __call__(self, message: OutboxMessage, /) -> None:
        """Returns only when the receiver has taken the message. Raises ``DeliveryFailed``."""
        ...


@dataclass(frozen=True, slots=True)
class RelayReport:
    delivered: int
    failed: int
    dead: int


def relay(
    outbox: Outbox, deliver: Deliver, *, limit: int = 50, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> RelayReport:
    """One round over what is due. Killed anywhere, the next round sends again what was not marked delivered."""
    delivered = failed = dead = 0
    for message in outbox.lease(now(), limit, LEASE_S):
        try:
            deliver(message)
        except DeliveryFailed as error:
            gives_up = error.for_good or message.attempts >= MOST_ATTEMPTS
            outbox.failed(message.id, None if gives_up else now() + wait_after(message.attempts), error.fault)
            dead, failed = dead + gives_up, failed + (not gives_up)
        else:
            outbox.delivered(message.id, now())
            delivered += 1
    return RelayReport(delivered, failed, dead)


def keep_relaying(outbox: Outbox, deliver: Deliver, pause: Callable[[float], None]) -> Never:
    """Round after round for as long as the program lives. A database that is away is asked again: nobody else carries dispatches."""
    while True:
        try:
            idle_s = 0.0 if relay(outbox, deliver).delivered else IDLE_S
        except StoreUnavailable as error:
            logger.warning("nothing is carried: %s", error)
            idle_s = AWAY_S
        pause(idle_s)


def wait_after(attempts: int) -> timedelta:
    """Doubles up to a quarter of an hour, with jitter so that many messages do not come back together."""
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** max(attempts - 1, 0))
    return timedelta(seconds=longest * random.uniform(0.5, 1.0))  # noqa: S311 - jitter


class HttpDelivery:
    """``POST`` of the body as JSON with ``Idempotency-Key``. Any 2xx with a JSON answer is taken; the rest fails."""

    def __init__(self, url: str, *, token: str | None = None, timeout_s: float = 5.0) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.url, self.client = url, httpx.Client(timeout=timeout_s, headers=headers, follow_redirects=False)

    def __call__(self, message: OutboxMessage) -> None:
        headers = {
            "content-type": "application/json",
            "idempotency-key": message.dedup_key,
            "x-destination": message.destination,
            "x-kind": message.kind,
        }
        try:
            answer = self.client.post(self.url, content=message.body.encode(), headers=headers)
        except httpx.TimeoutException as error:
            raise DeliveryFailed("timeout") from error
        except httpx.HTTPError as error:
            raise DeliveryFailed("unreachable") from error
        if answer.status_code in (400, 404, 410, 413, 422):
            raise DeliveryFailed(f"refused_{answer.status_code}", for_good=True)
        if not answer.is_success:
            raise DeliveryFailed(f"status_{answer.status_code}")
        _check_taken(answer)

    def close(self) -> None:
        self.client.close()


def _check_taken(answer: httpx.Response) -> None:
    """A proxy's login page is a 200 as well: only a JSON object says that the receiver has the message."""
    if answer.status_code == 204:
        return
    try:
        taken = answer.json()
    except ValueError as error:
        raise DeliveryFailed("garbled") from error
    if not isinstance(taken, dict):
        raise DeliveryFailed("garbled")
