"""``hotline accounts``: who may sign in to the pages."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import add_json, building, settings_of
from assistant.domain.accounts import Account, AccountRole, UnfitAccount

if TYPE_CHECKING:
    from assistant.desks.accounts import AccountDesk

HELP = """add, list, disable accounts that sign in to the pages; reset their passwords

Passwords are random and shown once; whoever gets one chooses their own at the first sign-in.

examples:
  hotline accounts add chief --role admin --name 系统管理员
  hotline accounts add wangjing-01 --role unit_handler --unit street-wangjing --name 张三
  hotline accounts list
  hotline accounts reset-password chief
  hotline accounts demo"""

DEMO = (
    ("demo-seat", "演示坐席", AccountRole.SEAT_AGENT, None),
    ("demo-unit", "演示承办（望京街道）", AccountRole.UNIT_HANDLER, "street-wangjing"),
    ("demo-supervisor", "演示主管", AccountRole.SUPERVISOR, None),
    ("demo-editor", "演示知识编辑", AccountRole.KNOWLEDGE_EDITOR, None),
    ("demo-admin", "演示管理员", AccountRole.ADMIN, None),
)
Report = dict[str, Any]


@dataclass(frozen=True)
class AccountsCommand:
    help: str = HELP

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        adding = _verb(verbs, "add", run_add, "make an account and show its first password")
        adding.add_argument("login")
        adding.add_argument("--role", required=True, choices=[role.value for role in AccountRole])
        adding.add_argument("--unit", help="id of the handling unit, for --role unit_handler")
        adding.add_argument("--name", help="name or post that colleagues see (default: the login)")
        _verb(verbs, "list", run_list, "all accounts")
        for name, run, text in (
            ("disable", run_disable, "end its sessions and let nobody sign in with it"),
            ("enable", run_enable, "let it sign in again"),
            ("reset-password", run_reset, "end its sessions and show a new password"),
        ):
            _verb(verbs, name, run, text).add_argument("login")
        demo = _verb(verbs, "demo", run_demo, "development: one invented account per role, passwords shown once")
        demo.add_argument("--reset", action="store_true", help="new passwords for demo accounts that exist already")

    def execute(self, arguments: argparse.Namespace) -> int:
        status: int = arguments.run(arguments)
        return status


def _verb(verbs: Any, name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=text)
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


@contextmanager
def account_desk(arguments: argparse.Namespace) -> Iterator[AccountDesk]:
    from assistant.bootstrap.orders import open_work_orders
    from assistant.desks.accounts import AccountUnknown
    from assistant.ports.accounts import LoginTaken
    from assistant.ports.orders import StoreUnavailable

    try:
        with building():
            opened = open_work_orders(settings_of(arguments))
        try:
            yield opened.accounts
        finally:
            opened.close()
    except StoreUnavailable as error:
        raise CommandFailed(str(error)) from error
    except AccountUnknown:
        raise CommandFailed("no such account; `hotline accounts list` shows them") from None
    except LoginTaken:
        raise CommandFailed("this login is taken, perhaps by a disabled account: choose another") from None
    except UnfitAccount as error:
        raise UsageError(error.detail) from error


def run_add(arguments: argparse.Namespace) -> int:
    with account_desk(arguments) as desk:
        name = arguments.name or arguments.login
        made, password = desk.create(arguments.login, name, AccountRole(arguments.role), arguments.unit)
        _record(arguments, "account_created", made)
    return _told(arguments, [(made, password)])


def run_list(arguments: argparse.Namespace) -> int:
    with account_desk(arguments) as desk:
        accounts = desk.store.all()
    if arguments.json:
        print(json.dumps({"items": [_plain(account) for account in accounts]}, ensure_ascii=False))
        return 0
    for account in accounts:
        state = "停用" if account.disabled else "待改密码" if account.must_change_password else ""
        print(f"{account.login:<24}{account.role.value:<18}{account.unit or '':<28}{account.name}  {state}".rstrip())
    if not accounts:
        print("no accounts; make one with `hotline accounts add LOGIN --role admin`", file=sys.stderr)
    return 0


def run_disable(arguments: argparse.Namespace) -> int:
    return _set_disabled(arguments, True)


def run_enable(arguments: argparse.Namespace) -> int:
    return _set_disabled(arguments, False)


def _set_disabled(arguments: argparse.Namespace, disabled: bool) -> int:
    with account_desk(arguments) as desk:
        changed = desk.change(desk.find_login(arguments.login), "", disabled=disabled)
        _record(arguments, "account_changed", changed)
    print(json.dumps(_plain(changed), ensure_ascii=False) if arguments.json else f"{changed.login}: {arguments.verb}d")
    return 0


def run_reset(arguments: argparse.Namespace) -> int:
    with account_desk(arguments) as desk:
        account = desk.find_login(arguments.login)
        password = desk.reset_password(account)
        _record(arguments, "password_reset", account)
    return _told(arguments, [(account, password)])


def run_demo(arguments: argparse.Namespace) -> int:
    """Invented people with rights: never outside development."""
    if settings_of(arguments).environment != "development":
        raise UsageError("demo accounts are for development; use `hotline accounts add`")
    with account_desk(arguments) as desk:
        known = {account.login: account for account in desk.store.all()}
        made = [
            desk.create(*row, must_change=False) for row in DEMO if row[0] not in known and _unit_exists(desk, row[3])
        ]
        if arguments.reset:
            again = [known[row[0]] for row in DEMO if row[0] in known]
            made += [(account, desk.reset_password(account, must_change=False)) for account in again]
    if not made and not arguments.json:
        print("demo accounts are there already; passwords lost: hotline accounts demo --reset", file=sys.stderr)
    return _told(arguments, made, "demo accounts (演示数据), passwords are shown once:")


def _unit_exists(desk: AccountDesk, unit: str | None) -> bool:
    return unit is None or unit in desk.units


def _told(arguments: argparse.Namespace, made: list[tuple[Account, str]], heading: str = "") -> int:
    if arguments.json:
        rows = [_plain(account) | {"password": password} for account, password in made]
        print(json.dumps({"items": rows}, ensure_ascii=False))
        return 0
    if made and heading:
        print(heading)
    for account, password in made:
        print(f"  {account.login:<18}{password}    {account.role.value:<18}{account.name}")
    return 0


def _plain(account: Account) -> Report:
    shown = ("login", "name", "unit", "disabled", "must_change_password")
    return {name: getattr(account, name) for name in shown} | {"role": account.role.value}


def _record(arguments: argparse.Namespace, event: str, account: Account) -> None:
    """Who keeps accounts is on record, at the keyboard of the server too (ordinance Article 35)."""
    import asyncio

    from assistant.adapters.jsonl_audit import JsonlAudit
    from assistant.bootstrap.container import audit_file

    payload = {"actor": f"operator:{getpass.getuser()}", "about": _plain(account)}
    asyncio.run(JsonlAudit(audit_file(settings_of(arguments))).append(event, payload))


COMMAND = AccountsCommand()
