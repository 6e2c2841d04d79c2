"""Row W16: without script a citizen asks, files an appeal and sees how it goes, by forms alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk

COLD = "演示数据：望京西园三区暖气不热，屋里才14度"


@pytest.fixture
def page(desk: Desk) -> Page:
    return desk.visitor(java_script_enabled=False, viewport={"width": 390, "height": 844})


def filed(page: Page) -> tuple[str, str]:
    page.goto("/complaint")
    page.get_by_label("事情").fill(COLD)
    page.get_by_label("联系电话（必填）").fill("10012345678")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("公共服务 · 供暖 · 室温不达标")).to_be_visible()
    page.get_by_label("请问您希望怎么解决？").fill("希望尽快来修")
    page.get_by_role("button", name="提交诉求").click()
    number, code = ticket(page)
    return number, code


def ticket(page: Page) -> tuple[str, ...]:
    """Number and code, once the answer to the form is there."""
    expect(page.locator("dd.code")).to_have_count(2)
    return tuple(page.locator("dd.code").all_inner_texts())


def test_w16_the_window_s_own_page_leads_on_without_script(page: Page) -> None:
    page.goto("/widget")
    for name, path in (("咨询政策", "/"), ("反映问题", "/complaint"), ("查进度", "/progress")):
        expect(page.get_by_role("link", name=name)).to_have_attribute("href", path)
    expect(page.get_by_role("link", name="拨打12345")).to_have_attribute("href", "tel:12345")


def test_w16_asking_by_form(page: Page) -> None:
    page.goto("/")
    page.get_by_label("您的问题").fill("办理居住证需要什么条件？")
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.locator(".sources")).to_be_visible()
    page.get_by_role("link", name="反映问题").click()
    expect(page.get_by_role("heading", name="请说说是什么事")).to_be_visible()


def test_w16_filing_and_following_by_form(page: Page) -> None:
    number, code = filed(page)
    page.get_by_role("link", name="去查进度").click()
    page.get_by_label("工单编号").fill(number)
    page.get_by_label("查询码").fill(code.lower())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="已受理，等待派单")).to_be_visible()
    page.get_by_label("工单编号").fill(number)
    page.get_by_label("查询码").fill("22222222")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_contain_text("没有找到")


def test_sending_the_page_again_makes_no_second_order(page: Page) -> None:
    first = filed(page)
    page.reload()
    assert ticket(page) == first


def test_danger_is_told_with_numbers_to_press(page: Page) -> None:
    page.goto("/complaint")
    page.get_by_label("事情").fill("家里着火了，有人被困")
    page.get_by_label("联系电话（必填）").fill("10012345678")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert").get_by_role("link", name="119")).to_have_attribute("href", "tel:119")
    expect(page.get_by_role("button", name="提交诉求")).to_be_visible()


@pytest.mark.parametrize("path", ["/complaint", "/progress"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_plain_pages_are_accessible(desk: Desk, path: str, scheme: str) -> None:
    page = desk.visitor(color_scheme=scheme)
    page.goto(path)
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
