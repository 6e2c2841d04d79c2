"""A follow-up filled from the appellant's own words: every answer marked, taken back by hand, recorded by a person only."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk
from tests.e2e.browser.test_console_order import call, dispatched

ANY = {"if-match": "*"}
WORDS = "没人联系我，楼道还是黑的，很不满意"


def due(desk: Desk) -> tuple[Page, str]:
    """An order whose result has passed review: to be followed up."""
    seat = desk.person("seat")
    order = dispatched(seat, "演示：楼道灯不亮")
    unit = desk.person("heating")
    call(unit, "POST", f"/v1/work-orders/{order}/receipts", {}, **ANY)
    call(unit, "POST", f"/v1/work-orders/{order}/contacts", {"reached": True}, **ANY)
    call(unit, "POST", f"/v1/work-orders/{order}/handlings", {}, **ANY)
    done = {"result": "已解决", "reply": "演示：已更换灯泡。", "told_appellant": True}
    call(unit, "POST", f"/v1/work-orders/{order}/feedback", done, **ANY)
    call(seat, "POST", f"/v1/work-orders/{order}/feedback-reviews", {"passed": True}, **ANY)
    seat.goto(f"/console/orders/{order}")
    return seat, order


def form(seat: Page) -> Locator:
    seat.get_by_role("button", name=re.compile("^登记回访")).click()
    return seat.get_by_role("dialog", name="登记回访")


def chosen(dialog: Locator, question: str, answer: str) -> Locator:
    return dialog.get_by_role("group", name=question).get_by_role("radio", name=answer)


def test_a_follow_up_is_filled_from_the_own_words_marked_and_taken_back(desk: Desk) -> None:
    seat, order = due(desk)
    dialog = form(seat)
    fill = dialog.get_by_role("button", name="按原话填写", exact=True)
    expect(fill).to_have_attribute("aria-disabled", "true")
    dialog.get_by_label("诉求人意见").fill(WORDS)
    fill.click()
    expect(dialog.get_by_role("status")).to_contain_text("由回访人确认")
    expect(chosen(dialog, "工作人员是否联系过您", "否")).to_be_checked()
    expect(chosen(dialog, "问题是否解决", "否")).to_be_checked()
    expect(dialog.get_by_role("combobox", name="是否满意")).to_have_value("不满意")
    expect(dialog.get_by_text("按原话填写，请核对")).to_have_count(3)
    assert_accessible(seat)
    dialog.get_by_role("button", name="清除：按原话填写的问题是否解决").click()
    expect(chosen(dialog, "问题是否解决", "否")).not_to_be_checked()
    expect(dialog.get_by_text("按原话填写，请核对")).to_have_count(2)
    assert call(seat, "GET", f"/v1/follow-ups/{order}")["final"] is None  # nothing is recorded by proposing
    chosen(dialog, "问题是否解决", "是").check()
    dialog.get_by_role("button", name="登记回访").click()
    expect(dialog).to_have_count(0)
    recorded = call(seat, "GET", f"/v1/follow-ups/{order}")["final"]
    assert (recorded["contacted"], recorded["solved"], recorded["satisfaction"]) == (False, True, "不满意")
    assert recorded["opinion"] == WORDS


def test_what_a_person_chose_is_not_overwritten_and_what_is_unclear_is_asked(desk: Desk) -> None:
    seat, _ = due(desk)
    dialog = form(seat)
    chosen(dialog, "工作人员是否联系过您", "是").check()
    dialog.get_by_label("诉求人意见").fill("没人联系我，别的不说了")
    dialog.get_by_role("button", name="按原话填写", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("还需问清")
    expect(chosen(dialog, "工作人员是否联系过您", "是")).to_be_checked()
    expect(dialog.get_by_text("按原话填写，请核对")).to_have_count(0)
    assert_accessible(seat)
