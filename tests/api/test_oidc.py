"""Signing in by a city's own sign-in, against a provider on a real socket: the way there and back, and every lie on it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from assistant.adapters.oidc import OidcSignIn
from assistant.domain.accounts import UnfitAccount
from assistant.setting_sections import Oidc, SignIn
from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer
from tests.api.people import Office, office
from tests.fake_oidc import CLIENT_ID, SECRET, Provider, rsa_key, running_provider

KEY = rsa_key()
SEAT = {"roles": ["staff", "12345-seat"], "name": "演示坐席"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(shared: Provider) -> Provider:
    fresh = Provider(port=shared.port, key=KEY)
    for name in vars(fresh):
        setattr(shared, name, getattr(fresh, name))
    shared.claims = dict(SEAT)
    return shared


@pytest.fixture
def people(tmp_path: Path) -> Office:
    return office(tmp_path)


class Browser:
    """Follows redirects between the two sites with one jar of cookies for ours."""

    def __init__(self, ours: httpx.AsyncClient, container: FakeContainer) -> None:
        self.ours, self.container = ours, container

    async def leave(self, **params: str) -> httpx.Response:
        return await self.ours.get("/v1/session/oidc", params=params)

    async def elsewhere(self, left: httpx.Response) -> str:
        """The address at which the provider sends the browser back."""
        assert left.status_code == 303, left.text
        async with httpx.AsyncClient() as theirs:
            return (await theirs.get(left.headers["location"])).headers["location"]

    async def journey(self, **params: str) -> httpx.Response:
        back = await self.elsewhere(await self.leave(**params))
        return await self.ours.get(back)

    async def who(self) -> dict[str, Any] | None:
        account: dict[str, Any] | None = (await self.ours.get("/v1/session")).json()["account"]
        return account


@asynccontextmanager
async def browsing(provider: Provider, people: Office, **changes: Any) -> AsyncIterator[Browser]:
    oidc = Oidc(
        issuer=provider.issuer,  # type: ignore[arg-type]
        client_id=CLIENT_ID,
        client_secret=SecretStr(SECRET),
        roles={"12345-seat": "seat_agent", "12345-unit": "unit_handler"},
    ).model_copy(update=changes)
    secret = oidc.client_secret.get_secret_value() if oidc.client_secret else None
    outside = OidcSignIn(str(oidc.issuer), oidc.client_id, secret, scopes=oidc.scopes)
    container = FakeContainer(work_orders=people, outside=outside)
    async with client_of(container, sign_in=SignIn(oidc=oidc)) as client:
        yield Browser(client, container)
    await outside.close()


def error_of(answer: httpx.Response) -> str | None:
    assert answer.status_code == 303
    assert "hotline-session=" not in answer.headers["set-cookie"]
    return parse_qs(urlsplit(answer.headers["location"]).query).get("sign_in_error", [None])[0]


async def test_the_way_there_and_back(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser:
        assert (await browser.ours.get("/v1/session")).json()["ways_in"]["oidc"] == "统一身份认证"
        back = await browser.journey(return_to="/console/orders?state=1")
        assert (back.status_code, back.headers["location"]) == (303, "/console/orders?state=1")
        account = await browser.who()
        assert account is not None
        assert (account["name"], account["role"], account["must_change_password"]) == ("演示坐席", "seat_agent", False)
        assert account["login"].startswith("oidc-")
        events = [(event, payload.get("by")) for event, payload in browser.container.audit.records]
        assert ("signed_in", "oidc") in events


async def test_the_request_carries_no_secret_and_new_values_each_time(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser:
        asked = []
        for _ in range(2):
            left = await browser.leave()
            asked.append({name: v[0] for name, v in parse_qs(urlsplit(left.headers["location"]).query).items()})
            cookie = left.headers["set-cookie"]
            assert "HttpOnly" in cookie and "SameSite=lax" in cookie
            seed = cookie.partition("=")[2].partition("|")[0]
            assert len(seed.strip('"')) == 43
            assert seed.strip('"') not in left.headers["location"]
        for name in ("state", "nonce", "code_challenge"):
            assert asked[0][name] != asked[1][name]
        assert SECRET not in str(asked)


async def test_coming_again_is_the_same_account_with_todays_role(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser:
        await browser.journey()
        first = await browser.who()
        provider.claims = {"roles": "12345-unit", "name": "演示改名", "unit": "street-wangjing"}
        await browser.journey()
        second = await browser.who()
        assert first is not None and second is not None
        assert first["id"] == second["id"]
        assert (second["role"], second["unit"], second["name"]) == ("unit_handler", "street-wangjing", "演示改名")
        provider.claims = SEAT | {"sub": "u-2"}
        await browser.journey()
        third = await browser.who()
        assert third is not None and third["id"] != first["id"]


async def test_another_issuer_or_login_name_cannot_take_over_an_account(provider: Provider, people: Office) -> None:
    provider.claims = SEAT | {"preferred_username": "boss", "email": "boss@example.org", "sub": "boss"}
    async with browsing(provider, people) as browser:
        await browser.journey()
        account = await browser.who()
        assert account is not None
        assert (account["login"] != "boss", account["role"]) == (True, "seat_agent")


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no algorithm": ({"forge": "none"}, "oidc_refused"),
    "public key as secret": ({"forge": "hs256"}, "oidc_refused"),
    "a stranger's key": ({"forge": "stranger"}, "oidc_refused"),
    "another audience": ({"claims": SEAT | {"aud": "other"}}, "oidc_refused"),
    "many audiences without azp": ({"claims": SEAT | {"aud": [CLIENT_ID, "other"]}}, "oidc_refused"),
    "another issuer": ({"claims": SEAT | {"iss": "https://evil.example"}}, "oidc_refused"),
    "expired": ({"claims": SEAT | {"exp": int(time.time()) - 3600}}, "oidc_refused"),
    "from the future": ({"claims": SEAT | {"iat": int(time.time()) + 3600}}, "oidc_refused"),
    "another journey's nonce": ({"claims": SEAT | {"nonce": "other"}}, "oidc_refused"),
    "no nonce": ({"claims": SEAT | {"nonce": None}}, "oidc_refused"),
    "no subject": ({"claims": SEAT | {"sub": None}}, "oidc_refused"),
    "a key nobody knows": ({"header": {"kid": "k-9"}}, "oidc_refused"),
    "no role": ({"claims": {"name": "演示"}}, "oidc_no_role"),
    "a role of another system": ({"claims": SEAT | {"roles": ["admin"]}}, "oidc_no_role"),
    "a unit that is none": ({"claims": {"roles": ["12345-unit"], "unit": "community-1"}}, "oidc_no_role"),
    "no unit": ({"claims": {"roles": ["12345-unit"]}}, "oidc_no_role"),
    "denied there": ({"deny": True}, "oidc_denied"),
    "a login page instead of JSON": ({"broken": "discovery"}, "oidc_unavailable"),
    "another issuer's description": ({"broken": "issuer"}, "oidc_unavailable"),
}


@pytest.mark.parametrize("lie", REFUSED)
async def test_lies_and_strangers_do_not_get_in(provider: Provider, people: Office, lie: str) -> None:
    knobs, code = REFUSED[lie]
    for name, value in knobs.items():
        setattr(provider, name, value)
    async with browsing(provider, people) as browser:
        left = await browser.leave()
        if code == "oidc_unavailable":
            assert error_of(left) == code
            return
        back = await browser.ours.get(await browser.elsewhere(left))
        assert error_of(back) == code
        assert await browser.who() is None
        assert len(people.accounts.store.all()) == 6


async def test_only_the_browser_that_left_may_come_back(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser, browsing(provider, people) as victim:
        address = await browser.elsewhere(await browser.leave())
        assert error_of(await victim.ours.get(address)) == "oidc_expired"
        await victim.leave()
        assert error_of(await victim.ours.get(address)) == "oidc_expired"
        assert provider.exchanges == 0
        assert (await browser.ours.get(address)).headers["location"] == "/console"
        assert error_of(await browser.ours.get(address)) == "oidc_expired"


async def test_a_stolen_code_is_no_use_without_the_verifier(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser, browsing(provider, people) as thief:
        code = parse_qs(urlsplit(await browser.elsewhere(await browser.leave())).query)["code"][0]
        own = parse_qs(urlsplit(await thief.elsewhere(await thief.leave())).query)
        answer = await thief.ours.get("/v1/session/oidc/callback", params={"code": code, "state": own["state"][0]})
        assert error_of(answer) == "oidc_refused"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nset-cookie: x=1", "console", "/|x"]
)
async def test_nobody_is_sent_elsewhere_afterwards(provider: Provider, people: Office, evil: str) -> None:
    async with browsing(provider, people) as browser:
        assert (await browser.journey(return_to=evil)).headers["location"] == "/console"


async def test_a_new_key_of_the_provider_is_fetched_and_not_at_every_token(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser:
        await browser.journey()
        await browser.journey()
        assert provider.keys_fetched == 1
        provider.key, provider.kid = rsa_key(), "k-2"
        assert error_of(await browser.journey()) == "oidc_refused"
        outside = browser.container.outside
        outside._keys = (time.monotonic() - 61, outside._keys[1])
        assert (await browser.journey()).headers["location"] == "/console"
        assert provider.keys_fetched == 2


async def test_elliptic_keys_and_nested_claims(provider: Provider, people: Office) -> None:
    provider.key, provider.algorithm = ec.generate_private_key(ec.SECP256R1()), "ES256"
    provider.claims = {"realm_access": {"roles": ["12345-seat"]}}
    async with browsing(provider, people, role_claim="realm_access.roles") as browser:
        await browser.journey()
        account = await browser.who()
        assert account is not None and account["role"] == "seat_agent"


async def test_a_disabled_account_stays_outside(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser:
        await browser.journey()
        account = await browser.who()
        assert account is not None
        people.accounts.change(people.account(account["login"]), "", disabled=True)
        assert error_of(await browser.journey()) == "account_disabled"
        assert await browser.who() is None


async def test_an_account_without_a_password_cannot_be_opened_by_one(provider: Provider, people: Office) -> None:
    async with browsing(provider, people) as browser:
        await browser.journey()
        account = await browser.who()
        assert account is not None
        for password in ("", " ", "x"):
            body = {"login": account["login"], "password": password}
            assert (await browser.ours.post("/v1/session", json=body)).status_code in (403, 422)
        with pytest.raises(UnfitAccount, match="outside_account"):
            people.accounts.reset_password(people.account(account["login"]))


async def test_a_provider_that_is_away_is_said_so_in_time(people: Office) -> None:
    provider = Provider(port=1)
    async with browsing(provider, people) as browser:
        assert error_of(await browser.leave()) == "oidc_unavailable"


async def test_without_a_provider_there_is_no_such_way(people: Office) -> None:
    async with client_of(FakeContainer(work_orders=people)) as client:
        for path in ("/v1/session/oidc", "/v1/session/oidc/callback"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "oidc_not_configured")
