"""The ports of signing in: the store of accounts and sessions, whose calls block, and a city's own sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from assistant.domain.accounts import Account
from assistant.domain.outside_identity import SignInFlow
from assistant.domain.sign_in_backoff import Failures
from assistant.domain.sign_in_sessions import Session


class LoginTaken(Exception):  # noqa: N818 - an answer
    """An account with this login exists, perhaps disabled; nothing was written."""


class OutsideUnavailable(Exception):  # noqa: N818 - a state of the world
    """The city's sign-in does not answer, or not as it should; the message is a short fixed word."""


class OutsideRefused(Exception):  # noqa: N818 - an answer
    """The city's sign-in does not vouch for this person, or its token does not hold; the message is a short fixed word."""


class OutsideSignIn(Protocol):
    """Raises ``OutsideUnavailable``."""

    async def way_out(self, flow: SignInFlow, redirect_uri: str) -> str:
        """Where the browser goes."""
        ...

    async def claims(self, flow: SignInFlow, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """Who came back with ``code``, checked. Raises ``OutsideRefused``."""
        ...

    async def close(self) -> None: ...


class AccountStore(Protocol):
    """Every method raises ``StoreUnavailable``. Passwords travel as hashes only."""

    def add(self, account: Account, password_hash: str) -> None:
        """Raises ``LoginTaken``."""
        ...

    def get(self, account_id: str) -> Account | None: ...
    def by_login(self, login: str) -> tuple[Account, str] | None:
        """The account and its password hash, empty where it has none."""
        ...

    def all(self) -> list[Account]: ...
    def change(self, account: Account) -> None:
        """Writes name, role, unit and whether it is disabled."""
        ...

    def set_password(self, account_id: str, password_hash: str, *, must_change: bool) -> None: ...

    def open_session(self, session: Session) -> None:
        """Sessions that nobody used for a day are dropped on the way."""
        ...

    def session(self, digest: str) -> tuple[Session, Account] | None: ...
    def touch(self, digest: str, at: datetime) -> None: ...
    def end_session(self, digest: str) -> None: ...
    def end_sessions(self, account_id: str) -> int:
        """All of an account's; how many there were."""
        ...

    def failures(self, subjects: Sequence[str]) -> Mapping[str, Failures]: ...
    def record_failure(self, subjects: Sequence[str], at: datetime) -> None:
        """Counts one more for each; a count that is older than an hour begins anew."""
        ...

    def forget_failures(self, subjects: Sequence[str]) -> None: ...
