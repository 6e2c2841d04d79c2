"""Signing in and out over HTTP: cookies, forged requests, guessing, expiry, passwords, and who may keep accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from assistant.api.app import create_app
from assistant.api.safe_start import UnsafeSettings
from assistant.domain.accounts import AccountRole
from assistant.domain.rate_limit import RateRule
from assistant.ports.orders import StoreUnavailable
from assistant.setting_sections import Caller, SignIn
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, KEY, FakeContainer, api_settings
from tests.api.people import Office, Page, office

CATEGORY = "住房/物业管理/物业服务不到位"
TLS = SignIn(origin="https://hotline.example")


@pytest.fixture
def people(tmp_path: Path) -> Office:
    return office(tmp_path)


@pytest.fixture
def container(people: Office) -> FakeContainer:
    return FakeContainer(work_orders=people)


@pytest.fixture
async def client(container: FakeContainer) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(container) as client:
        yield client


@pytest.fixture
def page(client: httpx.AsyncClient) -> Page:
    return Page(client)


async def signed_in(page: Page, people: Office, login: str) -> Page:
    assert (await page.sign_in(login, people.passwords[login])).status_code == 200
    return page


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def test_who_am_i_before_and_after(page: Page, people: Office) -> None:
    before = (await page.call("GET", "/v1/session")).json()
    assert before == {
        "account": None,
        "csrf_token": None,
        "expires_at": None,
        "ways_in": {"password": True, "oidc": None},
    }
    answer = await page.sign_in("housing", people.passwords["housing"])
    assert answer.status_code == 200
    after = (await page.call("GET", "/v1/session")).json()
    assert after == answer.json()
    account = after["account"]
    assert (account["login"], account["role"], account["unit"]) == ("housing", "unit_handler", "housing-administration")
    assert (after["csrf_token"], after["expires_at"]) == (page.token, "2026-03-02T05:00:00Z")
    assert people.passwords["housing"] not in answer.text


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    page: Page, people: Office, container: FakeContainer
) -> None:
    plain = (await page.sign_in("seat", people.passwords["seat"])).headers["set-cookie"]
    assert plain.startswith("hotline-session=")
    assert all(part in plain for part in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert "Secure" not in plain
    async with client_of(container, environment="production", keys=(DIGEST,), sign_in=TLS) as client:
        secure = (await Page(client).sign_in("seat", people.passwords["seat"])).headers["set-cookie"]
    assert secure.startswith("__Host-hotline-session=")
    assert "Secure" in secure
    assert "Domain" not in secure
    async with client_of(container, host="0.0.0.0") as client:
        assert "Secure" in (await Page(client).sign_in("seat", people.passwords["seat"])).headers["set-cookie"]


async def test_the_database_holds_no_token_and_no_password(page: Page, people: Office, tmp_path: Path) -> None:
    answer = await page.sign_in("seat", people.passwords["seat"])
    token = answer.cookies["hotline-session"]
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("orders.db*"))
    assert token.encode() not in stored
    assert people.passwords["seat"].encode() not in stored
    assert people.account("seat").id.encode() in stored


async def test_signing_in_changes_the_token_and_ends_the_session_before(page: Page, people: Office) -> None:
    first = (await page.sign_in("seat", people.passwords["seat"])).cookies["hotline-session"]
    second = (await page.sign_in("boss", people.passwords["boss"])).cookies["hotline-session"]
    assert first != second
    assert people.sign_in.resolve(first) is None
    assert (await page.call("GET", "/v1/session")).json()["account"]["login"] == "boss"


async def test_unknown_wrong_and_disabled_look_alike(page: Page, people: Office) -> None:
    people.accounts.change(people.account("market"), "admin", disabled=True)
    answers = [
        await page.sign_in("nobody", "some password 1"),
        await page.sign_in("seat", "some password 1"),
        await page.sign_in("market", people.passwords["market"]),
    ]
    shown = {(a.status_code, a.json()["code"], a.json()["detail"]) for a in answers}
    assert shown == {(403, "wrong_credentials", "登录名或密码不对，或者账号已停用。")}


async def test_unknown_logins_cost_the_same_hash_as_known_ones(people: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.desks import sign_in as module

    hashed: list[str] = []
    fits = module.password_fits
    monkeypatch.setattr(module, "password_fits", lambda given, stored: hashed.append(stored) or fits(given, stored))
    for login in ("seat", "nobody"):
        with pytest.raises(module.WrongCredentials):
            people.sign_in.sign_in(login, "wrong", "a")
    assert len(hashed) == 2
    assert {stored.rsplit("$", 2)[0] for stored in hashed} == {"scrypt$4$1$1"}


async def test_guessing_is_slowed_and_the_owner_elsewhere_is_not_locked_out(
    page: Page, people: Office, container: FakeContainer
) -> None:
    for _ in range(5):
        assert code_of(await page.sign_in("seat", "geheim-1")) == (403, "wrong_credentials")
    refused = await page.sign_in("seat", people.passwords["seat"])
    assert code_of(refused) == (429, "too_many_attempts")
    assert refused.headers["retry-after"] == "30"
    for _ in range(5):
        await page.sign_in("nobody", "geheim-1")
    assert code_of(await page.sign_in("nobody", "geheim-1")) == (429, "too_many_attempts")
    async with client_of(container, peer="::1") as elsewhere:
        assert (await Page(elsewhere).sign_in("seat", people.passwords["seat"])).status_code == 200
    people.clock.at += timedelta(seconds=31)
    assert (await page.sign_in("seat", people.passwords["seat"])).status_code == 200
    events = [event for event, _ in container.audit.records]
    assert (events.count("sign_in_failed"), events.count("signed_in")) == (12, 2)
    assert "geheim" not in str([payload for event, payload in container.audit.records if event == "sign_in_failed"])


async def test_a_page_without_a_session_is_told_to_sign_in_even_on_this_machine(
    page: Page, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/v1/work-orders")).status_code == 200  # curl in development: docs/adr/0005
    assert code_of(await page.call("GET", "/v1/work-orders")) == (401, "not_signed_in")
    fetched = await client.get("/v1/work-orders", headers={"sec-fetch-site": "cross-site"})
    assert code_of(fetched) == (401, "not_signed_in")


async def test_a_dead_cookie_never_falls_back_to_this_machines_rights(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/work-orders", headers={"cookie": "hotline-session=made-up"})
    assert code_of(answer) == (401, "not_signed_in")
    who = await client.get("/v1/session", headers={"cookie": "hotline-session=made-up"})
    assert who.json()["account"] is None
    assert 'hotline-session=""' in who.headers["set-cookie"]


async def test_changes_need_the_token_and_our_own_origin(page: Page, people: Office) -> None:
    await signed_in(page, people, "seat")
    order = {"title": "演示", "content": "演示数据", "type": "投诉", "category": CATEGORY}
    forged: list[dict[str, str]] = [
        {"x-csrf-token": ""},
        {"x-csrf-token": "wrong"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ]
    for headers in forged:
        answer = await page.call("POST", "/v1/work-orders", json=order, headers=headers)
        assert code_of(answer) == (403, "csrf_failed"), headers
    assert code_of(await page.call("DELETE", "/v1/session", headers={"x-csrf-token": ""})) == (403, "csrf_failed")
    made = await page.call("POST", "/v1/work-orders", json=order)
    assert made.status_code == 201
    assert people.desk.store.events(made.json()["id"])[0].actor.id == "account:seat"


async def test_nobody_can_be_signed_in_by_another_site(page: Page, people: Office) -> None:
    body = {"login": "seat", "password": people.passwords["seat"]}
    answer = await page.client.post("/v1/session", json=body, headers={"origin": "https://evil.example"})
    assert code_of(answer) == (403, "csrf_failed")
    assert "set-cookie" not in answer.headers


async def test_a_person_cannot_act_under_another_name(page: Page, people: Office) -> None:
    await signed_in(page, people, "seat")
    order = {"title": "演示", "content": "演示数据", "type": "投诉", "category": CATEGORY}
    made = await page.call("POST", "/v1/work-orders", json=order, headers={"x-person": "boss"})
    assert people.desk.store.events(made.json()["id"])[0].actor.id == "account:seat"


async def test_sessions_end_idle_and_at_last(page: Page, people: Office) -> None:
    await signed_in(page, people, "boss")
    for _ in range(11):
        people.clock.at += timedelta(minutes=59)
        assert (await page.call("GET", "/v1/work-orders")).status_code == 200
    people.clock.at += timedelta(minutes=61)
    assert code_of(await page.call("GET", "/v1/work-orders")) == (401, "not_signed_in")
    await signed_in(page, people, "boss")
    for _ in range(13):
        people.clock.at += timedelta(minutes=58)
        last = await page.call("GET", "/v1/work-orders")
    assert last.status_code == 401


async def test_signing_out_here_and_everywhere(page: Page, people: Office, container: FakeContainer) -> None:
    await signed_in(page, people, "seat")
    async with client_of(container) as second, client_of(container) as third:
        other, another = Page(second), Page(third)
        for each in (other, another):
            await signed_in(each, people, "seat")
        gone = await page.call("DELETE", "/v1/session")
        assert gone.status_code == 204
        assert 'hotline-session=""' in gone.headers["set-cookie"]
        assert (await other.call("GET", "/v1/work-orders")).status_code == 200
        assert (await other.call("DELETE", "/v1/session", params={"everywhere": True})).status_code == 204
        assert (await another.call("GET", "/v1/work-orders")).status_code == 401


async def test_a_new_password_ends_every_other_session(page: Page, people: Office, container: FakeContainer) -> None:
    await signed_in(page, people, "seat")
    async with client_of(container) as second:
        other = await signed_in(Page(second), people, "seat")
        old, new = people.passwords["seat"], "雨 后 山 路 很 滑 慢 行"
        path, body = "/v1/session/password", {"current_password": old, "new_password": new}
        assert code_of(await page.call("PUT", path, json=body | {"new_password": "short"})) == (422, "weak_password")
        assert code_of(await page.call("PUT", path, json=body | {"new_password": old})) == (422, "weak_password")
        assert code_of(await page.call("PUT", path, json=body | {"current_password": "x"})) == (
            403,
            "wrong_credentials",
        )
        changed = await page.call("PUT", path, json=body)
        assert changed.status_code == 200
        page.token = changed.json()["csrf_token"]
        assert (await page.call("GET", "/v1/work-orders")).status_code == 200
        assert (await other.call("GET", "/v1/work-orders")).status_code == 401
    assert code_of(await page.sign_in("seat", old)) == (403, "wrong_credentials")
    assert (await page.sign_in("seat", new)).status_code == 200


ADMIN = "/v1/accounts"


async def test_an_administrator_keeps_accounts(page: Page, people: Office, container: FakeContainer) -> None:
    await signed_in(page, people, "admin")
    form: dict[str, Any] = {"login": "New.Clerk", "name": "演示新人", "role": "unit_handler", "unit": "street-wangjing"}
    made = await page.call("POST", ADMIN, json=form)
    assert made.status_code == 201
    account, password = made.json()["account"], made.json()["password"]
    assert (account["login"], account["must_change_password"]) == ("new.clerk", True)
    assert code_of(await page.call("POST", ADMIN, json=form)) == (409, "login_taken")
    wrong = ({"login": "Ü"}, {"unit": None}, {"unit": "community-1"}, {"role": "seat_agent"})
    codes = [
        (await page.call("POST", ADMIN, json=form | {"login": "next"} | change)).json()["code"] for change in wrong
    ]
    assert codes == ["invalid_request", "unit_does_not_fit", "unknown_unit", "unit_does_not_fit"]
    assert len((await page.call("GET", ADMIN)).json()["items"]) == 7
    async with client_of(container) as second:
        clerk = Page(second)
        assert (await clerk.sign_in("new.clerk", password)).status_code == 200
        assert code_of(await clerk.call("GET", "/v1/work-orders")) == (403, "password_change_required")
        body = {"current_password": password, "new_password": "一 句 自己 记得 住 的 话"}
        clerk.token = (await clerk.call("PUT", "/v1/session/password", json=body)).json()["csrf_token"]
        assert (await clerk.call("GET", "/v1/work-orders")).status_code == 200
        one = f"{ADMIN}/{account['id']}"
        assert (await page.call("PATCH", one, json={"name": "演示改名"})).json()["name"] == "演示改名"
        assert (await clerk.call("GET", "/v1/work-orders")).status_code == 401
        assert (await page.call("PATCH", one, json={"disabled": True})).json()["disabled"] is True
        reset = (await page.call("POST", f"{one}/password-resets")).json()["password"]
        assert code_of(await clerk.sign_in("new.clerk", reset)) == (403, "wrong_credentials")
    assert code_of(await page.call("GET", f"{ADMIN}/absent")) == (404, "account_not_found")
    me = f"{ADMIN}/{people.account('admin').id}"
    assert code_of(await page.call("PATCH", me, json={"disabled": True})) == (422, "own_account")
    kept = {event for event, _ in container.audit.records}
    assert {"account_created", "account_changed", "password_reset", "accessed"} <= kept


async def test_article_35_who_looked_and_did_is_on_record(page: Page, people: Office, container: FakeContainer) -> None:
    await signed_in(page, people, "seat")
    order = {"title": "演示", "content": "演示数据，电话13812345678", "type": "投诉", "category": CATEGORY}
    made = (await page.call("POST", "/v1/work-orders", json=order)).json()["id"]
    await page.call("GET", f"/v1/work-orders/{made}")
    await page.call("GET", "/v1/work-orders", params={"text": "13812345678"})
    await signed_in(page, people, "market")
    await page.call("GET", f"/v1/work-orders/{made}")
    looks = [payload for event, payload in container.audit.records if event == "accessed"]
    told = [(look["actor"], look["method"], look["route"], look["ids"], look["status"]) for look in looks]
    assert told == [
        ("account:seat", "POST", "/v1/work-orders", {}, 201),
        ("account:seat", "GET", "/v1/work-orders/{order_id}", {"order_id": made}, 200),
        ("account:market", "GET", "/v1/work-orders/{order_id}", {"order_id": made}, 404),
    ]
    assert "13812345678" not in str(looks)


async def test_a_database_that_is_away_is_said_so_and_questions_of_others_go_on() -> None:
    def away() -> None:
        raise StoreUnavailable("演示")

    async with client_of(FakeContainer(work_orders=away)) as client:
        page = Page(client)
        assert code_of(await page.sign_in("seat", "x")) == (503, "orders_unavailable")
        answer = await client.get("/v1/session", headers={"cookie": "hotline-session=x"})
        assert code_of(answer) == (503, "orders_unavailable")
        assert (await client.post("/v1/inquiries", json={"question": "物业费"})).status_code == 200


def test_outside_development_somebody_must_be_able_to_come_in_safely(container: FakeContainer, people: Office) -> None:
    def start(**sign_in: Any) -> None:
        create_app(container, api_settings(), environment="production", sign_in=SignIn(**sign_in))

    with pytest.raises(UnsafeSettings, match="HOTLINE_SIGN_IN__ORIGIN"):
        start()
    with pytest.raises(UnsafeSettings, match="https://"):
        start(origin="http://hotline.example")
    start(origin="https://hotline.example")
    for account in people.accounts.store.all():
        people.accounts.change(account, "", disabled=True)
    with pytest.raises(UnsafeSettings, match="hotline accounts add"):
        start(origin="https://hotline.example")


async def test_without_tls_in_front_production_offers_no_sign_in(container: FakeContainer, people: Office) -> None:
    async with client_of(container, environment="production", keys=(DIGEST,)) as client:
        page = Page(client)
        assert (await page.call("GET", "/v1/session")).json()["ways_in"] == {"password": False, "oidc": None}
        assert code_of(await page.sign_in("seat", people.passwords["seat"])) == (503, "sign_in_off")
        answer = await client.get("/v1/models", headers={"authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200


def test_every_role_of_the_issue_exists() -> None:
    assert {role.value for role in AccountRole} == {
        *("seat_agent", "unit_handler", "supervisor", "knowledge_editor", "admin"),
    }


async def test_somebody_signed_in_has_a_limit_of_their_own(
    page: Page, people: Office, container: FakeContainer
) -> None:
    await signed_in(page, people, "seat")
    container.limiter.rule, container.people.rule = RateRule(1), RateRule(3)
    answers = [await page.call("GET", "/v1/session") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


async def test_browsers_are_told_to_stay_on_tls_where_it_is_said_to_be(container: FakeContainer) -> None:
    async with client_of(container, environment="production", keys=(DIGEST,), sign_in=TLS) as client:
        assert (await client.get("/livez")).headers["strict-transport-security"] == "max-age=31536000"
    async with client_of(container) as client:
        assert "strict-transport-security" not in (await client.get("/livez")).headers


async def test_a_key_has_no_password_to_change(container: FakeContainer) -> None:
    caller = Caller(key=SecretStr(DIGEST), role="supervisor")
    async with client_of(container, callers=(caller,)) as client:
        body = {"current_password": "x", "new_password": "y"}
        answer = await client.put("/v1/session/password", json=body, headers={"authorization": f"Bearer {KEY}"})
        assert code_of(answer) == (401, "not_signed_in")


async def test_outside_development_this_machine_is_nobody_special(container: FakeContainer) -> None:
    """A proxy on the same machine makes every caller look like it; accounts alone let the service start without keys."""
    async with client_of(container, environment="production", sign_in=TLS) as client:
        for method, path in (("GET", "/v1/work-orders"), ("GET", "/v1/documents"), ("GET", "/v1/accounts")):
            assert code_of(await client.request(method, path)) == (401, "invalid_api_key"), path
        assert (await client.post("/v1/inquiries", json={"question": "物业费"})).status_code == 401
        assert (await client.get("/v1/session")).json()["account"] is None
