"""WCAG 2.2 A and AA beyond axe-core: what every page owes, and what only some have (docs/accessibility.md)."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.criteria import findings
from tests.e2e.browser.every_page import EVERY_PAGE
from tests.e2e.browser.moments import first_paint_ms
from tests.e2e.browser.people import Desk
from tests.e2e.browser.service import Service
from tests.e2e.browser.test_burst_banner import at
from tests.e2e.browser.test_dashboard import WHOLE, opened, tile

OPEN = ("/", "/complaint", "/progress", "/policies", "/policies/sme-payment-arrears")
FAULTY = """
<div id="x" style="display: flex; flex-direction: row-reverse"><img src="data:,"><video></video></div>
<div id="x" draggable="true" style="width: 900px">wide</div><h2></h2>
<p>words before <a href="/y" style="text-decoration: none">a link</a></p><a href="/z">更多</a>
<input style="border: 1px solid rgb(230, 230, 230)"><button aria-label="other">Save</button>
<button style="border: 0; outline: none">flat</button>
<div style="height: 16px; font-size: 13px; line-height: 1; overflow: hidden">spaced words</div>
<div style="width: 9px; height: 9px; background: red"></div>
"""


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_every_page_holds_what_is_asked_of_every_page(desk: Desk, name: str) -> None:
    found = findings(EVERY_PAGE[name](desk))
    assert found == {}


def test_a_page_that_fails_would_be_seen(desk: Desk) -> None:
    """The questions themselves: each finds its fault on a page made of faults."""
    page = desk.visitor()
    page.set_content(f"<html lang='xx'><title>x</title><body>{FAULTY}</body></html>")
    found = findings(page)
    for criterion in (
        "1.1.1", "1.2", "1.3.2", "1.4.1 ", "1.4.10", "1.4.11", "1.4.12", "2.4.2", "2.4.4", "2.4.6", "2.5.3", "2.5.7", "3.1.1", "4.1.1",
    ):  # fmt: skip
        assert [name for name in found if name.startswith(criterion)], criterion
    assert "2.4.7 no ring" in str(found["2.1 keyboard"])
    assert found["colours of one's own"]


def test_2_4_1_one_key_leads_past_the_head_of_the_page(desk: Desk) -> None:
    for page in (desk.person("boss", "/knowledge"), open_page(desk, "/policies")):
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main:target")).to_be_attached()
        page.keyboard.press("Tab")
        page.wait_for_function("() => document.querySelector('#main').contains(document.activeElement)")


def open_page(desk: Desk, path: str) -> Page:
    page = desk.visitor()
    page.goto(path)
    return page


def test_3_2_3_the_way_around_is_the_same_on_every_page_and_titles_differ(desk: Desk) -> None:
    page = desk.person("boss", "/console")
    names, titles = [], []
    for path in ("/console", "/dashboard", "/knowledge"):
        page.goto(path)
        around = page.get_by_role("navigation", name="页面").get_by_role("link")
        expect(around).to_have_count(3)
        names.append(around.all_inner_texts())
        titles.append(page.title())
    assert names[0] == names[1] == names[2]
    assert len(set(titles)) == 3


def test_2_4_3_another_page_begins_at_its_content(desk: Desk) -> None:
    page = desk.person("boss", "/knowledge")
    page.get_by_role("navigation", name="页面").get_by_role("link", name="总览").click()
    expect(page.get_by_role("heading", level=1, name="总览")).to_be_visible()
    expect(page.locator("#main")).to_be_focused()


def test_3_2_6_help_stands_in_the_same_place_on_every_open_page(service: Service) -> None:
    heads, titles = set(), set()
    for path in OPEN:
        body = httpx.get(service.url + path).text
        head = body.split("<header", 1)[1].split("</header>", 1)[0]
        heads.add(tuple(re.findall(r'href="(tel:\d+)"', head)))
        titles.add(re.findall(r"<title>(.*?)</title>", body)[0])
    assert heads == {("tel:12345",)}
    assert len(titles) == len(OPEN)


def test_3_3_8_signing_in_needs_no_memory_and_no_puzzle(desk: Desk) -> None:
    page = open_page(desk, "/sign-in")
    secret = page.get_by_label("密码")
    expect(page.get_by_label("账号")).to_have_attribute("autocomplete", "username")
    expect(secret).to_have_attribute("autocomplete", "current-password")
    secret.focus()
    page.keyboard.insert_text("from a password manager")
    expect(secret).to_have_value("from a password manager")
    paste = "(box) => box.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true}))"
    assert secret.evaluate(paste)  # nobody prevents it
    expect(page.locator("img, canvas, iframe")).to_have_count(0)


def test_3_3_7_what_was_told_is_not_asked_for_again(desk: Desk) -> None:
    page = open_page(desk, "/progress?number=20260101-0123456789")
    expect(page.get_by_label("工单编号")).to_have_value("20260101-0123456789")


def test_2_5_2_a_press_that_ends_elsewhere_closes_nothing(desk: Desk) -> None:
    page = opened(desk)
    tile(page, "受理量").click()
    dialog = page.get_by_role("dialog", name="受理量")
    expect(dialog.get_by_role("link").first).to_be_visible()
    page.mouse.move(5, 400)
    page.mouse.down()
    page.mouse.move(683, 384)
    page.mouse.up()
    expect(dialog).to_be_visible()
    page.mouse.click(5, 400)
    expect(dialog).to_have_count(0)


def test_1_4_13_what_a_pointer_shows_can_be_put_away(desk: Desk) -> None:
    page = at(desk, "boss", WHOLE)
    for name in ("三率", "主动治理"):  # what comes late would move the chart from under the pointer
        expect(page.get_by_role("region", name=name, exact=True).get_by_role("button").first).to_be_visible()
    card = page.locator(".chart", has=page.get_by_role("heading", name="按渠道"))
    canvas, tip = card.locator("canvas"), card.locator(".chart-tip")
    for step in range(40):  # a pointer that does not move shows nothing anew
        canvas.hover(position={"x": 150 + 3 * step, "y": 60 + step % 2})
        page.wait_for_timeout(100)
        if tip.is_visible():
            break
    expect(tip).to_be_visible()
    tip.hover()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_3_2_2_choosing_leaves_one_where_one_was(desk: Desk) -> None:
    page = opened(desk)
    channel = page.get_by_label("渠道", exact=True)
    channel.focus()
    with page.expect_response(re.compile(r"/v1/overview\?.*channel=")):
        channel.select_option("网站")
    expect(channel).to_be_focused()


@pytest.mark.parametrize(
    ("login", "path"), [("boss", "/dashboard"), ("editor", "/knowledge"), ("", "/widget"), ("", "/sign-in")]
)
def test_first_paint_comes_soon_on_a_slow_processor(desk: Desk, login: str, path: str) -> None:
    """Within 1.5 s on a processor slowed four times; other work only adds, so one of six openings shows what the page needs."""
    page = desk.person(login, "/knowledge") if login else desk.visitor()
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    paints: list[float] = []
    while len(paints) < 6 and min(paints, default=1501) > 1500:
        page.goto(path)
        expect(page.locator("h1").first).to_be_attached()
        paints.append(first_paint_ms(page))
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    assert min(paints) <= 1500, paints
