"""A unit's whole way through an order by keyboard alone: no test here touches a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.people import Desk
from tests.e2e.browser.test_console_order import NEWS_MS, call, dispatched

MOST_TABS = 40
FOCUSED = "document.activeElement"


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until ``target`` has the keyboard, as a person would who sees where it is."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate(f"(element) => element === {FOCUSED}"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} times Tab did not reach {target}")


def begin(page: Page, step: str) -> Locator:
    """Alt+B puts the keyboard at the steps; Tab and Enter choose one."""
    steps = page.get_by_role("region", name="可以办理")
    button = steps.get_by_role("button", name=re.compile(f"^{re.escape(step)}…?$"))
    expect(button).to_be_visible()
    page.keyboard.press("Alt+b")
    expect(steps.locator(":focus")).to_have_count(1)
    tab_to(page, button)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=step)
    expect(dialog).to_be_visible()
    return dialog


def confirm(page: Page, dialog: Locator, step: str) -> None:
    tab_to(page, dialog.get_by_role("button", name=step, exact=True))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="可以办理").locator(":focus")).to_have_count(1)


def test_a_unit_works_an_order_to_the_end_by_keyboard_alone(desk: Desk) -> None:
    order = dispatched(desk.person("seat"), "演示：只用键盘")
    page = desk.person("heating", f"/console/orders/{order}")
    state = page.locator(".head .tag.accent")

    confirm(page, begin(page, "签收"), "签收")
    expect(state).to_have_text("签收")

    dialog = begin(page, "登记联系")
    tab_to(page, dialog.get_by_label("联系情况"))
    page.keyboard.type("演示：已联系，约明日上门")
    confirm(page, dialog, "登记联系")

    dialog = begin(page, "请协办")
    tab_to(page, dialog.get_by_label("协办单位"))
    page.keyboard.type("朝阳区房屋管理局")
    tab_to(page, dialog.get_by_label("协办事项"))
    page.keyboard.type("演示：核对房屋产权")
    confirm(page, dialog, "请协办")
    expect(page.get_by_role("region", name="协办任务")).to_contain_text("核对房屋产权")

    the_other_unit_reports(desk, order)
    expect(page.get_by_role("region", name="办理过程")).to_contain_text("演示：产权已核对", timeout=NEWS_MS)

    confirm(page, begin(page, "开始办理"), "开始办理")
    expect(state).to_have_text("办理")

    dialog = begin(page, "申请延期")
    tab_to(page, dialog.get_by_label("已向诉求人说明延期原因"))
    page.keyboard.press("Space")
    tab_to(page, dialog.get_by_role("textbox", name="延期原因"))
    page.keyboard.type("演示：等待配件")
    confirm(page, dialog, "申请延期")
    expect(page.get_by_text("待热线审核")).to_be_visible()

    page.keyboard.press("Alt+r")
    draft = page.get_by_role("region", name="答复起草")
    expect(draft.get_by_label("查明和办理的情况")).to_be_focused()
    page.keyboard.type("演示：经测温为14度，已更换阀门，室温恢复到20度。")
    tab_to(page, draft.get_by_role("button", name="起草答复"))
    page.keyboard.press("Enter")
    expect(draft.get_by_label("答复内容（可修改）")).to_have_value(re.compile("20度"), timeout=60_000)

    dialog = begin(page, "反馈办理结果")
    tab_to(page, dialog.get_by_label("办理结果"))
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_label("办理结果")).to_have_value("已解决")
    tab_to(page, dialog.get_by_label("答复内容"))
    page.keyboard.type("演示：已更换阀门，室温恢复到20度。")
    tab_to(page, dialog.get_by_label("已告知诉求人"))
    page.keyboard.press("Space")
    tab_to(page, dialog.get_by_role("button", name="反馈办理结果", exact=True))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(state).to_have_text("反馈")


def the_other_unit_reports(desk: Desk, order: str) -> None:
    page = desk.person("housing", f"/console/orders/{order}")
    dialog = begin(page, "协办报告")
    tab_to(page, dialog.get_by_label("协办任务"))
    page.keyboard.press("ArrowDown")
    tab_to(page, dialog.get_by_label("办理情况"))
    page.keyboard.type("演示：产权已核对")
    tab_to(page, dialog.get_by_role("button", name="协办报告", exact=True))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def test_a_unit_objects_by_keyboard_alone(desk: Desk) -> None:
    seat = desk.person("seat")
    order = dispatched(seat, "演示：键盘退单")
    page = desk.person("heating", f"/console/orders/{order}")
    dialog = begin(page, "退单（派单异议）")
    tab_to(page, dialog.get_by_label("异议理由"))
    page.keyboard.type("演示：该小区由另一家供热")
    tab_to(page, dialog.get_by_role("button", name="退单（派单异议）", exact=True))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator(".head .tag.accent")).to_have_text("退单审核")
    assert call(seat, "GET", f"/v1/work-orders/{order}")["state"] == "退单审核"
