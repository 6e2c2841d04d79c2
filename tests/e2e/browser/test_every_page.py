"""What holds for every page: nothing leaves our origin, the policy is strict, and the sizes are within their budgets."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.conftest import ROOT
from tests.e2e.browser.people import Desk

PAGES = [
    ("seat", "/console"),
    ("heating", "/console"),
    ("boss", "/dashboard"),
    ("editor", "/knowledge"),
    ("admin", "/accounts"),
]
OPEN_PAGES = ["/sign-in", "/demo", "/policies"]


@pytest.mark.parametrize(("login", "path"), PAGES)
def test_a_page_asks_nobody_else_and_its_policy_is_strict(desk: Desk, login: str, path: str) -> None:
    page = desk.person(login, path)
    answer = page.goto(path)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy and "default-src 'none'" in policy and "unsafe" not in policy
    expect(page.locator("h1").first).to_be_attached()
    page.wait_for_load_state("load")
    watch = desk.opened[-1][1]
    assert watch.foreign == []
    assert watch.faults == []


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_an_open_page_asks_nobody_else(desk: Desk, path: str) -> None:
    page = desk.visitor()
    page.goto(path)
    page.wait_for_load_state("load")
    expect(page.locator("h1").first).to_be_attached()
    assert desk.opened[-1][1].foreign == []


def test_a_request_to_another_origin_would_be_seen(desk: Desk) -> None:
    """The watch itself: what every other test relies on."""
    page = desk.visitor()
    page.goto("/sign-in")
    watch = desk.opened[-1][1]
    page.evaluate("fetch('https://example.invalid/x').catch(() => null)")
    assert watch.foreign or watch.faults
    watch.foreign.clear()
    watch.faults.clear()


def test_sizes_stay_within_their_budgets(built_pages: None) -> None:
    made = subprocess.run(
        [sys.executable, "web/build.py", "--run", "budgets"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "console, initial" in made.stdout
