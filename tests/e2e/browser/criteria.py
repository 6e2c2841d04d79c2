"""WCAG 2.2, levels A and AA, beyond what axe-core looks at: asked of a page as it stands (``criteria.js``)."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("criteria.js")
REFLOW = "1.4.10 nothing needs scrolling sideways"
MOST_STOPS = 600


def findings(page: Page) -> dict[str, list[str]]:
    """What fails, by criterion; an empty dictionary is what every page owes."""
    page.evaluate(SCRIPT.read_text("utf-8"))
    found: dict[str, list[str]] = page.evaluate(
        "() => Object.fromEntries(Object.entries(window.criteria).map(([name, look]) => [name, look()]))"
    )
    found |= {"2.1 keyboard": by_keyboard(page), "colours of one's own": in_own_colours(page)}
    found |= {"reduced motion": without_motion(page), **{f"{REFLOW}, {name}": lost for name, lost in narrow(page)}}
    return {name: places for name, places in found.items() if places}


def by_keyboard(page: Page) -> list[str]:
    """Tab through the whole page: everything is reached, in order, in sight, with a ring, and the way leads out again."""
    page.evaluate("() => window.atWork.begin()")
    address, dialogs, faults = page.url, page.locator("dialog[open]").count(), list[str]()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate("() => window.atWork.stop()")
        if stop is None or stop["isKnown"]:
            break
        faults += stop["faults"]
    else:
        faults.append("2.1.2 the way does not end")
    missed: list[str] = page.evaluate("() => window.atWork.missed()")
    moved = (
        []
        if page.url == address and page.locator("dialog[open]").count() == dialogs
        else ["3.2.1 focus alone changed the page"]
    )
    return faults + missed + moved


def in_own_colours(page: Page) -> list[str]:
    page.emulate_media(forced_colors="active")
    found: list[str] = page.evaluate("() => window.atWork.edgeless()")
    page.emulate_media(forced_colors="none")
    return found


def without_motion(page: Page) -> list[str]:
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = page.evaluate("() => window.atWork.moving()")
    page.emulate_media(reduced_motion="no-preference")
    return found


SIZES = {"200 %": (683, 384), "400 %": (320, 640), "turned": (640, 320)}


def narrow(page: Page) -> list[tuple[str, list[str]]]:
    before, found = page.viewport_size, list[tuple[str, list[str]]]()
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        found.append((name, beyond(page)))
    if before is not None:
        page.set_viewport_size(before)
    return found


def beyond(page: Page) -> list[str]:
    """What stays beyond the edge: charts follow a new size a moment later."""
    for _ in range(30):
        lost: list[str] = page.evaluate("(name) => window.criteria[name]()", REFLOW)
        if not lost:
            break
        page.wait_for_timeout(100)
    return lost
