"""Signing in, the frame of the pages, and what every page owes: no foreign request, a strict policy, axe clean."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk, sign_in
from tests.e2e.browser.service import Service


def test_pages_are_cached_by_their_hash_and_packed(service: Service) -> None:
    with httpx.Client(base_url=service.url) as client:
        page = client.get("/console")
        assert page.headers["cache-control"] == "no-cache"
        policy = page.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        kept = client.get("/console", headers={"if-none-match": page.headers["etag"]})
        assert kept.status_code == 304
        assert "content-security-policy" not in kept.headers  # it would replace the page's own
        script = page.text.split('src="')[1].split('"')[0]
        served = client.get(script, headers={"accept-encoding": "gzip"})
        assert "immutable" in served.headers["cache-control"]
        assert served.headers["content-encoding"] == "gzip"
        again = client.get(script, headers={"if-none-match": served.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["/web/../api/app.py", "/web/%2e%2e/web/.sources", "/web/assets/none.js", "/web/"])
def test_nothing_outside_of_the_build_is_served(service: Service, path: str) -> None:
    assert httpx.get(service.url + path).status_code == 404


def test_signing_in_leads_to_where_one_wanted(desk: Desk) -> None:
    page = desk.visitor()
    page.goto("/console?call=none")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.get_by_label("账号").fill("seat")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("密码").fill(desk.service.passwords["seat"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/console?call=none")


@pytest.mark.parametrize("wish", ["//evil.example/x", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_away(desk: Desk, wish: str) -> None:
    page = desk.visitor()
    page.goto(f"/sign-in?next={wish}")
    page.get_by_label("账号").fill("seat")
    page.get_by_label("密码").fill(desk.service.passwords["seat"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk.service.url}/console")


def test_signing_out_leaves_nothing_behind(desk: Desk) -> None:
    page = desk.visitor()
    sign_in(page, "seat", desk.service.passwords["seat"])
    page.locator("#main").wait_for()
    page.keyboard.press("Alt+n")
    page.get_by_label("记录市民的话").fill("演示：楼道灯坏了")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('call:'))")
    page.locator("summary").first.click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in**")
    assert page.evaluate("Object.keys(localStorage).filter((key) => !key.startsWith('hotline:own:'))") == []
    page.goto("/console")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_console_is_accessible_in_every_look(desk: Desk, theme: str) -> None:
    page = desk.person("seat")
    page.evaluate("(theme) => localStorage.setItem('hotline:own:theme', theme)", theme)
    page.reload()
    expect(page.get_by_role("navigation", name="工单队列")).to_be_visible()
    assert_accessible(page)


def test_an_unknown_page_says_so(desk: Desk) -> None:
    page = desk.person("seat", "/console/nowhere/at/all")
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    assert_accessible(page)
