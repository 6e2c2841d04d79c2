"""One matter, one order: what an order or a call may repeat is shown with why, and merged after a confirm. Doubtful places."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import Page, Response, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk, new_call
from tests.e2e.browser.test_console_order import call

TOLD = "演示：幸福演示里小区3号楼楼道顶部漏水三天，物业没有人修，地面结冰"
DEADLINE_S = 90


def leaking(page: Page, title: str, phone: str, place: str) -> str:
    """An order about one leak; ``place`` sets the leaks of different tests apart."""
    body = {
        "title": title,
        "content": TOLD.replace("幸福演示里", place),
        "type": "投诉",
        "category": "住房/物业管理/物业服务不到位",
        "street": "street-wangjing",
        "place": place,
        "phone": phone,
    }
    return str(call(page, "POST", "/v1/work-orders", body)["id"])


def await_similar(page: Page, order: str, main: str) -> None:
    """The index follows the database at its own pace: until it knows ``main`` there is nothing to show."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        items = call(page, "GET", f"/v1/work-orders/{order}/similar")["items"]
        if any(one["order_id"] == main and one["merge_proposed"] for one in items):
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{main} was not found to be like {order}: {items}")


def asked_of(response: Response) -> dict[str, Any]:
    said: dict[str, Any] = response.request.post_data_json or {}
    return said


def test_an_own_repeat_is_merged_after_a_confirm_and_not_before(desk: Desk) -> None:
    seat = desk.person("seat")
    main = leaking(seat, "演示：楼道漏水", "13811110001", "并单甲演示里")
    again = leaking(seat, "演示：楼道又漏水", "13811110001", "并单甲演示里")
    await_similar(seat, again, main)
    seat.goto(f"/console/orders/{again}")
    similar = seat.get_by_role("region", name="相似工单")
    row = similar.locator("li", has=seat.locator(f"a[href='/console/orders/{main}']"))
    expect(row).to_contain_text("本人重复")
    assert_accessible(seat)
    row.get_by_role("button", name=re.compile("^并入这件")).click()
    dialog = seat.get_by_role("dialog", name="确认并单")
    expect(dialog).to_contain_text("本人重复")
    expect(dialog.get_by_label("并单理由")).to_have_value(re.compile("本人重复"))
    assert_accessible(seat)
    seat.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(seat.locator(".head .tag.accent")).to_have_text("受理")
    row.get_by_role("button", name=re.compile("^并入这件")).click()
    dialog.get_by_role("button", name="确认并单").click()
    expect(seat.locator(".head .tag.accent")).to_have_text("并单")
    expect(similar).to_have_count(0)
    seat.get_by_role("link", name="看主单").click()
    seat.wait_for_url(f"**/{main}")
    expect(seat.get_by_role("link", name="并入的工单 1")).to_be_visible()


def test_a_call_about_the_same_event_becomes_part_of_the_order_in_hand(desk: Desk) -> None:
    """Another caller, the same leak: one key opens the order and puts it under the first, with one confirm."""
    seat = desk.person("seat")
    place = "并单乙演示里"
    main = leaking(seat, "演示：楼道漏水", "13811110002", place)
    probe = leaking(seat, "演示：试探", "13811110003", place)
    await_similar(seat, probe, main)
    seat.goto("/console")
    new_call(seat)
    seat.get_by_label("记录市民的话").fill(TOLD.replace("幸福演示里", f"望京街道{place}"))
    seat.keyboard.press("Enter")
    similar = seat.get_by_role("region", name="相似工单")
    row = similar.locator("li", has=seat.locator(f"a[href='/console/orders/{main}']"))
    expect(row).to_contain_text("同一事件")
    row.get_by_role("button", name=re.compile("^并入这件")).click()
    dialog = seat.get_by_role("dialog", name="确认并单")
    expect(dialog).to_contain_text("先受理本次来电")
    dialog.get_by_role("button", name="确认并单").click()
    expect(dialog).to_have_count(0)
    expect(seat.locator("footer.done")).to_contain_text("查询码")
    merged = call(seat, "GET", f"/v1/work-orders/{main}")["merged_from"]
    assert len(merged) == 1


def test_a_main_order_is_found_by_its_number_and_never_typed_as_an_identifier(desk: Desk) -> None:
    seat = desk.person("seat")
    main = leaking(seat, "演示：主单", "13811110004", "并单丙演示里")
    other = leaking(seat, "演示：另一件", "13811110005", "并单丁演示里")
    number = str(call(seat, "GET", f"/v1/work-orders/{main}")["number"])
    seat.goto(f"/console/orders/{other}")
    seat.get_by_role("region", name="可以办理").get_by_role("button", name=re.compile("^并单")).click()
    dialog = seat.get_by_role("dialog", name="并单")
    expect(dialog.get_by_role("button", name="并单", exact=True)).to_be_disabled()
    dialog.get_by_label("主单").fill(number)
    dialog.get_by_role("radio", name=re.compile("演示：主单")).check()
    assert_accessible(seat)
    dialog.get_by_role("button", name="并单", exact=True).click()
    expect(seat.locator(".head .tag.accent")).to_have_text("并单")
    assert call(seat, "GET", f"/v1/work-orders/{other}")["merged_into"] == main


def test_a_doubtful_place_is_chosen_by_one_key_and_the_units_follow(desk: Desk) -> None:
    seat = desk.person("seat")
    new_call(seat)
    seat.get_by_label("记录市民的话").fill("演示：十八里店和小红门交界的路上垃圾堆了一个星期没人清运")
    seat.keyboard.press("Enter")
    doubt = seat.get_by_role("group", name=re.compile("^属地存疑"))
    expect(doubt).to_contain_text("十八里店地区")
    expect(seat.get_by_label("属地街乡")).to_have_value("")
    assert_accessible(seat)
    doubt.get_by_role("button", name="问市民").click()
    expect(seat.get_by_label("记录坐席的话")).to_have_value(re.compile("请问具体是哪个小区"))
    with seat.expect_response("**/v1/appeals") as again:
        seat.keyboard.press("Alt+8")
    assert asked_of(again.value)["address"] == "小红门地区"
    expect(seat.get_by_label("属地街乡")).to_have_value("area-xiaohongmen")
    expect(doubt).to_have_count(0)


def test_an_order_whose_street_is_known_gets_units_for_it_and_no_question(desk: Desk) -> None:
    seat = desk.person("seat")
    order = leaking(seat, "演示：知道街乡", "13811110006", "并单戊演示里")
    with seat.expect_response("**/v1/appeals") as asked:
        seat.goto(f"/console/orders/{order}")
    assert asked_of(asked.value)["address"] == "望京街道 并单戊演示里"
    units = seat.get_by_role("group", name="承办单位")
    expect(units.locator("label.unit").first).to_be_visible()
    expect(units).not_to_contain_text("请先问清所在街乡")


def test_an_order_in_doubt_shows_the_question_and_ranks_units_for_the_chosen_street(desk: Desk) -> None:
    seat = desk.person("seat")
    body = {
        "title": "演示：路边垃圾",
        "content": "演示：十八里店和小红门交界的路上垃圾堆了一个星期没人清运",
        "type": "投诉",
        "category": "城市管理/垃圾清运分类/清运不及时",
    }
    order = str(call(seat, "POST", "/v1/work-orders", body)["id"])
    seat.goto(f"/console/orders/{order}")
    doubt = seat.get_by_role("group", name=re.compile("^属地存疑"))
    expect(doubt).to_contain_text("请问具体是哪个小区")
    with seat.expect_response("**/v1/appeals") as again:
        seat.keyboard.press("Alt+7")
    assert asked_of(again.value)["address"] == "十八里店地区"
    expect(doubt).to_have_count(0)
    expect(seat.get_by_role("group", name="承办单位").locator("label.unit").first).to_be_visible()
