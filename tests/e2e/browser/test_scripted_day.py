"""One day end to end: citizen, seat, unit and supervisor, each before the page that is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.people import Desk
from tests.e2e.browser.service import running_service
from tests.e2e.browser.sites import asked, opened
from tests.e2e.browser.test_console_order import NEWS_MS, take
from tests.e2e.browser.test_widget_filing import filed
from tests.real_postgres import running_postgres

MATTER = "演示数据：望京西园三区暖气不热，屋里才13度，老人受不了"
UNIT = "朝阳区房屋管理局"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest, browser: Browser, built_pages: None, tmp_path: Any) -> Iterator[Desk]:
    """The same day on both databases, with Redis in either. A service of its own: what the seat corrects is learned from."""
    with ExitStack() as stack:
        database = stack.enter_context(running_postgres()) if request.param == "postgres" else None
        desk = Desk(browser, stack.enter_context(running_service(tmp_path, database=database)), {})
        yield desk
        desk.close()


def test_a_day_from_a_question_to_a_reopened_order(desk: Desk) -> None:
    number = citizen_asks_and_complains(desk)
    seat = seat_corrects_the_unit_and_dispatches(desk, number)
    order = seat.url.rpartition("/")[2]
    unit_signs_contacts_and_replies_with_a_draft(desk, order)
    hotline_passes_it_and_hears_that_nothing_is_solved(seat)
    supervisor_finds_it_behind_the_number(desk, order)
    seat_reopens_it_for_whose_duty_it_is(seat)
    unit_finds_it_with_a_new_clock(desk, order)


def citizen_asks_and_complains(desk: Desk) -> str:
    page = desk.visitor()
    page.goto("/demo")
    window = opened(page)
    asked(window, "冬天家里暖气不热怎么办？")
    expect(window.locator(".mark").first).to_be_visible()
    page = desk.visitor()
    page.goto("/demo")
    number, code = filed(opened(page, "file"), MATTER)
    assert code
    return number


def seat_corrects_the_unit_and_dispatches(desk: Desk, number: str) -> Page:
    seat = desk.person("seat")
    seat.get_by_label("查找工单").fill(number)
    expect(seat.locator(".line")).to_have_count(1)
    seat.locator(".line").click()
    expect(seat.locator(".head .number")).to_have_text(number)
    units = seat.get_by_role("group", name="承办单位")
    expect(units.locator("label.unit").first).to_contain_text("供热")
    units.get_by_label("选其他承办单位").fill(UNIT)
    units.get_by_label("选其他承办单位").press("Tab")
    seat.get_by_role("button", name="派单…").click()
    dialog = seat.get_by_role("dialog", name="确认派单")
    expect(dialog).to_contain_text(UNIT)
    dialog.get_by_label("派单理由").fill("演示：直管公房，由房管部门牵头")
    with seat.expect_request("**/v1/feedback") as told:
        dialog.get_by_role("button", name="确认派单").click()
    said = told.value.post_data_json or {}
    assert (said["part"], said["final"]) == ("unit", "housing-administration")
    expect(state_of(seat)).to_have_text("派单")
    return seat


def state_of(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".head .tag.accent")


def unit_signs_contacts_and_replies_with_a_draft(desk: Desk, order: str) -> None:
    unit = desk.person("housing", f"/console/orders/{order}")
    take(unit, "签收")
    take(unit, "登记联系", 联系情况="演示：已电话联系，约定上门")
    take(unit, "开始办理")
    draft = unit.get_by_role("region", name="答复起草")
    draft.get_by_label("查明和办理的情况").fill("演示：上门测温13度，已通知供热单位更换阀门。")
    draft.get_by_role("button", name="起草答复").click()
    text = draft.get_by_label("答复内容（可修改）")
    expect(text).to_have_value(re.compile("13度"), timeout=60_000)
    text.fill(re.sub("【待填写[^】]*】", "演示内容", text.input_value()))
    draft.get_by_role("button", name=re.compile("用于反馈")).click()
    dialog = unit.get_by_role("dialog", name="反馈办理结果")
    dialog.get_by_label("办理结果").select_option("已解决")
    dialog.get_by_label("已告知诉求人").check()
    dialog.get_by_role("button", name="反馈办理结果").click()
    expect(state_of(unit)).to_have_text("反馈")


def hotline_passes_it_and_hears_that_nothing_is_solved(seat: Page) -> None:
    expect(state_of(seat)).to_have_text("反馈", timeout=NEWS_MS)  # by itself, over the live stream
    choose(seat, "审核反馈", "通过")
    expect(state_of(seat)).to_have_text("审核")
    expect(seat.get_by_role("region", name="回访话术")).to_be_visible()
    seat.get_by_role("button", name=re.compile("^登记回访")).click()
    dialog = seat.get_by_role("dialog", name="登记回访")
    dialog.get_by_role("group", name="工作人员是否联系过您").get_by_label("是").check()
    dialog.get_by_role("group", name="问题是否解决").get_by_label("否").check()
    dialog.get_by_label("是否满意").select_option("不满意")
    dialog.get_by_label("诉求人意见").fill("演示：还是不热")
    dialog.get_by_role("button", name="登记回访").click()
    expect(state_of(seat)).to_have_text("回访")


def choose(page: Page, step: str, answer: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{step}")).click()
    dialog = page.get_by_role("dialog", name=step)
    dialog.get_by_label(answer, exact=True).check()
    dialog.get_by_role("button", name=step).click()
    expect(dialog).to_have_count(0)


def seat_reopens_it_for_whose_duty_it_is(seat: Page) -> None:
    take(seat, "重新办理", 原因="演示：回访未解决")
    expect(seat.locator("header.head")).to_contain_text("第2轮")
    seat.get_by_role("group", name="承办单位").locator("label.unit input").first.check()
    seat.get_by_role("button", name="派单…").click()
    dialog = seat.get_by_role("dialog", name="确认派单")
    dialog.get_by_role("button", name="确认派单").click()
    expect(dialog).to_have_count(0)


def unit_finds_it_with_a_new_clock(desk: Desk, order: str) -> None:
    unit = desk.person("heating")
    unit.locator(f"a[href='/console/orders/{order}']", has_text="第2轮").click()
    unit.wait_for_url(f"**/{order}")
    expect(unit.locator("header.head")).to_contain_text("第2轮")
    clock = unit.get_by_role("region", name="时限")
    expect(clock).to_contain_text("办理时限")
    expect(clock.locator(".tag").first).to_contain_text("剩")


def supervisor_finds_it_behind_the_number(desk: Desk, order: str) -> None:
    """Two clicks: the number, then the order."""
    boss = desk.person("boss", "/dashboard?period=7d")
    rates = boss.get_by_role("region", name="三率", exact=True)
    rates.get_by_role("button", name=re.compile("^解决率：未达成")).click()
    dialog = boss.get_by_role("dialog", name="合计 · 解决率未达成")
    dialog.locator(f"a[href='/console/orders/{order}']").click()
    boss.wait_for_url(f"**/console/orders/{order}")
    expect(boss.locator("header.head")).to_be_visible()
