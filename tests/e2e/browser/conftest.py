"""A service, a browser and people to sit before it. Without Chromium or built pages these tests skip, or fail in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e.browser.people import Desk
from tests.e2e.browser.service import Service, prepared_once, running_service

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.chromium)
            item.add_marker(pytest.mark.timeout(480))


@pytest.fixture(scope="session")
def chromium_program() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on the PATH (Debian: apt-get install chromium fonts-wqy-microhei)")
    return found


@pytest.fixture(scope="session")
def built_pages() -> None:
    made = subprocess.run([sys.executable, "web/build.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"the pages are not built (make web): {made.stderr[-300:]}")


@pytest.fixture(scope="session")
def service(built_pages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder, here = tmp_path_factory.mktemp("desk"), tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    with running_service(folder, prepared_once(shared, folder)) as service:
        yield service


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_program: str) -> Iterator[Browser]:
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    browser = playwright.chromium.launch(executable_path=chromium_program, args=options)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    return {}


@pytest.fixture
def desk(browser: Browser, service: Service, signed_in: dict[str, Any]) -> Iterator[Desk]:
    desk = Desk(browser, service, signed_in)
    yield desk
    desk.close()
