"""Accounts, passwords, sessions and waits, by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.domain.accounts import Account, AccountRole, UnfitAccount, check_account, order_actor
from assistant.domain.passwords import (
    ScryptCost,
    hash_password,
    needs_rehash,
    password_fits,
    random_password,
    weakness,
)
from assistant.domain.sign_in_backoff import EVERYWHERE, FORGOTTEN_AFTER, HERE, Failures, wait
from assistant.domain.sign_in_sessions import (
    Session,
    SessionLimits,
    csrf_token,
    digest_of,
    expires_at,
    is_live,
    new_token,
)
from assistant.domain.work_order_events import Actor, Role
from tests.orders import NOON

CHEAP = ScryptCost(log_n=4, r=1, p=1)
CLERK = Account("a-1", "demo-clerk", "演示承办人", AccountRole.UNIT_HANDLER, "housing", NOON)
UNITS = frozenset({"housing"})


def code(account: Account) -> str | None:
    try:
        check_account(account, UNITS)
    except UnfitAccount as unfit:
        assert unfit.detail
        return unfit.code
    return None


def test_an_account_fits_or_says_why_not() -> None:
    assert code(CLERK) is None
    for login in ("", "a", "Clerk", "张三", "a b", "-a", "a" * 65, "a/b", "a\n"):
        assert code(replace(CLERK, login=login)) == "invalid_login", login
    assert code(replace(CLERK, name="  ")) == "invalid_name"
    assert code(replace(CLERK, unit=None)) == "unit_does_not_fit"
    assert code(replace(CLERK, role=AccountRole.SEAT_AGENT)) == "unit_does_not_fit"
    assert code(replace(CLERK, unit="community-1")) == "unknown_unit"


def test_only_three_roles_have_a_part_in_orders() -> None:
    actors = {role: order_actor("account:x", role, "housing") for role in AccountRole}
    assert actors[AccountRole.UNIT_HANDLER] == Actor("account:x", Role.UNIT, "housing")
    assert {role for role, actor in actors.items() if actor is None} == {
        AccountRole.KNOWLEDGE_EDITOR,
        AccountRole.ADMIN,
    }
    assert order_actor("key:x", None, None) is None


def test_a_password_fits_its_own_hash_only() -> None:
    stored = hash_password("正确 的 密码 𠮷", CHEAP)
    assert password_fits("正确 的 密码 𠮷", stored)
    assert not password_fits("正确 的 密码 吉", stored)
    assert stored != hash_password("正确 的 密码 𠮷", CHEAP)
    for no_hash in ("", "x", "scrypt$$$$$", "plain", stored + "x" * 3, stored.replace("scrypt", "md5")):
        assert not password_fits("正确 的 密码 𠮷", no_hash), no_hash
    assert not password_fits("\ud800", stored)


def test_the_cost_is_what_the_cheat_sheet_asks_and_old_hashes_are_made_anew() -> None:
    cost = ScryptCost()
    assert (cost.log_n, cost.r, cost.p) == (14, 8, 5)
    assert 128 * cost.r * 2**cost.log_n == 16 * 2**20
    assert needs_rehash(hash_password("x", CHEAP), cost)
    assert not needs_rehash(hash_password("x", CHEAP), CHEAP)


def test_random_passwords_can_be_read_out_and_differ() -> None:
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert [len(group) for group in password.split("-")] == [4, 4, 4, 4]
        assert not set(password) & set("il o01OI")
        assert weakness(password, "demo") is None


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "my-demo-clerk-1", "MY-DEMO-CLERK-1", "x" * 129])
def test_weak_passwords_are_named(password: str) -> None:
    assert weakness(password, "demo-clerk")


def test_a_session_ends_by_whichever_limit_comes_first() -> None:
    limits = SessionLimits(timedelta(hours=1), timedelta(hours=12))
    session = Session("d", "a-1", NOON, NOON)
    assert expires_at(session, limits) == NOON + timedelta(hours=1)
    late = replace(session, seen_at=NOON + timedelta(hours=11, minutes=30))
    assert expires_at(late, limits) == NOON + timedelta(hours=12)
    assert is_live(late, NOON + timedelta(hours=11, minutes=59), limits)
    assert not is_live(late, NOON + timedelta(hours=12), limits)


def test_a_token_its_digest_and_its_csrf_token_do_not_tell_each_other() -> None:
    token = new_token()
    assert len(token) == 43
    assert len({token, digest_of(token), csrf_token(token)}) == 3
    assert csrf_token(token) == csrf_token(token)
    assert csrf_token(token) != csrf_token(new_token())
    assert digest_of("\ud800")


def test_waits_double_up_to_a_limit_and_are_forgotten() -> None:
    def seconds(count: int, later: timedelta = timedelta(0)) -> float:
        return wait(HERE, Failures(count, NOON), NOON + later).total_seconds()

    assert [seconds(count) for count in (0, 4, 5, 6, 7)] == [0, 0, 30, 60, 120]
    assert seconds(9) == 480
    assert seconds(40) == seconds(10) == 900
    assert seconds(5, timedelta(seconds=20)) == 10
    assert seconds(5, timedelta(seconds=30)) == 0
    assert seconds(40, FORGOTTEN_AFTER) == 0
    assert wait(HERE, None, NOON) == timedelta(0)


def test_an_account_as_a_whole_is_never_locked_for_long() -> None:
    assert wait(EVERYWHERE, Failures(29, NOON), NOON) == timedelta(0)
    assert wait(EVERYWHERE, Failures(10_000, NOON), NOON) == timedelta(minutes=1)
