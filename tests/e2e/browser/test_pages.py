"""Signing in, the frame of the pages, and what every page owes: no foreign request, a strict policy, axe clean."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk, new_call, sign_in
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
    assert page.url.startswith(desk.service.url)


def test_signing_out_leaves_nothing_behind(desk: Desk) -> None:
    page = desk.visitor()
    sign_in(page, "seat", desk.service.passwords["seat"])
    page.locator("#main").wait_for()
    new_call(page).fill("演示：楼道灯坏了")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.includes('call:'))")
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


def test_an_administrator_makes_an_account_whose_password_must_be_changed(desk: Desk) -> None:
    admin = desk.person("admin", "/accounts")
    expect(admin.get_by_role("cell", name="演示班长 陈静")).to_be_visible()
    admin.get_by_role("button", name="新建账号").click()
    dialog = admin.get_by_role("dialog", name="新建账号")
    assert_accessible(admin)
    login = f"new-{time.time_ns()}"
    dialog.get_by_label("姓名").fill("演示新人")
    dialog.get_by_label("账号").fill(login)
    dialog.get_by_label("角色").select_option("承办单位")
    expect(dialog.get_by_role("button", name="建立")).to_be_disabled()
    dialog.get_by_label("承办单位").fill("望京街道办事处")
    dialog.get_by_role("button", name="建立").click()
    password = admin.locator(".code").inner_text()
    assert_accessible(admin)

    person = desk.visitor()
    person.goto("/sign-in")
    person.get_by_label("账号").fill(login)
    person.get_by_label("密码").fill(password)
    person.keyboard.press("Enter")
    expect(person.get_by_role("heading", name="设置新密码")).to_be_visible()
    assert_accessible(person)
    person.goto("/console")
    expect(person.get_by_role("heading", name="设置新密码")).to_be_visible()
    person.get_by_label("当前密码").fill(password)
    person.get_by_label("新密码", exact=True).fill("correct horse battery 演示")
    person.get_by_label("再输入一次新密码").fill("correct horse battery 演示")
    person.keyboard.press("Enter")
    expect(person.locator("header .role")).to_have_text("承办单位")

    admin.get_by_role("row", name=re.compile(login)).get_by_role("button", name="停用").click()
    expect(admin.get_by_role("row", name=re.compile(login))).to_contain_text("已停用")
    person.reload()
    expect(person.get_by_role("heading", name="登录")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "contrast"])
def test_a_busy_screen_is_accessible_in_every_look(desk: Desk, theme: str) -> None:
    page = desk.person("seat")
    page.evaluate("(theme) => localStorage.setItem('hotline:own:theme', theme)", theme)
    page.reload()
    page.locator("#main").wait_for()
    new_call(page).fill("演示：望京西园三区暖气不热，屋里才14度。室温不达标能退采暖费吗？")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="采用第1句")).to_be_visible()
    expect(page.get_by_role("group", name="承办单位").locator("label.unit").first).to_be_visible()
    assert_accessible(page)


def test_a_narrow_window_needs_no_sideways_scrolling(desk: Desk) -> None:
    page = desk.person("seat", viewport={"width": 400, "height": 800})
    expect(page.get_by_role("navigation", name="工单队列")).to_be_visible()
    page.get_by_role("button", name=re.compile("新来电")).first.click()
    expect(page.get_by_label("记录市民的话")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


def test_a_page_that_was_open_during_an_upgrade_finds_the_new_files(desk: Desk) -> None:
    page = desk.person("boss", "/console")
    asked: list[str] = []

    def once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=404, json={"code": "not_found"})
        else:
            route.fallback()

    page.route(re.compile(r"/web/assets/DashboardPage-.*\.js"), once)
    page.get_by_role("link", name="总览").click()
    expect(page.get_by_role("heading", name="总览", level=1)).to_be_visible()
    assert len(asked) == 2


def test_a_page_that_cannot_be_loaded_says_so_and_stays(desk: Desk) -> None:
    page = desk.person("boss", "/console")
    page.route(re.compile(r"/web/assets/DashboardPage-.*\.js|/livez"), lambda route: route.abort())
    page.get_by_role("link", name="总览").click()
    expect(page.locator(".toast.error")).to_contain_text("页面没有打开")
    expect(page).to_have_url(re.compile("/console$"))
