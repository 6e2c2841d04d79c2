"""Rows W9–W12, W15 and W18–W20: asking in the citizens' window, and what happens when things go wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from tests.e2e.browser.moments import shown_after_ms
from tests.e2e.browser.people import Desk
from tests.e2e.browser.sites import asked, opened

PERMIT = "办理居住证需要什么条件？"
WATCH = """() => {
  window.announced = []; window.changed = 0;
  const log = document.getElementById('announcer');
  new MutationObserver((records) => records.forEach((record) => {
    if (record.type === 'characterData') window.changed += 1;
    record.addedNodes.forEach((node) => announced.push(node.textContent));
  })).observe(log, {childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture
def page(desk: Desk) -> Page:
    page = desk.visitor()
    page.goto("/demo")
    return page


@pytest.fixture
def frame(page: Page) -> Frame:
    return opened(page)


def refusing(status: int, retry_after: int, detail: str = "") -> object:
    body = json.dumps({"detail": detail, "code": "refused"})
    headers = {"retry-after": str(retry_after), "content-type": "application/problem+json"}
    return lambda route: route.fulfill(status=status, headers=headers, body=body)


def test_an_answer_cites_clauses_that_open_in_place(frame: Frame) -> None:
    asked(frame, PERMIT)
    turn = frame.locator(".turn")
    expect(turn.locator(".label .tag")).to_have_text("AI")
    expect(turn.locator(".label")).to_contain_text("内容由AI生成")
    frame.locator(".mark").first.click()
    source = frame.locator(".sources details[open]").first
    expect(source.locator("mark")).not_to_be_empty()
    expect(source).to_contain_text("发布机关")
    expect(source.locator(".state")).to_have_text("现行有效")


def test_a_follow_up_question_is_understood_in_its_conversation(page: Page, frame: Frame) -> None:
    asked(frame, PERMIT)
    with page.expect_request("**/v1/citizen/inquiries") as sent:
        frame.fill("#question", "要多久能办好？")
        frame.press("#question", "Enter")
    assert sent.value.post_data_json["conversation_id"]
    frame.wait_for_selector(".turn:nth-of-type(2) .choices")
    expect(frame.locator(".turn").nth(1)).to_contain_text("15日")


def test_w9_a_screen_reader_hears_sentences_and_nothing_twice(frame: Frame) -> None:
    log = frame.locator("#announcer")
    assert (log.get_attribute("role"), log.get_attribute("aria-live")) == ("log", "polite")
    frame.evaluate(WATCH)
    asked(frame, PERMIT)
    announced = frame.evaluate("announced")
    assert len(announced) == len(set(announced)) >= 3
    assert frame.evaluate("changed") == 0
    assert not any("[1]" in words or words.startswith("依据") for words in announced)
    shown = frame.locator(".turn .line").all_inner_texts()
    assert all(any(words.strip("0123456789\n ") in heard for heard in announced) for words in shown)


def test_w10_the_counter_counts_as_a_reader_does_and_the_limit_holds(frame: Frame) -> None:
    expect(frame.locator("#used")).to_have_text("0/300 字")
    frame.fill("#question", "问👩‍👩‍👧𠮷" * 2)
    expect(frame.locator("#used")).to_have_text("6/300 字")
    frame.fill("#question", "问" * 301)
    frame.press("#question", "Enter")
    expect(frame.locator("#problem")).to_have_text("超出 1 字，请精简后再发送。")
    assert frame.locator(".turn").count() == 0


@pytest.mark.parametrize("view", ["ask", "file", "progress"])
def test_w11_a_person_is_one_step_away_everywhere(page: Page, view: str) -> None:
    frame = opened(page, view)
    expect(frame.locator("footer").get_by_role("link", name="拨打12345")).to_be_visible()
    frame.locator("footer").get_by_role("button", name="转人工").click()
    dialog = frame.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="拨打12345")).to_have_attribute("href", "tel:12345")
    for number in ("110", "119", "120", "122"):
        expect(dialog.get_by_role("link", name=number)).to_have_attribute("href", f"tel:{number}")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("hotline.isOpen")


@pytest.mark.parametrize(
    ("choice", "sent"),
    [("遮住后发送", "办居住证，电话〔手机号〕找我"), ("原样发送", "办居住证，电话13812345678找我"), ("返回修改", "")],
)
def test_w12_personal_data_is_pointed_out_before_anything_leaves(
    page: Page, frame: Frame, choice: str, sent: str
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.post_data or "") if "inquiries" in request.url else None)
    frame.fill("#question", "办居住证，电话13812345678找我")
    frame.press("#question", "Enter")
    warning = frame.get_by_role("alertdialog")
    expect(warning).to_contain_text("手机号")
    assert requests == []
    warning.get_by_role("button", name=choice).click()
    if sent:
        frame.wait_for_selector(".turn .choices")
        assert json.loads(requests[0])["question"] == sent
    else:
        expect(frame.locator("#question")).to_be_focused()
        assert requests == []


def test_enter_of_an_input_method_never_sends(frame: Frame) -> None:
    frame.fill("#question", "演示")
    pressed = "(composing) => document.getElementById('question').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: composing, bubbles: true, cancelable: true}))"
    frame.evaluate(pressed, True)
    frame.wait_for_timeout(200)
    assert frame.locator(".turn").count() == 0
    frame.evaluate(pressed, False)
    expect(frame.locator(".turn")).to_have_count(1)


def test_stopping_aborts_at_once(page: Page, frame: Frame) -> None:
    held: list[Route] = []
    page.route("**/v1/citizen/inquiries", lambda route: held.append(route))
    frame.fill("#question", PERMIT)
    frame.press("#question", "Enter")
    stop = frame.get_by_role("button", name="停止")
    expect(stop).to_be_visible()
    assert shown_after_ms(frame, "已停止。", stop.click) < 2000
    expect(frame.get_by_role("button", name="发送")).to_be_visible()


def test_w15_the_conversation_is_downloaded_with_its_label(frame: Frame, page: Page, tmp_path: Path) -> None:
    asked(frame, PERMIT)
    frame.locator(".menu summary").click()
    with page.expect_download() as saved:
        frame.get_by_role("button", name="下载对话").click()
    file = tmp_path / "conversation.txt"
    saved.value.save_as(file)
    text = file.read_text(encoding="utf-8-sig")
    assert text.count("内容由AI生成") >= 2
    assert PERMIT in text and "依据：" in text and "《" in text


def test_w15_a_printout_holds_the_conversation_and_its_label(page: Page) -> None:
    page.goto("/widget")
    frame = page.main_frame
    asked(frame, PERMIT)
    page.emulate_media(media="print")
    expect(frame.locator(".composer")).to_be_hidden()
    expect(frame.locator("footer .label")).to_be_visible()
    expect(frame.locator(".turn .label")).to_be_visible()


def test_c18_what_is_copied_from_an_answer_keeps_the_label(frame: Frame) -> None:
    asked(frame, PERMIT)
    copied = frame.evaluate(
        """() => { getSelection().selectAllChildren(document.querySelector('.turn .line'));
        const data = new DataTransfer(); const event = new ClipboardEvent('copy', {clipboardData: data, bubbles: true, cancelable: true});
        document.dispatchEvent(event); return data.getData('text/plain'); }"""
    )
    assert "居住半年以上" in copied and copied.rstrip("】").endswith("内容由AI生成，仅供参考，以政策原文为准")


def test_w18_languages_change_at_once_and_the_unfinished_fall_back_and_say_so(frame: Frame) -> None:
    frame.locator(".menu summary").click()
    untranslated = frame.get_by_role("status").filter(has_text="界面还没有译文，现在显示中文")
    for code, spoken, word in (
        ("bo", "zh-CN", "咨询政策"),
        ("en", "en", "Ask"),
        ("ug", "zh-CN", "咨询政策"),
        ("zh-TW", "zh-TW", "諮詢政策"),
        ("bo", "zh-CN", "咨询政策"),
        ("zh-CN", "zh-CN", "咨询政策"),
    ):
        frame.select_option("#language", code)
        expect(frame.locator("nav button").first).to_have_text(word)
        expect(untranslated).to_have_count(int(code in ("ug", "bo")))
        expect(frame.locator("html")).to_have_attribute("lang", spoken)
        expect(frame.locator("html")).to_have_attribute("dir", "ltr")
        expect(frame.locator("#language")).to_have_value(spoken)


@pytest.mark.parametrize("code", ["ug", "bo"])
def test_w18_a_site_in_a_language_without_words_opens_in_chinese_and_says_so(desk: Desk, code: str) -> None:
    page = desk.visitor()
    page.goto(f"/widget?locale={code}")
    expect(page.get_by_role("status").filter(has_text="还没有译文")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_w18_what_is_quoted_in_chinese_says_so_in_an_english_window(frame: Frame) -> None:
    frame.locator(".menu summary").click()
    frame.select_option("#language", "en")
    expect(frame.locator("nav button").first).to_have_text("Ask")
    asked(frame, PERMIT)
    for part in (".line", ".sources .name", ".reply .label", ".sources blockquote"):
        expect(frame.locator(part).first).to_have_attribute("lang", "zh-CN")


def test_each_source_opens_its_clause_on_the_public_page(page: Page, frame: Frame) -> None:
    asked(frame, PERMIT)
    frame.locator(".mark").first.click()
    with page.context.expect_page() as opening:
        frame.get_by_role("link", name="打开原文").first.click()
    clause = opening.value.locator("li:target")
    expect(clause).to_be_in_viewport()
    quoted = "".join(frame.locator(".sources blockquote").first.inner_text().split())
    assert quoted[:30] in "".join(clause.inner_text().split())


def test_w19_offline_keeps_the_question_and_says_what_to_do(page: Page, frame: Frame) -> None:
    page.context.set_offline(True)
    frame.fill("#question", PERMIT)
    frame.press("#question", "Enter")
    expect(frame.locator(".turn .notice")).to_contain_text("网络已断开，内容还在")
    expect(frame.locator("#question")).to_have_value(PERMIT)
    page.context.set_offline(False)
    frame.get_by_role("button", name="重试").click()
    frame.wait_for_selector(".turn .sources")


@pytest.mark.parametrize(("status", "words"), [(429, "请 60 秒后再试"), (503, "请 60 秒后重试")])
def test_w19_a_busy_service_says_when_to_try_again(page: Page, frame: Frame, status: int, words: str) -> None:
    page.route("**/v1/citizen/inquiries", refusing(status, 60))  # type: ignore[arg-type]
    page.clock.install()
    frame.fill("#question", PERMIT)
    frame.press("#question", "Enter")
    expect(frame.locator(".turn .notice")).to_contain_text(words)
    expect(frame.locator("hotline-failure button")).to_be_disabled()
    page.unroute("**/v1/citizen/inquiries")
    page.clock.run_for(60_000)
    frame.get_by_role("button", name="重试", exact=True).click()
    frame.wait_for_selector(".turn .sources")
    assert frame.locator(".turn").count() == 1


def test_w20_the_history_is_cleared_on_a_shared_computer(frame: Frame) -> None:
    asked(frame, "演示问题：居住证怎么签注？")
    frame.locator(".menu summary").click()
    expect(frame.get_by_text("公用电脑请在离开前清除记录")).to_be_visible()
    frame.get_by_role("button", name="清除记录").click()
    expect(frame.locator(".turn")).to_have_count(0)
    assert frame.evaluate("sessionStorage.length") == 0
    assert "怎么签注" not in frame.content()


def test_w20_and_by_itself_after_a_quarter_of_an_hour(desk: Desk) -> None:
    page = desk.visitor()
    page.clock.install()
    page.goto("/widget")
    asked(page.main_frame, PERMIT)
    page.clock.fast_forward("14:01")
    expect(page.locator(".flash")).to_contain_text("1分钟后清除记录")
    page.clock.fast_forward("01:01")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".flash")).to_contain_text("记录已清除")


@pytest.mark.parametrize("sign", ["a key", "a touch"])
def test_2_2_1_one_sign_of_life_keeps_the_history_and_does_so_again(desk: Desk, sign: str) -> None:
    page = desk.visitor()
    page.clock.install()
    page.goto("/widget")
    asked(page.main_frame, PERMIT)
    for _ in range(3):
        page.clock.fast_forward("14:01")
        warning = page.get_by_role("status").filter(has_text="1分钟后清除记录，点击或按键可保留")
        expect(warning).to_be_visible()
        page.keyboard.press("Shift") if sign == "a key" else page.locator("h1").click()
        expect(warning).to_have_count(0)
        page.clock.fast_forward("01:01")
    expect(page.locator(".turn")).to_contain_text(PERMIT)


def test_a_conversation_survives_a_walk_over_the_site_in_its_own_tab(page: Page, frame: Frame) -> None:
    asked(frame, PERMIT)
    page.reload()
    expect(opened(page).locator(".turn")).to_contain_text(PERMIT)


def test_an_emergency_shows_the_numbers_at_once(frame: Frame) -> None:
    asked(frame, "家里着火了，有人被困在屋里出不来")
    expect(frame.locator(".turn").get_by_role("link", name="119")).to_be_visible()
    expect(frame.locator(".turn")).to_contain_text("请立即拨打")


def test_a_complaint_in_the_wrong_place_is_carried_over(frame: Frame) -> None:
    asked(frame, "投诉楼上天天半夜装修噪音太大")
    frame.get_by_role("button", name="登记为诉求").click()
    expect(frame.locator("#matter")).to_have_value("投诉楼上天天半夜装修噪音太大")


def test_what_is_asked_back_is_answered_by_a_button(page: Page, frame: Frame) -> None:
    asked(frame, "居住证")
    first = frame.locator(".turn").first
    expect(first.locator(".canned")).to_contain_text("请问您想了解哪一方面")
    with page.expect_request("**/v1/citizen/inquiries") as sent:
        first.get_by_role("button", name="所需材料", exact=True).click()
    assert sent.value.post_data_json["question"] == "所需材料"
    frame.wait_for_selector(".turn:nth-of-type(2) .choices")
    expect(frame.locator(".turn").nth(1).locator(".sources")).to_contain_text("居住证怎样申领、签注和补领")
