"""Rows W1–W8 of the conventions: how the citizens' window sits on another site."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.people import Desk
from tests.e2e.browser.service import Service
from tests.e2e.browser.sites import HOSTILE, Sites, asked, embedding_sites, opened, window_of

KB = 1024


@pytest.fixture(scope="module")
def sites(service: Service) -> Iterator[Sites]:
    with embedding_sites(service) as sites:
        yield sites


@pytest.fixture
def site(desk: Desk, sites: Sites) -> Page:
    """A page of the allowed site. What it loads from the service is foreign to it, which is the point here."""
    page = desk.visitor()
    desk.opened[-1][1].origin = "http://127.0.0.1"
    page.goto(sites.allowed + "/plain")
    return page


def heard(page: Page) -> list[str]:
    return [name for name, _ in page.evaluate("window.heard")]


def test_w1_one_script_of_three_kilobytes_puts_a_button_on_a_page(site: Page, service: Service) -> None:
    site.wait_for_function("() => window.hotline")
    button = site.locator("hotline-widget")
    expect(button).to_be_attached()
    assert len(gzip.compress(httpx.get(service.url + "/widget.js").content, 9)) <= 3 * KB
    page, style = (httpx.get(service.url + f"/widget/app.{kind}").content for kind in ("js", "css"))
    assert len(gzip.compress(page, 9)) + len(gzip.compress(style, 9)) <= 20 * KB
    assert [frame for frame in site.frames if "/widget?" in frame.url] == []


def test_w2_settings_stand_before_the_script(site: Page, sites: Sites) -> None:
    sites.pages["/set"] = {"settings": "{position: 'left', locale: 'en', launcherTitle: 'Help', elder: true}"}
    site.goto(sites.allowed + "/set")
    frame = opened(site)
    assert frame.locator("nav button").first.inner_text() == "Ask"
    assert frame.evaluate("document.documentElement.classList.contains('elder')")
    box = frame.frame_element().bounding_box()
    assert box is not None and box["x"] < 100


def test_w2_the_site_may_open_the_window_by_its_own_button(site: Page, sites: Sites) -> None:
    sites.pages["/own"] = {"settings": "{hideLauncher: true}"}
    site.goto(sites.allowed + "/own")
    site.wait_for_function("() => window.hotline")
    site.evaluate("() => { document.getElementById('own').onclick = () => hotline.open('progress') }")
    site.click("#own")
    frame = window_of(site)
    expect(frame.locator("#number")).to_be_visible()
    frame.press("#number", "Escape")
    site.wait_for_function("() => document.activeElement.id === 'own'")


def test_w3_events_tell_that_something_happened_and_never_what(site: Page) -> None:
    frame = opened(site)
    asked(frame, "办理居住证需要什么条件？")
    site.wait_for_function("() => heard.length === 4")  # what the window tells comes as a message of its own
    site.evaluate("hotline.close()")
    assert heard(site) == ["ready", "open", "message", "message", "close"]
    said = str(site.evaluate("window.heard"))
    assert "居住证" not in said
    assert "answered" in said


def test_w3_a_failure_is_an_event_too(site: Page) -> None:
    frame = opened(site)
    site.route("**/v1/citizen/inquiries", lambda route: route.fulfill(status=503, headers={"retry-after": "1"}))
    frame.fill("#question", "演示问题")
    frame.press("#question", "Enter")
    frame.wait_for_selector("hotline-failure button")
    site.wait_for_function("() => heard.some(([name]) => name === 'error')")
    assert "error" in heard(site)


def test_w4_loading_the_script_twice_changes_nothing(site: Page, sites: Sites) -> None:
    sites.pages["/twice"] = {"scripts": 2}
    site.goto(sites.allowed + "/twice")
    site.wait_for_function("() => window.hotline")
    site.wait_for_timeout(400)
    assert site.locator("hotline-widget").count() == 1
    assert heard(site) == ["ready"]


def test_w5_a_site_that_is_not_named_gets_no_window(desk: Desk, sites: Sites) -> None:
    page = desk.visitor()
    desk.opened[-1][1].origin = "http://"
    page.goto(sites.stranger + "/plain")
    page.wait_for_function("() => window.hotline")
    with page.expect_response("**/widget?**") as answer:
        page.evaluate("hotline.open()")
    assert answer.value.status == 403
    page.wait_for_timeout(300)
    assert [frame.url for frame in page.frames if frame.query_selector("hotline-window nav")] == []
    desk.opened[-1][1].faults.clear()  # the refusal is what the browser reports


def test_w5_the_browser_refuses_it_whatever_origin_was_claimed(service: Service, sites: Sites) -> None:
    policy = httpx.get(f"{service.url}/widget", params={"origin": sites.allowed}).headers["content-security-policy"]
    assert f"frame-ancestors 'self' {sites.allowed}" in policy
    assert "unsafe" not in policy


def test_w5_messages_of_other_windows_are_not_taken(site: Page) -> None:
    frame = opened(site)
    site.evaluate("window.postMessage({hotline: 1, type: 'close'}, '*')")
    site.wait_for_timeout(200)
    assert site.evaluate("hotline.isOpen")
    frame.evaluate("window.postMessage({hotline: 1, type: 'settings', elder: true}, '*')")
    frame.wait_for_timeout(200)
    assert not frame.evaluate("document.documentElement.classList.contains('elder')")


def test_w6_nothing_is_stored_before_the_first_message_and_no_cookie_ever(site: Page) -> None:
    frame = opened(site)
    stored = "sessionStorage.length + localStorage.length"
    assert (frame.evaluate(stored), site.evaluate(stored)) == (0, 0)
    asked(frame, "办理居住证需要什么条件？")
    frame.wait_for_function("() => sessionStorage.length === 1")
    assert (frame.evaluate("localStorage.length"), site.evaluate(stored)) == (0, 0)
    assert site.context.cookies() == []


def test_w7_styles_of_the_site_do_not_reach_in_nor_ours_out(site: Page, sites: Sites) -> None:
    plain = site.evaluate("getComputedStyle(document.getElementById('own')).cssText + getComputedStyle(title).font")
    sites.pages["/hostile"] = {"style": HOSTILE}
    site.emulate_media(reduced_motion="reduce")  # the place of the window is compared, not a moment of its rise
    frame = opened(site)
    clean = frame.evaluate("getComputedStyle(document.querySelector('#question')).color")
    size = frame.frame_element().bounding_box()
    site.goto(sites.allowed + "/hostile")
    frame = opened(site)
    assert frame.evaluate("getComputedStyle(document.querySelector('#question')).color") == clean
    assert frame.frame_element().bounding_box() == size
    site.goto(sites.allowed + "/plain")
    site.wait_for_function("() => window.hotline")
    after = "getComputedStyle(document.getElementById('own')).cssText + getComputedStyle(title).font"
    assert site.evaluate(after) == plain


def test_w8_escape_closes_and_the_focus_goes_back_to_the_button(site: Page) -> None:
    site.wait_for_function("() => window.hotline")
    site.focus("#own")
    site.keyboard.press("Tab")
    site.keyboard.press("Enter")
    frame = window_of(site)
    frame.wait_for_function("() => document.activeElement.id === 'question'")
    site.keyboard.press("Escape")
    site.wait_for_function("() => !hotline.isOpen")
    site.wait_for_function("() => document.activeElement.tagName === 'HOTLINE-WIDGET'")
    site.keyboard.press("Enter")
    site.wait_for_function("() => hotline.isOpen")
    assert heard(site)[-2:] == ["close", "open"]


@pytest.mark.parametrize(("size", "kept"), [((360, 640), True), ((1280, 800), False)])
def test_w8_focus_is_trapped_only_where_the_window_covers_the_page(
    site: Page, size: tuple[int, int], kept: bool
) -> None:
    site.set_viewport_size({"width": size[0], "height": size[1]})
    frame = opened(site)
    frame.wait_for_function("() => document.activeElement.id === 'question'")
    for _ in range(30):
        site.keyboard.press("Tab")
        if kept:  # at the edge the focus comes back by a message between two pages
            frame.wait_for_function("() => document.hasFocus()")
        elif not frame.evaluate("document.hasFocus()"):
            return
    assert kept, "the focus never left the window"


def test_a_service_that_is_away_leaves_ways_out(site: Page, sites: Sites) -> None:
    site.wait_for_function("() => window.hotline")
    site.clock.install()
    site.route("**/widget?**", lambda route: route.abort())
    site.evaluate("hotline.open()")
    site.clock.fast_forward(11_000)
    site.wait_for_function("() => heard.some(([name]) => name === 'error')")
    assert site.evaluate("hotline.isOpen")
