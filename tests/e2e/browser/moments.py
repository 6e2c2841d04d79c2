"""How long a page takes, by the page's own clock: neither the test's process nor its polling is in the figure."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Frame, Page, expect

_WATCH = """(words) => {
  let from = null;
  for (const name of ['keydown', 'pointerdown'])
    addEventListener(name, (event) => (from ??= event.timeStamp), {capture: true});
  window.shownAfter = new Promise((done) => new MutationObserver((_, watcher) => {
    if (from === null || !document.body.innerText.includes(words)) return;
    watcher.disconnect();
    done(performance.now() - from);
  }).observe(document.body, {subtree: true, childList: true, characterData: true}));
}"""
_FIRST_PAINT = """new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName('first-contentful-paint')[0];
  if (paint) done(paint.startTime);
}).observe({type: 'paint', buffered: true}))"""


def shown_after_ms(page: Page | Frame, words: str, act: Callable[[], None]) -> float:
    """Milliseconds from the key or click of ``act`` to ``words`` on the page."""
    page.evaluate(_WATCH, words)
    act()
    expect(page.get_by_text(words).first).to_be_visible()
    took: float = page.evaluate("window.shownAfter")
    return took


def first_paint_ms(page: Page) -> float:
    """Milliseconds from the start of the navigation to the first text or picture; waits for the browser to report it."""
    paint: float = page.evaluate(_FIRST_PAINT)
    return paint
