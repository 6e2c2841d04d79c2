"""Orders at the desk: rows C10, C11, C14, C16 and C17, the unit's own work, and a run by keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.moments import first_paint_ms
from tests.e2e.browser.people import Desk, new_call

WORDS = "演示：望京西园三区昨天晚上开始暖气不热，屋里才14度，希望派人看看"
# The live stream brings news at once; a page whose stream is not there asks every ten seconds.
NEWS_MS = 30_000


def call(page: Page, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    """A request as the page itself would send it, with its session and token."""
    script = """async ([method, path, body, headers]) => {
        const token = (await (await fetch('/v1/session')).json()).csrf_token;
        const made = {'content-type': 'application/json', 'x-csrf-token': token, ...headers};
        if (method === 'POST') made['idempotency-key'] = crypto.randomUUID();
        const response = await fetch(path, {method, headers: made, body: body && JSON.stringify(body)});
        return {status: response.status, body: await response.json()};
    }"""
    reply: dict[str, Any] = page.evaluate(script, [method, path, body, headers])
    assert reply["status"] < 300, reply
    said: dict[str, Any] = reply["body"]
    return said


def new_order(seat: Page, title: str = "演示：暖气不热") -> str:
    body = {
        "title": title,
        "content": WORDS,
        "type": "求助",
        "category": "公共服务/供暖/室温不达标",
        "street": "street-wangjing",
    }
    return str(call(seat, "POST", "/v1/work-orders", body)["id"])


def dispatched(seat: Page, title: str = "演示：暖气不热") -> str:
    order = new_order(seat, title)
    call(seat, "POST", f"/v1/work-orders/{order}/dispatches", {"lead": "heating-supplier"}, **{"if-match": "*"})
    return order


@pytest.fixture
def seat(desk: Desk) -> Page:
    return desk.person("seat")


def take(page: Page, name: str, **fields: str) -> None:
    page.get_by_role("region", name="可以办理").get_by_role("button", name=re.compile(f"^{name}")).click()
    dialog = page.get_by_role("dialog", name=name)
    for label, value in fields.items():
        dialog.get_by_label(label).fill(value)
    dialog.get_by_role("button", name=name).click()
    expect(dialog).to_have_count(0)


def test_c10_what_is_written_survives_a_reload(seat: Page) -> None:
    box = new_call(seat)
    box.fill(WORDS)
    box.press("Enter")
    title = seat.get_by_role("textbox", name="标题")
    expect(title).to_have_value(re.compile("室温不达标"))
    title.fill("演示：写了一半的标题")
    box.fill("还没记完的半句")
    seat.reload()
    expect(seat.get_by_label("记录市民的话")).to_have_value("还没记完的半句")
    expect(seat.get_by_role("textbox", name="标题")).to_have_value("演示：写了一半的标题")
    expect(seat.locator(".line.citizen")).to_contain_text("屋里才14度")


def test_c10_an_outage_loses_nothing_and_opens_one_order_only(desk: Desk) -> None:
    page = desk.person("seat")
    new_call(page).fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="标题")).to_have_value(re.compile("室温不达标"))
    title = f"演示：断网 {time.time_ns()}"
    page.get_by_role("textbox", name="标题").fill(title)
    page.context.set_offline(True)
    page.keyboard.press("Alt+s")
    expect(page.get_by_text("与服务器的连接中断")).to_be_visible()
    assert_accessible(page)
    page.context.set_offline(False)
    page.keyboard.press("Alt+s")
    expect(page.get_by_text("查询码")).to_be_visible()
    found = page.evaluate("(t) => fetch('/v1/work-orders?text=' + encodeURIComponent(t)).then((r) => r.json())", title)
    assert found["total"] == 1


def test_c10_a_lost_reply_is_asked_for_again_under_the_same_key(desk: Desk) -> None:
    """The service took the order, the answer never arrived: pressing again must not make a second one."""
    page = desk.person("seat")
    new_call(page).fill(WORDS)
    page.keyboard.press("Enter")
    title = f"演示：丢失的答复 {time.time_ns()}"
    expect(page.get_by_role("textbox", name="标题")).to_have_value(re.compile("室温不达标"))
    page.get_by_role("textbox", name="标题").fill(title)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/v1/work-orders", lose)
    page.keyboard.press("Alt+s")
    # Stays until it is closed; the notice of the lost connection goes as soon as the queue is read again.
    expect(page.get_by_text("网络连接中断，内容已保存在本机").first).to_be_visible()
    page.unroute("**/v1/work-orders")
    page.keyboard.press("Alt+s")
    expect(page.locator("footer.done")).to_contain_text("已受理")
    found = page.evaluate("(t) => fetch('/v1/work-orders?text=' + encodeURIComponent(t)).then((r) => r.json())", title)
    assert found["total"] == 1


def news_held_back(page: Page, order: str) -> Callable[[], None]:
    """The page sees the order as it is now until the returned function is called: no live event outruns a click."""
    address = f"**/v1/work-orders/{order}"
    as_it_was = page.context.request.get(f"/v1/work-orders/{order}")
    page.route(address, lambda route: route.fulfill(response=as_it_was))
    return lambda: page.unroute(address)


def noting_a_contact(unit: Page, words: str) -> Locator:
    unit.get_by_role("button", name=re.compile("^登记联系")).click()
    dialog = unit.get_by_role("dialog", name="登记联系")
    dialog.get_by_label("联系情况").fill(words)
    return dialog


def look_and_send_again(unit: Page, dialog: Locator, words: str) -> None:
    dialog.get_by_role("button", name="看最新情况").click()
    expect(dialog.get_by_text("他人已修改")).to_have_count(0)
    expect(dialog.get_by_label("联系情况")).to_have_value(words)
    dialog.get_by_role("button", name="登记联系").click()
    expect(dialog).to_have_count(0)
    past = unit.get_by_role("region", name="办理过程")
    expect(past).to_contain_text(words)
    expect(past).to_contain_text("签收")


def test_c11_a_step_on_a_changed_order_is_refused_and_nothing_is_overwritten(desk: Desk, seat: Page) -> None:
    order, words = dispatched(seat), "演示：约好下午上门"
    unit = desk.person("heating", f"/console/orders/{order}")
    let_through = news_held_back(unit, order)
    dialog = noting_a_contact(unit, words)
    call(unit, "POST", f"/v1/work-orders/{order}/receipts", {}, **{"if-match": "*"})
    dialog.get_by_role("button", name="登记联系").click()
    expect(dialog).to_contain_text("他人已修改")
    assert_accessible(unit)
    let_through()
    look_and_send_again(unit, dialog, words)


def test_c11_somebody_elses_change_is_told_before_anything_is_sent(desk: Desk, seat: Page) -> None:
    order, words = dispatched(seat), "演示：约好明早上门"
    unit = desk.person("heating", f"/console/orders/{order}")
    dialog = noting_a_contact(unit, words)
    call(unit, "POST", f"/v1/work-orders/{order}/receipts", {}, **{"if-match": "*"})
    expect(dialog).to_contain_text("他人已修改", timeout=NEWS_MS)
    expect(unit.get_by_text("他人已修改")).to_have_count(1)
    expect(dialog.get_by_role("button", name="登记联系")).to_be_disabled()
    expect(dialog.get_by_label("联系情况")).to_have_value(words)
    assert_accessible(unit)
    look_and_send_again(unit, dialog, words)


def test_c11_a_dialog_closed_on_a_changed_order_leaves_the_newest_state(desk: Desk, seat: Page) -> None:
    order = dispatched(seat)
    unit = desk.person("heating", f"/console/orders/{order}")
    dialog = noting_a_contact(unit, "演示：先不记了")
    call(unit, "POST", f"/v1/work-orders/{order}/receipts", {}, **{"if-match": "*"})
    expect(dialog).to_contain_text("他人已修改", timeout=NEWS_MS)
    dialog.get_by_role("button", name="取消").click()
    expect(unit.locator("header .tag.accent")).to_have_text("签收")


def test_c11_an_order_that_a_colleague_dispatched_is_not_dispatched_again(desk: Desk, seat: Page) -> None:
    order = new_order(seat)
    boss = desk.person("boss", f"/console/orders/{order}")
    expect(boss.get_by_role("group", name="承办单位").locator("input:checked")).to_have_count(1)
    boss.get_by_role("button", name="派单…").click()
    dialog = boss.get_by_role("dialog", name="确认派单")
    call(seat, "POST", f"/v1/work-orders/{order}/dispatches", {"lead": "heating-supplier"}, **{"if-match": "*"})
    expect(dialog).to_contain_text("他人已修改", timeout=NEWS_MS)
    expect(dialog.get_by_role("button", name="确认派单")).to_be_disabled()
    dialog.get_by_role("button", name="看最新情况").click()
    expect(dialog).to_have_count(0)
    expect(boss.locator("header .tag.accent")).to_have_text("派单")


def test_the_next_dialog_stays_when_the_history_of_the_last_step_comes_late(desk: Desk, seat: Page) -> None:
    order, words, late = dispatched(seat), "演示：约好下午上门", list[Route]()
    unit = desk.person("heating", f"/console/orders/{order}")
    past = unit.get_by_role("region", name="办理过程")
    expect(past).to_contain_text("派单")
    unit.route(f"**/v1/work-orders/{order}/events", lambda route: late.append(route))
    take(unit, "签收")
    dialog = noting_a_contact(unit, words)
    expect(past).not_to_contain_text("签收")
    while not late:
        unit.wait_for_timeout(50)
    for route in late:
        route.continue_()
    expect(past).to_contain_text("签收")
    expect(dialog.get_by_label("联系情况")).to_have_value(words)
    expect(dialog.get_by_label("联系情况")).to_be_focused()


def test_c14_the_queue_counts_by_itself(desk: Desk, seat: Page) -> None:
    other = desk.person("boss", "/console")
    waiting = "fetch('/v1/work-orders?state=受理&limit=1').then((r) => r.json()).then((body) => body.total)"
    before = int(seat.evaluate(waiting))
    count = seat.get_by_role("button", name=re.compile("^待派单")).locator("b")
    expect(count).to_have_text(str(before))
    title = f"演示：自动出现 {time.time_ns()}"
    new_order(other, title)
    expect(count).to_have_text(str(before + 1), timeout=NEWS_MS)
    expect(seat.get_by_role("link", name=re.compile(title))).to_be_visible()


def test_c16_the_end_of_a_session_is_announced_and_can_be_put_off(desk: Desk) -> None:
    page = desk.visitor(storage_state=desk.person("seat").context.storage_state())
    ends = {"in_s": 235}  # shown as 3分 for the next 55 s

    def shorten(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ends["in_s"]))
        route.fulfill(response=response, json=body | {"expires_at": at})

    page.route("**/v1/session", shorten)
    page.goto("/console")
    expect(page.get_by_text(re.compile("登录将在 3分后过期"))).to_be_visible()
    assert_accessible(page)
    ends["in_s"] = 7200
    page.get_by_role("button", name="继续使用").click()
    expect(page.get_by_text(re.compile("登录将在"))).to_have_count(0)


def test_c16_a_lapsed_session_keeps_what_was_written(desk: Desk) -> None:
    page = desk.person("seat")
    new_call(page)
    page.route(
        "**/v1/**", lambda route: route.fulfill(status=401, json={"code": "not_signed_in", "detail": "请重新登录。"})
    )
    page.get_by_label("记录市民的话").fill("演示：写到一半登录过期")  # asks for a proposal a moment later
    expect(page.get_by_text("登录已过期").first).to_be_visible()
    expect(page.get_by_label("记录市民的话")).to_have_value("演示：写到一半登录过期")
    expect(page.get_by_role("link", name="重新登录")).to_be_visible()


@pytest.mark.parametrize(("login", "role"), [("seat", "坐席"), ("heating", "承办单位"), ("boss", "班长 · 督办")])
def test_c17_every_page_shows_the_role(desk: Desk, login: str, role: str) -> None:
    page = desk.person(login)
    expect(page.locator("header .role")).to_have_text(role)
    calls = page.get_by_role("button", name=re.compile("新来电"))
    expect(calls).to_have_count(0 if login == "heating" else 2)


def test_a_unit_does_its_own_order_to_the_end(desk: Desk, seat: Page) -> None:
    order = dispatched(seat)
    unit = desk.person("heating", f"/console/orders/{order}")
    expect(unit.get_by_role("region", name="可以办理")).to_be_visible()
    assert_accessible(unit)
    take(unit, "签收")
    take(unit, "登记联系", 联系情况="演示：约好下午上门")
    take(unit, "开始办理")
    draft = unit.get_by_role("region", name="答复起草")
    draft.get_by_label("查明和办理的情况").fill("演示：经测温为14度，已更换阀门，室温恢复到20度。")
    draft.get_by_label("留给诉求人的联系方式（单位的）").fill("演示供热站 010-00000000")
    draft.get_by_role("button", name="起草答复").click()
    text = draft.get_by_label("答复内容（可修改）")
    expect(text).to_have_value(re.compile("20度"), timeout=60_000)
    assert_accessible(unit)
    selected = "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"
    expect(text).to_be_focused()
    assert text.evaluate(selected).startswith("【待填写")
    steps = unit.get_by_role("region", name="可以办理")
    dialog = unit.get_by_role("dialog", name="反馈办理结果")
    steps.get_by_role("button", name=re.compile("反馈办理结果")).click()  # a draft with gaps does not go along
    expect(dialog.get_by_label("答复内容")).to_have_value("")
    unit.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    text.fill(re.sub("【待填写[^】]*】", "演示内容", text.input_value()) + "\n演示：如有疑问请随时联系。")
    expect(draft).to_contain_text("已修改")
    draft.get_by_text("看我改了什么").click()
    expect(draft.locator("ins").last).to_contain_text("请随时联系")
    with unit.expect_response(re.compile(r"/decisions$")) as decided:
        draft.get_by_role("button", name=re.compile("用于反馈")).click()
    assert decided.value.status == 200
    assert decided.value.request.post_data_json["verdict"] == "edited"
    expect(dialog.get_by_label("答复内容")).to_have_value(re.compile("请随时联系"))
    unit.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    steps.get_by_role("button", name=re.compile("反馈办理结果")).click()  # without gaps it does
    expect(dialog.get_by_label("答复内容")).to_have_value(re.compile("请随时联系"))
    dialog.get_by_label("办理结果").select_option("已解决")
    dialog.get_by_label("已告知诉求人").check()
    dialog.get_by_role("button", name="反馈办理结果").click()
    expect(dialog).to_have_count(0)
    expect(unit.locator("header .tag.accent")).to_have_text("反馈")


def test_a_unit_sees_no_foreign_order(desk: Desk, seat: Page) -> None:
    order = dispatched(seat)
    page = desk.person("housing", f"/console/orders/{order}")
    expect(page.get_by_text("看不到这件工单")).to_be_visible()
    assert "暖气" not in page.locator("#main").inner_text()


def test_an_objection_is_reviewed_and_goes_back_to_the_seat(desk: Desk, seat: Page) -> None:
    order = dispatched(seat)
    unit = desk.person("heating", f"/console/orders/{order}")
    take(unit, "退单（派单异议）", 异议理由="演示：该小区由另一家供热")
    boss = desk.person("boss", f"/console/orders/{order}")
    boss.get_by_role("button", name=re.compile("^审核退单")).click()
    dialog = boss.get_by_role("dialog", name="审核退单")
    assert_accessible(boss)
    dialog.get_by_label("同意退单，重新派单").check()
    dialog.get_by_label("审核意见").fill("演示：属实")
    dialog.get_by_role("button", name="审核退单").click()
    expect(boss.locator("header .tag.accent")).to_have_text("受理")
    expect(boss.get_by_role("group", name="承办单位").locator("label.unit").first).to_be_visible()


def test_personal_data_needs_a_reason(desk: Desk, seat: Page) -> None:
    body = {
        "title": "演示",
        "content": WORDS,
        "type": "求助",
        "category": "公共服务/供暖/室温不达标",
        "phone": "13800138000",
    }
    order = call(seat, "POST", "/v1/work-orders", body)["id"]
    seat.goto(f"/console/orders/{order}")
    seat.get_by_role("button", name=re.compile("查看诉求人信息")).click()
    dialog = seat.get_by_role("dialog", name="诉求人信息")
    expect(dialog.get_by_role("button", name="查看并记录")).to_be_disabled()
    assert "13800138000" not in seat.content()
    dialog.get_by_role("button", name="联系诉求人").click()
    dialog.get_by_role("button", name="查看并记录").click()
    expect(dialog).to_contain_text("13800138000")


def test_a_whole_call_by_keyboard_alone(desk: Desk) -> None:
    page = desk.person("seat")
    new_call(page)
    page.keyboard.type("演示：东坝家园小区楼道灯坏了半个月，物业不修，请问归谁管？")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="标题")).to_have_value(re.compile("."))
    expect(page.get_by_role("group", name="承办单位").locator("label.unit").first).to_be_visible()
    page.keyboard.press("Alt+m")
    expect(page.get_by_label("记录坐席的话")).to_be_focused()
    page.keyboard.type("演示：我帮您登记，会有单位联系您。")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+p")
    dialog = page.get_by_role("dialog", name="确认派单")
    expect(dialog.get_by_role("button", name="确认派单")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Alt+p")
    expect(dialog.get_by_role("button", name="确认派单")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("footer.done")).to_contain_text("已派单")


def test_the_first_thing_seen_comes_soon_on_a_slow_processor(desk: Desk) -> None:
    """First paint within 1.5 s on a processor slowed four times.

    Other work on the machine only ever adds to the figure, so one of three openings within it shows what the page needs.
    """
    page = desk.person("seat")
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    paints: list[float] = []
    while len(paints) < 3 and min(paints, default=1501) > 1500:
        page.goto("/console")
        expect(page.get_by_role("navigation", name="工单队列")).to_be_visible()
        paints.append(first_paint_ms(page))
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    assert min(paints) <= 1500, paints
