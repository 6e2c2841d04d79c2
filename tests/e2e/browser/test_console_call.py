"""A call at the seat: rows C1–C9, C12, C13, C15 and C18 of the conventions."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.moments import shown_after_ms
from tests.e2e.browser.people import Desk, new_call

HEATING = "演示：望京西园三区昨天晚上开始暖气不热，屋里才14度，我电话是13800138000。温度不达标能退采暖费吗？"
LABEL = "内容由AI生成，仅供参考，以政策原文为准"


@pytest.fixture
def seat(desk: Desk) -> Page:
    page = desk.person("seat")
    new_call(page)
    return page


def say(page: Page, words: str) -> None:
    page.get_by_label("记录市民的话").fill(words)
    page.keyboard.press("Enter")


def filled(page: Page) -> None:
    """The order stands on the right: until then there is nothing to accept."""
    expect(page.get_by_role("combobox", name="问题分类")).not_to_have_value("")


def answered(page: Page) -> None:
    expect(page.get_by_role("button", name="采用第1句")).to_be_visible()


def orders_of(page: Page) -> int:
    total: int = page.evaluate("fetch('/v1/work-orders?limit=1').then((r) => r.json()).then((body) => body.total)")
    return total


def test_c1_c2_a_sentence_is_used_with_one_key_and_sends_nothing(seat: Page) -> None:
    before = orders_of(seat)
    say(seat, HEATING)
    answered(seat)
    first = seat.locator(".sentence p").first.inner_text()
    seat.keyboard.press("Alt+1")
    box = seat.get_by_label("记录坐席的话")
    expect(box).to_be_focused()
    expect(box).to_have_value(re.compile("^" + re.escape(first[:12])))
    assert seat.locator(".line.seat_agent").count() == 0  # only Enter, pressed by a person, takes it down
    seat.keyboard.press("Enter")
    expect(seat.locator(".line.seat_agent")).to_have_count(1)
    assert orders_of(seat) == before


def test_c3_a_citation_opens_the_clause_with_its_words_marked(seat: Page) -> None:
    say(seat, "演示：楼上邻居晚上十点以后还在装修，有什么规定吗？")
    answered(seat)
    chip = seat.locator(".sentence .chip").first
    chip.click()
    panel = seat.get_by_role("region", name="依据原文")
    expect(panel).to_be_focused()
    expect(panel.locator("mark").first).to_be_visible()
    expect(panel).to_contain_text(re.compile("现行有效|已失效"))
    expect(panel).to_contain_text("施行")
    expect(panel).to_contain_text("废止")
    assert_accessible(seat)
    seat.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(chip).to_be_focused()


def test_c3_a_law_shows_its_number_and_who_issued_it(seat: Page) -> None:
    citation = {
        "number": 1, "passage_id": "none", "document_id": "none", "title": "北京市供热采暖管理办法", "clause": "第十条",
        "path": ["第二章", "第十条"], "document_number": "市政府令第216号", "issuer": "北京市人民政府",
        "effective_from": "2010-04-01", "repealed_on": None, "quote": "室温不得低于18℃。", "basis": [], "unverified": False,
    }  # fmt: skip
    stream_answer(seat, "室温不得低于18℃。", [citation])
    say(seat, HEATING)
    answered(seat)
    seat.keyboard.press("Alt+y")
    panel = seat.get_by_role("region", name="依据原文")
    for words in ("市政府令第216号", "北京市人民政府", "2010/04/01", "第十条"):
        expect(panel).to_contain_text(words)
    expect(panel.locator("mark")).to_have_text("室温不得低于18℃。")


def stream_answer(page: Page, text: str, citations: list[dict[str, object]], status: str = "answered") -> None:
    """The service's own stream format with an answer that the test chooses."""
    import json

    answer = {
        "id": "answer-1", "conversation_id": "c", "status": status, "answer": text, "label": LABEL, "statement": "",
        "sentences": [{"text": text, "citations": [item["number"] for item in citations], "verbatim": False}] * bool(citations),
        "citations": citations, "nearest": [{"document_id": "d", "title": "供暖指南", "clause": ""}], "composer": "model",
        "answerability": 0.9, "as_of": "2026-01-01", "created_at": "2026-01-01T00:00:00Z", "degraded": [], "trace": {},
    }  # fmt: skip
    frames = [{"type": "start"}, {"type": "data-answer", "data": answer}, {"type": "finish"}]
    body = "".join(f"data: {json.dumps(frame, ensure_ascii=False)}\n\n" for frame in frames) + "data: [DONE]\n\n"

    def fulfil(route: Route) -> None:
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    page.route("**/v1/inquiries", fulfil)


def test_c4_without_grounds_it_says_so(seat: Page) -> None:
    stream_answer(seat, "没有找到依据", [], status="unanswerable_no_evidence")
    say(seat, "演示：火星上能不能落户？")
    answer = seat.get_by_role("region", name="政策依据与建议答复")
    expect(answer).to_contain_text("依据不足")
    expect(answer).to_contain_text("请不要凭印象答复")
    expect(answer).to_contain_text("供暖指南")
    expect(seat.get_by_role("button", name="采用第1句")).to_have_count(0)
    assert_accessible(seat)


def test_c5_what_was_made_of_a_sentence_is_recorded(seat: Page) -> None:
    say(seat, HEATING)
    answered(seat)
    seat.keyboard.press("Alt+1")
    box = seat.get_by_label("记录坐席的话")
    expect(box).not_to_have_value("")
    proposed = box.input_value()
    box.fill(proposed[:-1] + "，我帮您登记。")
    with seat.expect_request(lambda request: request.url.endswith("/v1/feedback")) as sent:
        seat.keyboard.press("Enter")
    body = sent.value.post_data_json
    assert body["kind"] == "answer"
    assert body["verdict"] == "edited"
    assert body["proposed"] == proposed
    assert body["final"].endswith("我帮您登记。")
    answer = sent.value.response()
    assert answer is not None
    assert answer.status == 201


def test_c6_similar_orders_come_masked(seat: Page) -> None:
    order = {
        "order_id": "demo-1", "relation": "same_event", "score": 0.9, "title": "演示：〔姓名1〕反映暖气不热",
        "reason": "同小区同一天", "unit": "heating-supplier", "outcome": "已解决",
    }  # fmt: skip
    with_triage(seat, lambda triage: triage | {"similar": [order]})
    say(seat, HEATING)
    similar = seat.get_by_role("region", name="相似工单")
    expect(similar).to_contain_text("同一事件")
    expect(similar).to_contain_text("〔姓名1〕")
    assert "13800138000" not in similar.inner_text()


def test_a_caller_who_rings_often_is_shown_and_served_all_the_same(seat: Page) -> None:
    """Article 9: the agent is told; nothing is refused."""
    tell = "同一来电号码近30天已有12件诉求，请先看本人此前的工单；照常受理。"
    with_triage(seat, lambda triage: triage | {"caller": {"orders": 12, "since": None, "tell": tell}})
    say(seat, HEATING)
    expect(seat.get_by_role("note").filter(has_text="近30天已有12件")).to_be_visible()
    expect(seat.get_by_role("button", name="受理")).to_be_enabled()


def with_triage(page: Page, change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    """The service's own proposal with one part replaced."""

    def fulfil(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        route.fulfill(response=response, json=body | {"triages": [change(item) for item in body["triages"]]})

    page.route("**/v1/appeals", fulfil)


def test_c7_the_order_fills_itself_and_each_field_can_be_taken_back(seat: Page) -> None:
    say(seat, HEATING)
    category = seat.get_by_role("combobox", name="问题分类")
    expect(category).to_have_value("公共服务/供暖/室温不达标")
    field = seat.locator(".field", has=category)
    expect(field.locator(".tag.ai")).to_contain_text("AI")
    expect(field).to_contain_text("依据")
    seat.get_by_role("button", name="清除：AI填写的问题分类").click()
    expect(category).to_have_value("")
    seat.get_by_role("button", name="用AI建议：问题分类").click()
    expect(category).to_have_value("公共服务/供暖/室温不达标")
    title = seat.get_by_role("textbox", name="标题")
    title.fill("演示：人工写的标题")
    with seat.expect_response(lambda reply: "第三天" in (reply.request.post_data or "")) as proposed_anew:
        say(seat, "演示：已经第三天了，家里有老人。")
    assert proposed_anew.value.ok
    proposed_anew.value.finished()
    expect(seat.get_by_text("演示：已经第三天了")).to_be_visible()
    expect(title).to_have_value("演示：人工写的标题")  # a person's word is never overwritten
    expect(seat.get_by_label("电话（取自通话）")).to_have_value("13800138000")


def test_c8_three_units_with_reasons_and_a_confirm_before_dispatch(seat: Page) -> None:
    say(seat, HEATING)
    units = seat.get_by_role("group", name="承办单位")
    expect(units.locator("label.unit")).to_have_count(3)
    expect(units.locator(".reason").first).to_contain_text("派单目录")
    before = orders_of(seat)
    units.locator("label.unit input").nth(1).check()
    seat.keyboard.press("Alt+p")
    dialog = seat.get_by_role("dialog", name="确认派单")
    expect(dialog).to_be_visible()
    assert orders_of(seat) == before
    assert_accessible(seat)
    confirm = dialog.get_by_role("button", name="确认派单")
    dialog.get_by_label("派单理由").fill("")
    expect(confirm).to_be_disabled()  # another unit than the first proposal needs a reason
    dialog.get_by_label("派单理由").fill("演示：管线由城管委负责")
    confirm.click()
    expect(seat.get_by_text("查询码")).to_be_visible()
    assert orders_of(seat) == before + 1


def test_an_emergency_is_told_before_anything_else(seat: Page) -> None:
    say(seat, "演示：我家着火了，厨房全是烟，快来救人")
    banner = seat.get_by_role("alert").filter(has_text="紧急")
    expect(banner).to_contain_text("119")
    assert_accessible(seat)
    seat.get_by_role("button", name="转接话术").click()
    expect(seat.get_by_label("记录坐席的话")).to_have_value(re.compile("119"))


def test_c9_keys_are_on_a_sheet_and_can_be_changed(seat: Page) -> None:
    say(seat, HEATING)
    seat.keyboard.press("Control+Shift+H")
    sheet = seat.get_by_role("dialog", name="快捷键")
    expect(sheet).to_be_visible()
    assert_accessible(seat)
    change = seat.get_by_role("button", name="更改“查政策依据”的快捷键")
    change.click()
    seat.keyboard.press("Alt+p")
    expect(sheet.get_by_role("alert")).to_contain_text("已用于")
    seat.keyboard.press("Alt+w")
    seat.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    seat.reload()
    expect(seat.get_by_role("button", name="查依据")).to_contain_text("Alt+W")
    seat.get_by_role("heading", level=1).click()
    seat.keyboard.press("?")
    expect(sheet).to_be_visible()


def test_c9_a_letter_key_does_nothing_while_somebody_types(seat: Page) -> None:
    box = seat.get_by_label("记录市民的话")
    box.press_sequentially("为什么?")
    expect(box).to_have_value("为什么?")
    expect(seat.get_by_role("dialog")).to_have_count(0)


def test_c12_stopping_is_immediate(desk: Desk, seat: Page) -> None:
    seat.route("**/v1/inquiries", lambda route: None)  # never answers: the page must not wait for it
    say(seat, "演示：办理居住证需要什么条件？")
    stop = seat.get_by_role("button", name="停止")
    expect(stop).to_be_visible()
    assert shown_after_ms(seat, "已停止", lambda: seat.keyboard.press("Alt+x")) < 2000
    expect(stop).to_have_count(0)


def test_c13_thumbs_down_asks_why(seat: Page) -> None:
    say(seat, HEATING)
    answered(seat)
    seat.get_by_role("button", name="不对").click()
    dialog = seat.get_by_role("dialog", name="哪里不对？")
    assert_accessible(seat)
    dialog.get_by_role("button", name="依据不对题").click()
    with seat.expect_response(lambda response: response.url.endswith("/v1/feedback")) as sent:
        dialog.get_by_role("button", name="提交").click()
    assert sent.value.status == 201
    assert sent.value.request.post_data_json["verdict"] == "down"
    assert sent.value.request.post_data_json["reason"] == "依据不对题"


@pytest.mark.parametrize("zoom", [1.0, 1.25])
def test_c15_everything_is_in_reach_on_a_laptop(desk: Desk, zoom: float) -> None:
    page = desk.person(
        "seat", viewport={"width": int(1366 / zoom), "height": int(768 / zoom)}, device_scale_factor=zoom
    )
    new_call(page)
    say(page, HEATING)
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    filled(page)
    expect(page.get_by_role("group", name="承办单位").locator("label.unit").first).to_be_visible()
    edges = """['.composer', '.answer'].map((name) => document.querySelector(name).getBoundingClientRect())
        .flatMap((box) => [box.top, box.bottom])"""
    _, composer_ends, answer_begins, _ = page.evaluate(edges)
    assert composer_ends <= answer_begins  # nothing lies over anything
    for name in ("派单…", "受理", "直接答复…", "记录", "查依据"):
        box = page.get_by_role("button", name=re.compile(f"^{name}")).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1366 / zoom + 1
        assert box["y"] + box["height"] <= 768 / zoom + 1


def test_c15_enter_of_an_input_method_records_nothing(seat: Page) -> None:
    box = seat.get_by_label("记录市民的话")
    box.fill("nuanqi")
    for given in ("{isComposing: true}", "{keyCode: 229}"):
        seat.evaluate(
            f"""() => document.querySelector('.composer textarea').dispatchEvent(
            new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, cancelable: true, ...{given}}}))"""
        )
    expect(box).to_have_value("nuanqi")
    expect(seat.locator(".line.citizen")).to_have_count(0)
    box.press("Enter")
    expect(seat.locator(".line.citizen")).to_have_count(1)


def test_c18_what_is_copied_keeps_its_label(seat: Page) -> None:
    say(seat, HEATING)
    answered(seat)
    copied = seat.evaluate(
        """() => {
        const data = new DataTransfer();
        getSelection().selectAllChildren(document.querySelector('.sentence p'));
        const event = new ClipboardEvent('copy', {clipboardData: data, bubbles: true, cancelable: true});
        document.querySelector('.sentence p').dispatchEvent(event);
        return data.getData('text/plain');
    }"""
    )
    assert LABEL in copied


def test_an_answer_is_announced_once_it_stands(seat: Page) -> None:
    say(seat, HEATING)
    answered(seat)
    log = seat.locator(".answer [role=log]")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-busy", "false")


def test_the_code_is_told_once(seat: Page, desk: Desk) -> None:
    say(seat, HEATING)
    filled(seat)
    seat.keyboard.press("Alt+s")
    code = seat.locator(".code").inner_text()
    assert re.fullmatch(r"[A-Z0-9]{8}", code)
    number = seat.locator(".done b").first.inner_text()
    with httpx.Client(base_url=desk.service.url) as client:
        told = client.post("/v1/work-orders/progress", json={"number": number, "code": code})
    assert told.status_code == 200
    assert_accessible(seat)
