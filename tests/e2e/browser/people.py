"""One signed-in person in a browser: a page that notes what it asked of whom and what went wrong on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests.e2e.browser.service import Service

LAPTOP = {"width": 1366, "height": 768}
# A condition is waited for as long as an action: on a slow machine the model's first answer alone takes seconds.
expect.set_options(timeout=30_000)
# What a browser itself writes about answers that a test provokes is no fault of the page.
EXPECTED_NOISE = ("Failed to load resource", "net::ERR_")


@dataclass
class Watch:
    """``foreign``: requests to other origins; ``faults``: errors of scripts and of the content security policy."""

    origin: str
    foreign: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._console(said.type, said.text))

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.foreign.append(request.url)

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(EXPECTED_NOISE):
            self.faults.append(text)


@dataclass
class Desk:
    """Opens pages for people; checks at the end that none left our origin or broke."""

    browser: Browser
    service: Service
    states: dict[str, Any]
    opened: list[tuple[BrowserContext, Watch]] = field(default_factory=list)

    def visitor(self, **options: Any) -> Page:
        chosen = {"viewport": LAPTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "base_url": self.service.url}
        context = self.browser.new_context(**(chosen | options))
        watch = Watch(self.service.url)
        page = context.new_page()
        watch.attach(page)
        self.opened.append((context, watch))
        return page

    def person(self, login: str, path: str = "/console", **options: Any) -> Page:
        """A page of its own context, signed in; the same session for the same login."""
        if login not in self.states:
            page = self.visitor()
            sign_in(page, login, self.service.passwords[login])
            self.states[login] = page.context.storage_state()
        page = self.visitor(storage_state=self.states[login], **options)
        page.goto(path)
        page.locator("#main").wait_for()
        return page

    def close(self) -> None:
        foreign = [url for _, watch in self.opened for url in watch.foreign]
        faults = [fault for _, watch in self.opened for fault in watch.faults]
        for context, _ in self.opened:
            for page in context.pages:  # a reply still on its way through a route would fail the next test
                page.unroute_all(behavior="ignoreErrors")
            context.close()
        assert not foreign, f"requests left our origin: {foreign}"
        assert not faults, f"the page broke or its policy was violated: {faults}"


def new_call(page: Page) -> Locator:
    """Begins a call by its key, which acts once the page stands; the box for what the citizen says."""
    page.locator("#main").wait_for()
    page.keyboard.press("Alt+n")
    box = page.get_by_label("记录市民的话")
    expect(box).to_be_focused()
    return box


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
