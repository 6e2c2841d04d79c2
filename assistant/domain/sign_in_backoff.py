"""How long somebody who failed to sign in must wait: doubling per account and address, softer per account as a whole.

One address that guesses is stopped early. The account as a whole is slowed later and never for long: otherwise whoever
knows a login could lock its owner out (NIST SP 800-63B §5.2.2 bounds guesses; OWASP warns of locking as an attack).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often in a row, and when last."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class BackoffRule:
    """The first ``free`` failures cost nothing; then ``first`` doubles up to ``longest``."""

    free: int
    first: timedelta
    longest: timedelta


HERE = BackoffRule(5, timedelta(seconds=30), timedelta(minutes=15))
"""One login tried from one address."""
EVERYWHERE = BackoffRule(30, timedelta(seconds=5), timedelta(minutes=1))
"""One login tried from many addresses."""


def wait(rule: BackoffRule, failures: Failures | None, now: datetime) -> timedelta:
    """How much longer; zero when the person may try."""
    if failures is None or failures.count < rule.free or now - failures.last_at >= FORGOTTEN_AFTER:
        return timedelta(0)
    doublings = min(failures.count - rule.free, 20)
    pause = min(rule.first * int(2**doublings), rule.longest)
    return max(failures.last_at + pause - now, timedelta(0))
