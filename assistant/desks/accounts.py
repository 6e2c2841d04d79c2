"""The desk where an administrator keeps accounts. Blocking; the same for the API and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from assistant.domain.accounts import Account, AccountRole, UnfitAccount, check_account
from assistant.domain.identifiers import new_id
from assistant.domain.outside_identity import OutsidePerson
from assistant.domain.passwords import ScryptCost, hash_password, random_password
from assistant.ports.accounts import AccountStore


class AccountUnknown(Exception):  # noqa: N818 - an answer
    """No such account."""


@dataclass(frozen=True)
class AccountDesk:
    """``units`` are the ids of the city pack."""

    store: AccountStore
    units: frozenset[str]
    cost: ScryptCost = field(default_factory=ScryptCost)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def create(
        self, login: str, name: str, role: AccountRole, unit: str | None = None, *, must_change: bool = True
    ) -> tuple[Account, str]:
        """The account and its first password, random and told once. Raises ``UnfitAccount``, ``LoginTaken``."""
        account = Account(new_id(), login.strip().lower(), name.strip(), role, unit, self.now(), False, must_change)
        check_account(account, self.units)
        password = random_password()
        self.store.add(account, hash_password(password, self.cost))
        return account, password

    def admit(self, person: OutsidePerson) -> Account:
        """The account of somebody whom the city's sign-in vouches for: made at the first time, brought up to date later.

        It has no password. A disabled one stays disabled. Raises ``UnfitAccount``.
        """
        found = self.store.by_login(person.login)
        wanted = Account(new_id(), person.login, person.name, person.role, person.unit, self.now())
        if found is None:
            check_account(wanted, self.units)
            self.store.add(wanted, "")
            return wanted
        known = replace(found[0], name=person.name, role=person.role, unit=person.unit)
        return known if known == found[0] else self.change(found[0], "", **_parts(person))

    def find(self, account_id: str) -> Account:
        """Raises ``AccountUnknown``."""
        account = self.store.get(account_id)
        if account is None:
            raise AccountUnknown
        return account

    def find_login(self, login: str) -> Account:
        """Raises ``AccountUnknown``."""
        found = self.store.by_login(login.strip().lower())
        if found is None:
            raise AccountUnknown
        return found[0]

    def change(self, account: Account, by: str, **changes: object) -> Account:
        """Name, role, unit, disabled. Sessions end: nobody goes on with yesterday's rights. Raises ``UnfitAccount``.

        ``by`` is the login of who asks; nobody takes away their own rights by a slip.
        """
        changed = replace(account, **changes)  # type: ignore[arg-type]  # by name, as the caller gives them
        if account.login == by and (changed.disabled or changed.role is not account.role):
            raise UnfitAccount("own_account", "不能停用自己的账号或者更改自己的身份，请由另一位管理员办理。")
        check_account(changed, self.units)
        self.store.change(changed)
        self.store.end_sessions(account.id)
        return changed

    def reset_password(self, account: Account, *, must_change: bool = True) -> str:
        """A new random password, told once; all sessions end. Raises ``UnfitAccount`` for one that never had a password."""
        found = self.store.by_login(account.login)
        if found is not None and not found[1]:
            raise UnfitAccount("outside_account", "这个账号经统一身份认证登录，没有本地密码，请在统一身份认证中处理。")
        password = random_password()
        self.store.set_password(account.id, hash_password(password, self.cost), must_change=must_change)
        self.store.end_sessions(account.id)
        return password


def _parts(person: OutsidePerson) -> dict[str, object]:
    return {"name": person.name, "role": person.role, "unit": person.unit}
