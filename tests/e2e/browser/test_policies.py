"""The public pages of policies in a browser, without script: found, read, linked to, and never shown as what they are not."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk
from tests.e2e.browser.test_console_order import call
from tests.e2e.browser.test_knowledge import published, rules

PAGES = ("/policies", "/policies?q=退采暖费", "/policies/sme-payment-arrears", "/policies/sme-payment-arrears-2020")


@pytest.fixture
def page(desk: Desk) -> Page:
    return desk.visitor(java_script_enabled=False, viewport={"width": 390, "height": 844})


def test_article_31_a_citizen_finds_a_clause_and_keeps_its_address(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="政策文件").click()
    page.get_by_label("要找什么").fill("室温不达标退采暖费")
    page.get_by_role("button", name="查找").click()
    found = page.get_by_role("listitem").filter(has=page.get_by_role("heading"))
    expect(found.first).to_contain_text("暖")
    found.first.locator(".excerpt a").click()
    expect(page.locator("li:target")).to_be_in_viewport()
    expect(page.get_by_text("现行有效").first).to_be_visible()
    page.get_by_role("navigation", name="位置").get_by_role("link").nth(1).click()
    expect(page.get_by_role("heading", name=re.compile("份现行有效的文件"))).to_be_visible()


def test_what_is_repealed_says_so_and_leads_on(page: Page) -> None:
    page.goto("/policies/sme-payment-arrears-2020")
    expect(page.get_by_role("region", name="已失效")).to_contain_text("不能作为办事依据")
    page.get_by_role("region", name="已失效").get_by_role("link").click()
    page.wait_for_url("**/policies/sme-payment-arrears")
    page.get_by_text("与上一版本相比").click()
    expect(page.locator(".changes li").first).to_be_visible()


def test_an_approved_document_is_public_and_its_draft_was_not(desk: Desk, page: Page) -> None:
    editor = desk.person("editor", "/knowledge")
    made = call(
        editor, "POST", "/v1/knowledge/drafts", {"text": rules("折叠床"), "facts": {"title": "演示：折叠床借用规定"}}
    )["draft"]
    for visitor in (page, editor):
        answer = visitor.goto(f"/policies/{made['id']}")
        assert answer is not None and answer.status == 404
        expect(visitor.get_by_role("alert")).to_contain_text("没有这份文件")
    document = published(editor, "演示：折叠椅借用规定", rules("折叠椅"))
    page.goto(f"/policies/{document}")
    expect(page.get_by_role("heading", name="演示：折叠椅借用规定")).to_be_visible()
    expect(page.get_by_text("待核对", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES, "/policies/none"])
def test_the_pages_are_accessible_and_fit(desk: Desk, path: str, scheme: str) -> None:
    page = desk.visitor(color_scheme=scheme)
    page.goto(path)
    assert_accessible(page)
    for width, height in ((320, 640), (683, 384)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        small = page.evaluate(
            """() => [...document.querySelectorAll('a, button, summary, select')].filter((node) => node.checkVisibility())
            .filter((node) => !['P', 'DD'].includes(node.parentElement.tagName) || node.matches('.place a'))
            .filter((node) => { const box = node.getBoundingClientRect(); return box.width && (box.width < 24 || box.height < 24) && !node.matches('.skip'); })
            .map((node) => node.outerHTML.slice(0, 90))"""
        )
        assert small == []
