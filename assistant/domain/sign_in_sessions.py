"""A signed-in session: an opaque token in the browser, its digest in the database, two time limits."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """``idle`` since the last request, ``absolute`` since sign-in; a shift of a seat is shorter than twelve hours."""

    idle: timedelta = timedelta(hours=1)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """``digest`` is the SHA-256 of the token: whoever reads the database cannot sign in with it."""

    digest: str
    account_id: str
    started_at: datetime
    seen_at: datetime


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_token(token: str) -> str:
    """What a page must send with every change. Only who has the session's token can know it; the cookie alone is not enough."""
    mac = hmac.new(token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def expires_at(session: Session, limits: SessionLimits) -> datetime:
    return min(session.seen_at + limits.idle, session.started_at + limits.absolute)


def is_live(session: Session, now: datetime, limits: SessionLimits) -> bool:
    return now < expires_at(session, limits)
