"""A burst of calls is told to supervisors' open pages at once (Article 29): named, with its orders, put away by hand."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistant.domain.burst_notice import BurstAlert
from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk
from tests.e2e.browser.test_console_order import call
from tests.e2e.browser.test_dashboard import WHOLE

# The page's stream in the test's hands: nothing else comes over it, and what comes has arrived.
STREAM = """window.EventSource = class extends EventTarget {
  static CONNECTING = 0; static OPEN = 1; static CLOSED = 2;
  constructor() { super(); this.readyState = 1; window.stream = this; }
  close() { this.readyState = 2; }
};"""
COUNTS = {"by_state": {"受理": 1}, "at_risk": 0, "late": 4321, "web": 0, "follow_up": 0}


def at(desk: Desk, login: str, path: str) -> Page:
    page = desk.person(login, "/knowledge")
    page.add_init_script(STREAM)
    page.goto(path)
    page.wait_for_function("() => window.stream?.readyState === 1")
    return page


def tell(page: Page, event: str, data: object) -> None:
    script = "([name, data]) => window.stream.dispatchEvent(new MessageEvent(name, {data}))"
    page.evaluate(script, [event, json.dumps(data, ensure_ascii=False)])


def found(desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """A signal that the service itself found, and how it would tell of it."""
    signal = call(desk.person("boss", "/knowledge"), "GET", "/v1/watch?days=30")["signals"][0]
    where = (signal["category"], signal["street"] or "", signal["place"])
    alert = BurstAlert(signal["id"], "第二十九条", *where, signal["count"], signal["callers"], signal["reason"])
    return signal, asdict(alert)


@pytest.mark.parametrize("path", ["/console", WHOLE])
def test_article_29_a_supervisor_is_told_of_a_burst_and_sees_its_orders(desk: Desk, path: str) -> None:
    signal, alert = found(desk)
    page = at(desk, "boss", path)
    region = page.locator(".bursts")
    expect(region).to_have_role("status")  # there before its words, so that they are read out
    expect(region).to_be_empty()
    tell(page, "burst", alert)
    tell(page, "burst", alert)
    expect(region.get_by_role("note")).to_have_count(1)
    expect(region).to_contain_text(signal["category"] or "全部分类")
    expect(region).to_contain_text(signal["street_name"].removesuffix("办事处"))
    expect(region).to_contain_text(f"{signal['count']} 件、{signal['callers']} 人")
    assert_accessible(page)
    region.get_by_role("button", name=re.compile("^看工单")).click()
    dialog = page.get_by_role("dialog", name=re.compile("^突发聚集"))
    expect(dialog.get_by_role("link").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    region.get_by_role("button", name=re.compile("^知道了")).click()
    expect(region).to_be_empty()


def test_a_seat_is_shown_no_burst(desk: Desk) -> None:
    _, alert = found(desk)
    page = at(desk, "seat", "/console")
    late = page.get_by_role("button", name=re.compile("^超时")).locator("b")
    expect(late).to_have_text(re.compile(r"\d"))  # what the page itself counted at its start has come
    tell(page, "burst", alert)
    tell(page, "counters", COUNTS)
    expect(late).to_have_text("4321")
    expect(page.get_by_text("突发聚集")).to_have_count(0)


def test_2_2_2_a_page_stands_still_while_a_person_wants_it_to(desk: Desk) -> None:
    page = at(desk, "seat", "/console")
    late = page.get_by_role("button", name=re.compile("^超时")).locator("b")
    expect(late).to_have_text(re.compile(r"\d"))
    before = late.inner_text()
    page.locator("summary").first.click()
    page.get_by_label("暂停自动更新").check()
    page.keyboard.press("Escape")
    notice = page.get_by_role("status").filter(has_text="自动更新已暂停")
    expect(notice).to_be_visible()
    assert_accessible(page)
    tell(page, "counters", COUNTS)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert late.inner_text() == before
    with page.expect_response(re.compile(r"/v1/work-orders\?")):
        notice.get_by_role("button", name="继续更新").click()
    tell(page, "counters", COUNTS)
    expect(late).to_have_text("4321")
    expect(page.get_by_text("自动更新已暂停")).to_have_count(0)
