"""The dashboard as a supervisor sees it: rows D1 to D10 of the conventions, on invented orders (演示数据)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from assistant.domain.time_limits import local_day
from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk

TODAY = local_day(datetime.now(UTC))
WHOLE = f"/dashboard?period=custom&from={TODAY - timedelta(days=365)}&to={TODAY}"
ZOOMED = {"viewport": {"width": 1093, "height": 614}, "device_scale_factor": 1.25}


def opened(desk: Desk, path: str = WHOLE, **options: Any) -> Page:
    page = desk.person("boss", path, **options)
    expect(tile(page, "受理量")).to_be_visible()
    return page


def tile(page: Page, name: str) -> Any:
    return page.locator(".tile", has=page.get_by_text(name, exact=True))


def count_of(page: Page, name: str) -> int:
    """The number of orders on a tile; a share says its count beside it."""
    said = f"{tile(page, name).locator('.value').inner_text()} {tile(page, name).locator('.note').inner_text()}"
    value = said if "%" in said.split()[0] else said.split()[0]
    found = re.search(r"(\d[\d,]*)(?: 件|$)", value.replace("\n", " "))
    assert found is not None, said
    return int(found[1].replace(",", ""))


def patched(page: Page, change: Callable[[dict[str, Any]], None]) -> None:
    """The service's own reply with something in it changed."""

    def answer(route: Route) -> None:
        reply = route.fetch()
        body = reply.json()
        change(body)
        route.fulfill(response=reply, body=json.dumps(body))

    page.route(re.compile(r"/v1/overview\?"), answer)


def refresh(page: Page) -> None:
    with page.expect_response(re.compile(r"/v1/overview\?")):
        page.get_by_role("button", name="刷新").click()


def test_d1_the_figures_of_the_hotline_stand_on_one_page(desk: Desk) -> None:
    page = opened(desk)
    for name in ("今日受理", "未办结", "两小时内到期", "已超时", "受理量", "直办率", "转办率", "重复来电", "派单异议"):
        expect(tile(page, name)).to_be_visible()
    expect(tile(page, "接通率")).to_contain_text("未接入")
    for name in ("三率", "主动治理", "答复质量"):
        expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    for name in ("响应率", "解决率", "满意率"):
        expect(page.get_by_role("region", name="三率", exact=True).locator(".rate", has_text=name)).to_contain_text("%")


@pytest.mark.parametrize("name", ["受理量", "未办结", "直办率", "转办率", "已办结", "重复来电", "派单异议"])
def test_d2_a_number_equals_its_list(desk: Desk, name: str) -> None:
    page = opened(desk)
    count = count_of(page, name)
    tile(page, name).click()
    dialog = page.get_by_role("dialog", name=name)
    if count:
        expect(dialog.locator(".total")).to_have_text(f"{count:,}")
    else:
        expect(dialog).to_contain_text("没有工单")


def test_d2_a_rate_is_two_clicks_from_an_order(desk: Desk) -> None:
    page = opened(desk)
    rates = page.get_by_role("region", name="三率", exact=True)
    button = rates.get_by_role("button", name=re.compile("^响应率：有效回访")).first
    count = button.inner_text()
    button.click()
    dialog = page.get_by_role("dialog", name="合计 · 有效回访")
    expect(dialog.locator(".total")).to_have_text(count)
    dialog.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/console/orders/"))
    expect(page.get_by_role("region", name="办理过程")).to_be_visible()


def test_d2_a_group_of_a_rate_lists_its_own_orders(desk: Desk) -> None:
    page = opened(desk)
    rates = page.get_by_role("region", name="三率", exact=True)
    rates.get_by_role("button", name="按渠道").click()
    expect(page).to_have_url(re.compile("by=channel"))
    row = rates.get_by_role("row").filter(has_text="电话")
    button = row.get_by_role("button", name=re.compile("有效回访"))
    count = button.inner_text()
    button.click()
    expect(page.get_by_role("dialog", name="电话 · 有效回访").locator(".total")).to_have_text(count)


def test_d2_a_signal_shows_its_orders(desk: Desk) -> None:
    page = opened(desk)
    watch = page.get_by_role("region", name="主动治理", exact=True)
    watch.get_by_role("button", name=re.compile("^看工单")).first.click()
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()


def test_d3_d10_time_zone_refresh_and_lag_are_said(desk: Desk) -> None:
    page = opened(desk)
    expect(page.get_by_text(re.compile(r"更新于 \d\d:\d\d:\d\d（北京时间）"))).to_be_visible()
    expect(page.get_by_text("含演示数据")).to_be_visible()
    patched(page, lambda body: body.update(is_lagging=True, lag_s=3 * 3600))
    refresh(page)
    expect(page.get_by_text("数据滞后 3时")).to_be_visible()


@pytest.mark.parametrize("kind", ["CSV", "XLSX"])
def test_d4_d8_files_come_down_and_hide_small_cells(desk: Desk, kind: str) -> None:
    page = opened(desk)
    with page.expect_download() as coming:
        page.get_by_role("link", name=f"各街乡受理量，导出{kind}").click()
    file = coming.value.path()
    assert coming.value.suggested_filename.endswith(f".{kind.lower()}")
    if kind == "CSV":
        rows = file.read_text(encoding="utf-8-sig").splitlines()[2:-2]
        counts = [row.rsplit(",", 1)[1] for row in rows]
        assert "—" in counts
        assert all(count == "—" or int(count) >= 5 for count in counts)


def test_d5_behind_a_chart_stands_a_table_with_the_same_orders(desk: Desk) -> None:
    page = opened(desk)
    card = page.locator(".chart", has=page.get_by_role("heading", name="按渠道"))
    chart = card.get_by_role("img", name=re.compile("^按渠道：合计"))
    expect(chart.locator("canvas")).to_be_visible()
    card.get_by_role("button", name=re.compile("^表格")).click()
    row = card.get_by_role("row").filter(has_text="电话")
    button = row.get_by_role("button")
    count = button.inner_text()
    button.click()
    expect(page.get_by_role("dialog", name="电话").locator(".total")).to_have_text(count)


def test_d6_a_failure_is_said_and_can_be_tried_again(desk: Desk) -> None:
    page = desk.person("boss", "/console")
    away = re.compile(r"/v1/overview\?")
    page.route(
        away, lambda route: route.fulfill(status=503, json={"code": "orders_unavailable", "detail": "工单库暂时不可用"})
    )
    page.goto(WHOLE)
    expect(page.get_by_role("alert")).to_contain_text("总览没有取到")
    page.unroute(away)
    page.get_by_role("button", name="再试一次").click()
    expect(tile(page, "受理量")).to_be_visible()
    page.route(
        away, lambda route: route.fulfill(status=503, json={"code": "orders_unavailable", "detail": "工单库暂时不可用"})
    )
    page.get_by_role("button", name="刷新").click()
    expect(page.get_by_role("alert")).to_contain_text("的数字")
    expect(tile(page, "受理量")).to_be_visible()


def test_d6_one_part_that_fails_leaves_the_others(desk: Desk) -> None:
    page = desk.person("boss", "/console")
    page.route("**/v1/watch?*", lambda route: route.fulfill(status=503, json={"code": "x", "detail": "暂时不可用"}))
    page.goto(WHOLE)
    expect(page.get_by_text("主动治理信号没有取到")).to_be_visible()
    expect(tile(page, "受理量")).to_be_visible()


def test_d6_waiting_and_emptiness_have_a_look_of_their_own(desk: Desk) -> None:
    page = desk.person("boss", "/console")
    page.route(re.compile(r"/v1/overview\?"), lambda route: None)
    page.goto(WHOLE)
    expect(page.get_by_text("正在读取…")).to_be_visible()
    empty = opened(desk, "/dashboard?period=custom&from=2001-01-01&to=2001-01-31")
    expect(empty.get_by_text("这个时段没有数据").first).to_be_visible()
    expect(empty.get_by_text("这个时段没有完成回访的工单")).to_be_visible()
    assert_accessible(empty)


def test_d7_filters_live_in_the_address(desk: Desk) -> None:
    page = opened(desk)
    whole = count_of(page, "受理量")
    with page.expect_response(re.compile(r"/v1/overview\?.*channel=")):
        page.get_by_label("渠道", exact=True).select_option("网站")
    expect(page).to_have_url(re.compile("channel=%E7%BD%91%E7%AB%99"))
    expect(tile(page, "受理量").locator(".value")).not_to_have_text(f"{whole}")
    narrowed = count_of(page, "受理量")
    assert narrowed < whole
    again = opened(desk, page.url.removeprefix(desk.service.url))
    assert count_of(again, "受理量") == narrowed
    again.get_by_role("button", name="清除筛选").click()
    expect(tile(again, "受理量").locator(".value")).to_have_text(f"{whole}")


def test_d7_an_own_period_is_asked_for_and_kept(desk: Desk) -> None:
    page = opened(desk, "/dashboard")
    page.get_by_role("button", name="自选").click()
    page.get_by_label("首日").fill("2026-01-01")
    page.get_by_label("末日").fill("2026-01-31")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page).to_have_url(re.compile("from=2026-01-01&to=2026-01-31"))
    expect(page.get_by_role("heading", name="2026-01-01 至 2026-01-31")).to_be_visible()


def test_d9_a_person_sets_from_where_on_a_number_asks_for_attention(desk: Desk) -> None:
    page = opened(desk)
    patched(page, lambda body: body["figures"]["late"].update(count=7))
    refresh(page)
    alert = page.get_by_text("7 件工单已超过办理时限")
    expect(alert).to_be_visible()
    page.get_by_role("button", name="提醒阈值").click()
    page.get_by_label("已超时工单达到（件）").fill("8")
    page.get_by_role("button", name="完成").click()
    expect(alert).to_be_hidden()
    page.reload()
    expect(tile(page, "受理量")).to_be_visible()
    expect(alert).to_be_hidden()


def test_places_stand_by_name_and_not_by_number(desk: Desk) -> None:
    page = opened(desk)
    cells = page.locator(".cell")
    expect(cells).to_have_count(43)
    counts = [int(text.split("件")[0]) for text in cells.locator("b").all_inner_texts()]
    assert counts != sorted(counts, reverse=True)


def test_the_keyboard_alone_reaches_an_order(desk: Desk) -> None:
    page = opened(desk)
    tile(page, "未办结").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(tile(page, "未办结")).to_be_focused()


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, ZOOMED, {"viewport": {"width": 390, "height": 844}}],
    ids=["light", "dark", "125 percent", "narrow"],
)
def test_everybody_can_use_the_page_and_it_never_scrolls_sideways(desk: Desk, options: dict[str, Any]) -> None:
    page = opened(desk, **options)
    expect(page.get_by_role("region", name="主动治理", exact=True).get_by_role("button").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert_accessible(page)
    tile(page, "受理量").click()
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()
    assert_accessible(page)


def test_a_unit_sees_its_own_rates_and_nothing_else(desk: Desk) -> None:
    page = desk.person("heating", WHOLE)
    expect(page.get_by_role("heading", name="本单位三率")).to_be_visible()
    rows = page.get_by_role("region", name="三率明细").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(page.locator(".tile")).to_have_count(0)
    assert_accessible(page)
