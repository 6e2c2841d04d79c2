"""The queue at the seat: by limit to its end, what waits, what just happened lies over nothing, an order that was given back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk
from tests.e2e.browser.test_console_order import NEWS_MS, call, dispatched, new_order, take

PAGES = {"": (0, 40, "next"), "next": (40, 45, None)}


def line(at: int) -> dict[str, Any]:
    """One row of the list; the limits are of the far future, so that none ends while the test runs."""
    due = f"2099-01-01T{at // 60:02}:{at % 60:02}:00Z"
    same = {
        "version": 1,
        "state": "受理",
        "round": 1,
        "type": "投诉",
        "category": "住房/电梯",
        "street": None,
        "lead": None,
    }
    also = {
        "lead_name": "",
        "urgency": "一般",
        "channel": "电话",
        "received_at": "2026-03-02T04:00:00Z",
        "objections": 0,
    }
    ends = {"dispatch_due": due, "feedback_due": None, "closed_at": None, "late": None}
    return {"id": f"order-{at}", "number": f"DEMO-{at}", "title": f"演示：第{at}件", **same, **also, **ends}


def long_queue(page: Page) -> list[dict[str, list[str]]]:
    """Forty-five orders that wait for dispatch, in two pages; what was asked for is noted."""
    asked: list[dict[str, list[str]]] = []

    def answer(route: Route) -> None:
        said = parse_qs(urlsplit(route.request.url).query)
        if said.get("state") != ["受理"] or "sort" not in said:
            return route.fallback()
        asked.append(said)
        first, last, following = PAGES[said.get("cursor", [""])[0]]
        items = [line(at) for at in range(first, last)]
        return route.fulfill(json={"items": items, "total": 45, "next_cursor": following})

    page.route(re.compile(r"/v1/work-orders\?"), answer)
    return asked


def test_a_long_queue_stands_by_limit_and_keeps_what_was_fetched(desk: Desk) -> None:
    page = desk.visitor(storage_state=desk.person("seat").context.storage_state())
    asked = long_queue(page)
    page.goto("/console")
    lines = page.get_by_role("region", name="工单列表").locator(".line")
    expect(lines).to_have_count(40)
    page.get_by_role("button", name=re.compile("^再看一些")).click()
    expect(lines).to_have_count(45)
    assert {tuple(said["sort"]) for said in asked} == {("limit",)}
    before = len(asked)
    with page.expect_request(lambda request: "cursor=next" in request.url, timeout=NEWS_MS):
        new_order(page, "演示：又来一件")  # told by the live stream: the list is read again, as far as it was read
    assert len(asked) > before
    expect(lines).to_have_count(45)


def test_an_open_seat_shows_what_waits_and_what_comes_next(desk: Desk) -> None:
    page = desk.person("seat")
    new_order(page, "演示：等着派单的一件")
    page.goto("/console")
    expect(page.get_by_role("heading", name="现在要办的")).to_be_visible()
    tile = page.locator("#main .tile", has_text="待派单")
    expect(tile.locator("b")).to_have_text(re.compile("^[1-9]"))
    following = page.locator("#main a.next")
    first = page.get_by_role("region", name="工单列表").locator(".line").first
    expect(following).to_have_attribute("href", str(first.get_attribute("href")))
    assert_accessible(page)
    following.click()
    expect(page).to_have_url(re.compile("/console/orders/"))


def test_what_just_happened_is_told_in_the_head_and_lies_over_nothing(desk: Desk) -> None:
    seat = desk.person("seat")
    for width in (1366, 320):
        order = dispatched(seat)
        unit = desk.person("heating", f"/console/orders/{order}", viewport={"width": width, "height": 700})
        take(unit, "签收")
        toast = unit.locator(".toast")
        expect(toast).to_contain_text("签收")
        told, head = toast.bounding_box(), unit.locator("header.top").bounding_box()
        assert told and head
        assert head["y"] <= told["y"] and told["y"] + told["height"] <= head["y"] + head["height"]
        over = toast.evaluate(
            """(toast) => { const box = toast.getBoundingClientRect();
              return [...document.querySelectorAll('a, button, input, summary')].filter((other) => !toast.contains(other)).filter((other) => {
                const it = other.getBoundingClientRect();
                return it.width && it.left < box.right && box.left < it.right && it.top < box.bottom && box.top < it.bottom;
              }).map((other) => other.outerHTML.slice(0, 80)); }"""
        )
        assert over == []
        unit.get_by_role("button", name="知道了").click()
        expect(toast).to_have_count(0)


def test_who_gave_an_order_back_is_not_proposed_for_it_again(desk: Desk) -> None:
    seat = desk.person("seat")
    order = dispatched(seat)
    at = f"/v1/work-orders/{order}"
    unit = desk.person("heating")
    said = {"grounds": "演示：由另一家供热", "evidence": ["供热区域图"], "proposed_unit": "housing-administration"}
    call(unit, "POST", f"{at}/objections", said, **{"if-match": "*"})
    boss = desk.person("boss", f"/console/orders/{order}")
    boss.get_by_role("button", name=re.compile("^审核退单")).click()
    dialog = boss.get_by_role("dialog", name="审核退单")
    for words in ("演示：由另一家供热", "供热区域图", "朝阳区房屋管理局"):
        expect(dialog.locator(".grounds")).to_contain_text(words)
    dialog.get_by_label("同意退单，重新派单").check()
    dialog.get_by_label("审核意见").fill("演示：属实")
    dialog.get_by_role("button", name="审核退单").click()
    units = boss.get_by_role("group", name="承办单位")
    expect(units.locator("label.unit", has_text="属地供热单位")).to_contain_text("本单已退回")
    expect(units.locator("label.unit", has=boss.locator("input:checked"))).to_contain_text("朝阳区房屋管理局")


def test_a_unit_that_is_none_is_told_before_anything_is_sent(desk: Desk) -> None:
    seat = desk.person("seat")
    unit = desk.person("heating", f"/console/orders/{dispatched(seat)}")
    unit.get_by_role("button", name=re.compile("^请协办")).click()
    dialog = unit.get_by_role("dialog", name="请协办")
    box = dialog.get_by_label("协办单位")
    dialog.get_by_label("协办事项").fill("演示：协助测温")
    box.fill("没有这个局")
    box.press("Tab")
    expect(dialog.get_by_role("alert")).to_contain_text("没有认出“没有这个局”")
    expect(dialog.get_by_role("button", name="请协办")).to_be_disabled()
    box.fill("望京街道")
    box.press("Tab")
    expect(box).to_have_value("望京街道办事处")
    expect(dialog.get_by_role("button", name="请协办")).to_be_enabled()
