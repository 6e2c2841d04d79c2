"""Every page with something on it: what must hold everywhere is asked of each (``criteria.py``)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.browser.people import Desk, new_call
from tests.e2e.browser.test_console_order import dispatched
from tests.e2e.browser.test_dashboard import opened, tile

HEATING = "演示：望京西园三区暖气不热，屋里才14度。室温不达标能退采暖费吗？"


def call(desk: Desk) -> Page:
    page = desk.person("seat")
    new_call(page).fill(HEATING)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="采用第1句")).to_be_visible()
    expect(page.get_by_role("combobox", name="问题分类")).not_to_have_value("")
    expect(page.get_by_role("group", name="承办单位").locator("label.unit").first).to_be_visible()
    return page


def order(desk: Desk) -> Page:
    page = desk.person("heating", f"/console/orders/{dispatched(desk.person('seat'))}")
    expect(page.get_by_role("region", name="可以办理")).to_be_visible()
    expect(page.get_by_role("region", name="办理过程")).to_contain_text("派单")
    return page


def dashboard(desk: Desk) -> Page:
    page = opened(desk)
    expect(page.get_by_role("region", name="主动治理", exact=True).get_by_role("button").first).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    return page


def drill(desk: Desk) -> Page:
    page = opened(desk)
    tile(page, "受理量").click()
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()
    return page


def document(desk: Desk) -> Page:
    page = desk.person("editor", "/knowledge/documents/sme-payment-arrears")
    expect(page.get_by_role("list", name="条款")).to_be_visible()
    return page


def accounts(desk: Desk) -> Page:
    page = desk.person("admin", "/accounts")
    expect(page.get_by_role("cell", name="演示班长 陈静")).to_be_visible()
    return page


def open_page(path: str) -> Callable[[Desk], Page]:
    def visit(desk: Desk) -> Page:
        page = desk.visitor()
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()
        return page

    return visit


def answer(desk: Desk) -> Page:
    page = desk.visitor(java_script_enabled=True)
    page.goto("/")
    page.get_by_label("您的问题").fill("办理居住证需要什么条件？")
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.locator(".sources")).to_be_visible()
    return page


def window(desk: Desk) -> Page:
    """The citizens' window as a page of its own, with an answer in it."""
    page = desk.visitor(viewport={"width": 400, "height": 720})
    page.goto("/widget")
    page.locator("#question").fill("办理居住证需要什么条件？")
    page.locator("#question").press("Enter")
    expect(page.locator(".turn .choices")).to_be_visible()
    return page


def window_filing(desk: Desk) -> Page:
    page = desk.visitor(viewport={"width": 400, "height": 720})
    page.goto("/widget?view=file")
    expect(page.locator("#matter")).to_be_visible()
    return page


EVERY_PAGE: dict[str, Callable[[Desk], Page]] = {
    "call": call,
    "order": order,
    "dashboard": dashboard,
    "drill": drill,
    "knowledge": lambda desk: desk.person("editor", "/knowledge"),
    "document": document,
    "accounts": accounts,
    "sign-in": open_page("/sign-in"),
    "ask": open_page("/"),
    "answer": answer,
    "complaint": open_page("/complaint"),
    "progress": open_page("/progress"),
    "policies": open_page("/policies?q=退采暖费"),
    "policy": open_page("/policies/sme-payment-arrears"),
    "demo": open_page("/demo"),
    "window": window,
    "window-filing": window_filing,
}
