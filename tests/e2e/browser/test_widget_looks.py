"""Rows W13, W14 and W17, axe on every state, and the screenshots of the documents (invented data only)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk
from tests.e2e.browser.sites import asked, opened
from tests.e2e.browser.test_widget_filing import COLD, answer_what_is_asked, filed, forward

SCREENSHOTS = os.environ.get("HOTLINE_SCREENSHOTS")
PERMIT = "办理居住证需要什么条件？"


def ask(frame: Frame) -> None:
    asked(frame, PERMIT)
    frame.locator(".mark").first.click()


def refused(frame: Frame) -> None:
    asked(frame, "红烧肉怎么做才好吃")


def emergency(frame: Frame) -> None:
    asked(frame, "家里着火了，有人被困在屋里出不来")


def warned(frame: Frame) -> None:
    frame.fill("#question", "我的手机号是13812345678")
    frame.press("#question", "Enter")
    frame.wait_for_selector(".warn")


def sheet(frame: Frame) -> None:
    frame.locator("footer button").click()
    frame.wait_for_selector("dialog[open]")


def menu(frame: Frame) -> None:
    frame.locator(".menu summary").click()


def complaint(frame: Frame) -> None:
    frame.locator("nav button").nth(1).click()
    frame.wait_for_selector("#matter")


def question(frame: Frame) -> None:
    complaint(frame)
    frame.fill("#matter", COLD)
    forward(frame)
    frame.wait_for_selector("#answer")


def contact(frame: Frame) -> None:
    question(frame)
    answer_what_is_asked(frame)


def review(frame: Frame) -> None:
    contact(frame)
    frame.fill("#phone", "10012345678")
    forward(frame)
    frame.wait_for_selector(".review")


def filed_appeal(frame: Frame) -> None:
    complaint(frame)
    filed(frame)


def progress(frame: Frame) -> None:
    filed_appeal(frame)
    frame.locator(".filing .choices button").nth(1).click()
    frame.get_by_role("button", name="查询").click()
    frame.wait_for_selector(".result")


STATES: dict[str, Callable[[Frame], None]] = {
    "open": lambda frame: None, "answer": ask, "refusal": refused, "emergency": emergency, "warning": warned,
    "person": sheet, "menu": menu, "complaint": complaint, "question": question, "contact": contact,
    "review": review, "filed": filed_appeal, "progress": progress,
}  # fmt: skip


def look(desk: Desk, **options: object) -> tuple[Page, Frame]:
    page = desk.visitor(**({"viewport": {"width": 1280, "height": 800}} | options))
    page.goto("/demo")
    return page, opened(page)


def keep(page: Page, name: str) -> None:
    """``HOTLINE_SCREENSHOTS=docs/screenshots`` draws them anew."""
    if SCREENSHOTS:
        page.wait_for_timeout(400)
        page.screenshot(path=Path(SCREENSHOTS) / f"widget-{name}.png")


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible(desk: Desk, state: str) -> None:
    page, frame = look(desk)
    STATES[state](frame)
    assert_accessible(frame)
    keep(page, state)


@pytest.mark.parametrize("state", ["answer", "review", "person"])
def test_w14_dark_follows_the_visitor_and_is_accessible(desk: Desk, state: str) -> None:
    page, frame = look(desk, color_scheme="dark")
    STATES[state](frame)
    paper = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in paper.strip("rgb()").split(",")) < 150
    assert_accessible(frame)
    keep(page, f"dark-{state}")


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_w14_who_wants_no_motion_gets_none(desk: Desk, motion: str, moves: bool) -> None:
    page, frame = look(desk, reduced_motion=motion)
    page.route("**/v1/citizen/inquiries", lambda route: None)
    frame.fill("#question", PERMIT)
    frame.press("#question", "Enter")
    frame.wait_for_selector(".working")
    animation = frame.evaluate("getComputedStyle(document.querySelector('.working'), '::after').animationName")
    assert (animation != "none") is moves


@pytest.mark.parametrize("state", ["open", "answer", "contact", "progress"])
def test_w13_the_elders_version_is_large_and_easy_to_hit(desk: Desk, state: str) -> None:
    page, frame = look(desk)
    frame.get_by_role("button", name="长辈版").click()
    STATES[state](frame)
    assert_accessible(frame)
    sizes = frame.evaluate(
        """() => [...document.querySelectorAll('button, a.button, summary, input:not([type=checkbox]), select')]
        .filter((node) => node.checkVisibility())
        .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect().height, parseFloat(getComputedStyle(node).fontSize)])"""
    )
    assert sizes
    assert [item for item in sizes if item[1] < 59.5 or item[2] < 18] == []
    text = frame.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
    assert text >= 18
    keep(page, f"elder-{state}")


@pytest.mark.parametrize("size", [(320, 640), (640, 400)], ids=["320px", "zoom 200%"])
@pytest.mark.parametrize("state", ["open", "answer", "review", "progress", "person", "menu"])
def test_w17_nothing_is_cut_off_at_320_pixels_and_at_200_percent(desk: Desk, size: tuple[int, int], state: str) -> None:
    page, frame = look(desk, viewport={"width": size[0], "height": size[1]})
    STATES[state](frame)
    beyond = frame.evaluate(
        """() => [...document.querySelectorAll('body *')].filter((node) => node.checkVisibility() && !node.closest('.quiet'))
        .filter((node) => { const box = node.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; })
        .map((node) => node.outerHTML.slice(0, 90))"""
    )
    assert beyond == []
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size[0] == 320:
        keep(page, f"320-{state}")


@pytest.mark.parametrize("width", [320, 360, 375, 393])
def test_w11_on_a_phone_the_way_to_a_person_stands_on_one_line(desk: Desk, width: int) -> None:
    _, frame = look(desk, viewport={"width": width, "height": 740})
    heights = frame.evaluate(
        "() => [...document.querySelectorAll('footer .people > *')].map((node) => node.offsetHeight)"
    )
    assert len(heights) == 2
    assert max(heights) < 60  # two lines of a label are more
    assert frame.evaluate("document.querySelector('footer').offsetHeight") < 120


def test_targets_are_at_least_24_pixels(desk: Desk) -> None:
    _, frame = look(desk)
    ask(frame)
    small = frame.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, select, textarea')].filter((node) => node.checkVisibility())
        .filter((node) => { const box = node.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
        .map((node) => node.outerHTML.slice(0, 90))"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_demo_page_is_accessible(desk: Desk, scheme: str) -> None:
    page = desk.visitor(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.goto("/demo")
    page.wait_for_function("() => window.hotline")
    expect(page.get_by_text("演示页面")).to_be_visible()
    assert_accessible(page)
    keep(page, "closed" if scheme == "light" else "closed-dark")
