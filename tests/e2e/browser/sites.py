"""Sites that embed the window: one server under two names, so one is allowed to and the other is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Frame, Page

from tests.e2e.browser.service import Service

HOSTILE = """
* { color: rgb(255, 0, 255) !important; font-size: 7px !important; position: static !important; display: inline !important; }
button, textarea { border: 9px solid rgb(255, 0, 255) !important; }
"""
SITE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>演示站点</title>
<style>{style}</style><script>{before}</script>{scripts}</head>
<body><h1 id="title">演示站点</h1><button id="own">本站按钮</button><p>演示数据</p></body></html>"""
RECORDER = """
window.heard = [];
for (const name of ['ready', 'open', 'close', 'message', 'error'])
  addEventListener('hotline:' + name, (event) => heard.push([name, event.detail]));
"""


@dataclass
class Sites:
    """``pages`` maps a path to the settings of the page there: ``settings``, ``style``, ``scripts``."""

    port: int
    service: Service
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stranger(self) -> str:
        return f"http://localhost:{self.port}"

    def page(self, path: str) -> str:
        given = self.pages.get(path.partition("?")[0], {})
        script = f'<script async src="{self.service.url}/widget.js"></script>'
        settings = f"window.hotlineSettings = {given['settings']};" if "settings" in given else ""
        return SITE.format(
            style=given.get("style", ""), before=RECORDER + settings, scripts=script * given.get("scripts", 1)
        )


@contextmanager
def embedding_sites(service: Service) -> Iterator[Sites]:
    """Restarts the service with the one site in its settings."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = sites.page(self.path).encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sites = Sites(server.server_address[1], service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.stop()
    service.environment["HOTLINE_WIDGET__ALLOWED_ORIGINS"] = f'["{sites.allowed}"]'
    service.start()
    try:
        yield sites
    finally:
        server.shutdown()


def window_of(page: Page) -> Frame:
    """The window's own page, once it has drawn itself."""
    page.wait_for_function("() => window.hotline")
    deadline = time.monotonic() + 30
    while not (found := [frame for frame in page.frames if "/widget?" in frame.url]):
        assert time.monotonic() < deadline, f"no window among {[frame.url for frame in page.frames]}"
        page.wait_for_timeout(50)
    found[0].wait_for_selector("hotline-window nav button")
    return found[0]


def opened(page: Page, view: str = "ask") -> Frame:
    page.wait_for_function("() => window.hotline")
    page.evaluate("(view) => window.hotline.open(view)", view)
    return window_of(page)


def asked(frame: Frame, question: str) -> None:
    turns = frame.locator(".turn").count()
    frame.fill("#question", question)
    frame.press("#question", "Enter")
    frame.wait_for_selector(f".turn:nth-of-type({turns + 1}) .choices")
