"""A citizen files an appeal in the window, the seat sees it, and number and code lead back to it (Articles 8, 10, 11)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Frame, Page, Response, expect

from assistant.bootstrap.orders import open_work_orders
from assistant.settings import Settings
from tests.e2e.browser.people import Desk
from tests.e2e.browser.sites import opened
from tests.orders import taken_to_review

COLD = "演示数据：望京西园三区暖气不热，屋里才14度"
ANSWERS = {
    "哪个单位": "演示供热公司",
    "什么时候": "从上周开始",
    "怎么解决": "希望尽快来修",
    "具体在哪": "望京西园三区3号楼",
}

ANOTHER_HEADING = """(last) => {
    const now = document.querySelector('.filing h2')?.innerText;
    return now !== undefined && now !== last;
}"""


@pytest.fixture
def page(desk: Desk) -> Page:
    page = desk.visitor()
    page.goto("/demo")
    return page


@pytest.fixture
def frame(page: Page) -> Frame:
    return opened(page, "file")


def forward(frame: Frame) -> None:
    frame.locator(".steps button.primary").click()


def answer_what_is_asked(frame: Frame) -> int:
    """Answers each question that comes back, one at a time; how many there were."""
    for count in range(6):
        frame.wait_for_selector("#answer, #phone")
        if frame.locator("#phone").count():
            return count
        question = frame.locator(".filing h2").inner_text()
        said = next(said for words, said in ANSWERS.items() if words in question)
        frame.fill("#answer", said)
        forward(frame)
        frame.wait_for_function(ANOTHER_HEADING, arg=question)
    raise AssertionError("the questions do not end")


def filed(frame: Frame, text: str = COLD) -> tuple[str, str]:
    frame.fill("#matter", text)
    forward(frame)
    assert answer_what_is_asked(frame) >= 1
    frame.fill("#phone", "10012345678")
    forward(frame)
    frame.wait_for_selector(".review")
    forward(frame)
    frame.wait_for_selector(".ticket")
    number, code = frame.locator(".ticket dd").all_inner_texts()
    return number, code


def test_article_10_what_is_missing_is_asked_back_then_reviewed(frame: Frame) -> None:
    frame.fill("#matter", COLD)
    forward(frame)
    assert 1 <= answer_what_is_asked(frame) <= 4
    forward(frame)
    expect(frame.locator(".filing .problem")).to_contain_text("请填写能联系到您的电话")
    frame.fill("#phone", "10012345678")
    frame.get_by_label("保密").check()
    forward(frame)
    review = frame.locator(".review")
    for words in (COLD, "希望尽快来修", "供暖", "10012345678", "不让承办单位看到"):
        expect(review).to_contain_text(words)
    frame.get_by_role("button", name="修改您的要求").click()
    frame.fill("#answer", "希望退费")
    forward(frame)
    expect(frame.locator(".review")).to_contain_text("希望退费")


def test_article_8_number_and_code_lead_to_the_progress(frame: Frame) -> None:
    number, code = filed(frame)
    frame.get_by_role("button", name="查进度").last.click()
    expect(frame.locator("#number")).to_have_value(number)
    expect(frame.locator("#code")).to_have_value(code)
    frame.get_by_role("button", name="查询").click()
    expect(frame.locator(".result")).to_contain_text("已受理，等待派单")
    frame.fill("#code", "22222222")
    frame.get_by_role("button", name="查询").click()
    expect(frame.locator("hotline-progress .problem")).to_contain_text("没有找到")


def test_article_8_the_result_is_rated_in_the_window(frame: Frame, desk: Desk) -> None:
    number, _ = filed(frame)
    orders = open_work_orders(Settings(_env_file=None, data_dir=desk.service.folder))
    try:
        taken_to_review(orders.desk, str(orders.store.id_of(number)))
    finally:
        orders.close()
    frame.get_by_role("button", name="查进度").last.click()
    frame.get_by_role("button", name="查询").click()
    expect(frame.locator(".result")).to_contain_text("已修复漏水点")
    frame.get_by_role("button", name="提交评价").click()
    expect(frame.locator("hotline-progress .problem")).to_contain_text("请答完三个问题")
    for choice in ("没有联系", "没有解决", "不满意"):
        frame.get_by_label(choice, exact=True).check()
    frame.get_by_role("button", name="提交评价").click()
    expect(frame.locator(".result")).to_contain_text("谢谢，评价已提交")
    expect(frame.locator(".result .big")).to_have_text("已回访")


def orders_with(seat: Page, words: str) -> list[dict[str, Any]]:
    script = (
        "(words) => fetch('/v1/work-orders?state=受理&text=' + encodeURIComponent(words)).then((reply) => reply.json())"
    )
    items: list[dict[str, Any]] = seat.evaluate(script, words)["items"]
    return items


def test_a_filed_appeal_stands_in_the_seats_queue(desk: Desk, frame: Frame) -> None:
    number, _ = filed(frame, COLD + "，楼道也冷")
    seat = desk.person("seat")
    [row] = orders_with(seat, number)
    assert (row["channel"], row["street"]) == ("网络", "street-wangjing")


def test_pressing_twice_and_sending_again_makes_one_order(page: Page, frame: Frame, desk: Desk) -> None:
    lost: list[int] = []

    def lose_the_first_reply(route):  # type: ignore[no-untyped-def]
        answer = route.fetch()
        lost.append(answer.status)
        route.abort() if len(lost) == 1 else route.fulfill(response=answer)

    page.route("**/v1/citizen/work-orders", lose_the_first_reply)
    frame.fill("#matter", COLD + "，请回复")
    forward(frame)
    answer_what_is_asked(frame)
    frame.fill("#phone", "10087654321")
    forward(frame)
    frame.wait_for_selector(".review")
    forward(frame)
    expect(frame.locator(".filing .problem")).to_contain_text("内容还在")
    forward(frame)
    number = frame.locator(".ticket dd").first.inner_text()
    assert lost == [201, 201]
    seat = desk.person("seat")
    assert [row["number"] for row in orders_with(seat, "请回复")] == [number]


def test_article_11_danger_comes_before_everything_and_does_not_block(frame: Frame) -> None:
    frame.fill("#matter", "家里煤气泄漏了，头晕")
    forward(frame)
    expect(frame.locator(".filing").get_by_role("link", name="119")).to_be_visible()
    expect(frame.locator("#answer")).to_have_count(0)
    frame.get_by_role("button", name="没有危险，继续登记").click()
    frame.wait_for_selector("#answer, #phone")


def test_article_11_another_body_s_matter_is_told_and_may_be_filed_all_the_same(frame: Frame) -> None:
    frame.fill("#matter", "法院判决我不服，要求热线改判")
    forward(frame)
    expect(frame.locator(".filing .notice")).to_contain_text("法院")
    frame.get_by_role("button", name="仍要登记，由坐席判断").click()
    frame.wait_for_selector("#answer, #phone")


def test_what_can_be_answered_is_offered_an_answer_first(frame: Frame) -> None:
    frame.fill("#matter", "居住证怎么办理")
    forward(frame)
    frame.get_by_role("button", name="先看政策答复").click()
    expect(frame.locator("#question")).to_have_value("居住证怎么办理")


def test_who_wants_a_person_may_be_called_back(frame: Frame, desk: Desk) -> None:
    frame.locator("footer").get_by_role("button", name="转人工").click()
    frame.get_by_role("dialog").get_by_role("button", name="请坐席给我回电").click()
    frame.fill("#matter", "演示数据：电话里说更清楚，小区停车的事")
    forward(frame)
    answer_what_is_asked(frame)
    expect(frame.get_by_label("请坐席给我回电")).to_be_checked()


def test_nothing_of_the_inner_workings_reaches_the_citizen(page: Page, frame: Frame) -> None:
    replies: list[Response] = []
    page.on("response", lambda reply: replies.append(reply) if "/v1/citizen/" in reply.url else None)
    filed(frame)
    texts = [reply.text() for reply in replies]
    assert len(texts) >= 3
    for word in ("probability", "confidence", "heating-supplier", "precedents", "similar"):
        assert not any(word in text for text in texts)


def test_by_keyboard_alone_from_the_site_to_the_number(page: Page) -> None:
    page.wait_for_function("() => window.hotline")
    page.evaluate("document.querySelector('footer a').focus()")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = opened(page)
    frame.wait_for_function("() => document.activeElement.id === 'question'")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if frame.evaluate("document.activeElement.innerText") == "反映问题":
            break
    page.keyboard.press("Enter")
    frame.wait_for_selector("#matter", state="visible")
    tab_to(page, frame, "matter")
    page.keyboard.insert_text(COLD)
    for _ in range(8):
        heading = frame.locator(".filing h2").inner_text()
        press_primary(page, frame)
        frame.wait_for_function(ANOTHER_HEADING, arg=heading)
        if frame.locator("#phone").count():
            break
        frame.wait_for_function("() => document.activeElement.id === 'answer'")
        page.keyboard.insert_text("希望尽快来修，从上周开始")
    frame.wait_for_function("() => document.activeElement.id === 'phone'")
    page.keyboard.insert_text("10012345678")
    page.keyboard.press("Enter")
    frame.wait_for_selector(".review")
    press_primary(page, frame)
    expect(frame.locator(".ticket dd").first).to_be_visible()


def tab_to(page: Page, frame: Frame, name: str) -> None:
    for _ in range(20):
        if frame.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")


def press_primary(page: Page, frame: Frame) -> None:
    for _ in range(30):
        if frame.evaluate("document.activeElement.matches('.steps .primary')"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not reach the button")
