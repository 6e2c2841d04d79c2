"""The desk where people sign in and out. Blocking, like the store below it; nothing here knows HTTP."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from assistant.domain.accounts import Account
from assistant.domain.passwords import ScryptCost, hash_password, needs_rehash, password_fits, weakness
from assistant.domain.sign_in_backoff import EVERYWHERE, HERE, wait
from assistant.domain.sign_in_sessions import Session, SessionLimits, digest_of, expires_at, is_live, new_token
from assistant.ports.accounts import AccountStore

TOUCH_EVERY = timedelta(minutes=1)


class WrongCredentials(Exception):  # noqa: N818 - an answer
    """Unknown login, wrong password or disabled account: the three look and last alike."""


class TooManyAttempts(Exception):  # noqa: N818 - an answer
    """``wait`` is how much longer; an account that does not exist is treated the same."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


class WeakPassword(Exception):  # noqa: N818 - an answer
    """The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``token`` is the secret that the browser keeps."""

    token: str
    session: Session
    account: Account
    expires_at: datetime


@dataclass(frozen=True)
class SignInDesk:
    """``secret`` keys what is kept of failed attempts: people type passwords into the wrong field."""

    store: AccountStore
    secret: str
    limits: SessionLimits = field(default_factory=SessionLimits)
    cost: ScryptCost = field(default_factory=ScryptCost)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def sign_in(self, login: str, password: str, address: str, old_token: str = "") -> SignedIn:
        """A new session; the one the browser had before ends. Raises ``TooManyAttempts``, ``WrongCredentials``."""
        login = login.strip().lower()
        here, everywhere = self._subject(login, address), self._subject(login, "")
        self._refuse_hasty(here, everywhere)
        account = self._verified(login, password)
        if account is None:
            self.store.record_failure((here, everywhere), self.now())
            raise WrongCredentials
        self.store.forget_failures((here,))
        return self.begin(account, old_token)

    def _refuse_hasty(self, here: str, everywhere: str) -> None:
        known, now = self.store.failures((here, everywhere)), self.now()
        longest = max(wait(HERE, known.get(here), now), wait(EVERYWHERE, known.get(everywhere), now))
        if longest:
            raise TooManyAttempts(longest)

    def _verified(self, login: str, password: str) -> Account | None:
        # Somebody unknown costs the same work as somebody known, the very first time too.
        nobody, found = _nobody(self.cost), self.store.by_login(login)
        stored = found[1] if found and found[1] else nobody
        fits = password_fits(password, stored)
        if found is None or not found[1] or not fits or found[0].disabled:
            return None
        if needs_rehash(stored, self.cost):
            account = found[0]
            hashed = hash_password(password, self.cost)
            self.store.set_password(account.id, hashed, must_change=account.must_change_password)
        return found[0]

    def begin(self, account: Account, old_token: str = "") -> SignedIn:
        """A session for somebody whose identity is settled."""
        if old_token:
            self.store.end_session(digest_of(old_token))
        token, now = new_token(), self.now()
        session = Session(digest_of(token), account.id, now, now)
        self.store.open_session(session)
        return SignedIn(token, session, account, expires_at(session, self.limits))

    def resolve(self, token: str) -> SignedIn | None:
        """Who holds this token; ``None`` for an unknown, ended or expired one and for a disabled account."""
        found = self.store.session(digest_of(token))
        now = self.now()
        if found is None or found[1].disabled or not is_live(found[0], now, self.limits):
            return None
        session, account = found
        if now - session.seen_at >= TOUCH_EVERY:
            self.store.touch(session.digest, now)
            session = replace(session, seen_at=now)
        return SignedIn(token, session, account, expires_at(session, self.limits))

    def still_holds(self, token: str) -> bool:
        """As ``resolve``, without counting as something the person did: for streams that stay open."""
        found = self.store.session(digest_of(token))
        return found is not None and not found[1].disabled and is_live(found[0], self.now(), self.limits)

    def sign_out(self, token: str) -> None:
        self.store.end_session(digest_of(token))

    def sign_out_everywhere(self, account_id: str) -> int:
        """How many sessions ended."""
        return self.store.end_sessions(account_id)

    def change_password(self, signed_in: SignedIn, current: str, new: str, address: str) -> SignedIn:
        """All sessions end, a new one begins. Raises ``TooManyAttempts``, ``WrongCredentials``, ``WeakPassword``."""
        account = signed_in.account
        here, everywhere = self._subject(account.login, address), self._subject(account.login, "")
        self._refuse_hasty(here, everywhere)
        if self._verified(account.login, current) is None:
            self.store.record_failure((here, everywhere), self.now())
            raise WrongCredentials
        fault = weakness(new, account.login) or ("新密码不能与现在的密码相同。" if new == current else None)
        if fault:
            raise WeakPassword(fault)
        self.store.set_password(account.id, hash_password(new, self.cost), must_change=False)
        self.store.end_sessions(account.id)
        return self.begin(replace(account, must_change_password=False))

    def _subject(self, login: str, address: str) -> str:
        return hmac.new(self.secret.encode(), f"{login}\n{address}".encode("utf-8", "replace"), "sha256").hexdigest()


_NOBODY: dict[ScryptCost, str] = {}


def _nobody(cost: ScryptCost) -> str:
    """A hash that no password fits, of the same cost as everybody's; made once."""
    if cost not in _NOBODY:
        _NOBODY[cost] = hash_password(new_token(), cost)
    return _NOBODY[cost]
