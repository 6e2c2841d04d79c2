"""The dashboard's files, what its panels make of the filters, and 接通率 (rows D1, D4, D7, D8)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.accessibility import assert_accessible
from tests.e2e.browser.people import Desk
from tests.e2e.browser.test_dashboard import WHOLE, opened, tile

# Long before any sample order: what is imported here changes no other test's figures.
CALLS = "日期,呼入量,接通量,15秒接通量\n2020-01-01,1000,940,900\n2020-01-02,1000,950,880\n"
THEN = "/dashboard?period=custom&from=2020-01-01&to=2020-01-31"
TABLES = (
    "各街乡受理量",
    "每日受理",
    "今日受理与往常",
    "按问题分类",
    "按诉求类型",
    "按渠道",
    "三率（按单位）",
    "建议被采用的情况",
)


def test_d1_calls_that_an_operator_hands_over_are_shown(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(CALLS, encoding="utf-8")
    desk.service.hotline("calls", "import", str(file))
    page = opened(desk, THEN)
    expect(tile(page, "接通率").locator(".value")).to_have_text("94.5%")
    expect(tile(page, "接通率").locator(".note")).to_contain_text("15秒接通率 89.0%")
    expect(page.get_by_text("所选时段接通率 94.5%，低于 95%")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("name", TABLES)
def test_d4_every_table_comes_down_as_a_file(desk: Desk, name: str) -> None:
    page = opened(desk)
    for kind in ("CSV", "XLSX"):
        link = page.get_by_role("link", name=f"{name}，导出{kind}")
        with page.expect_download() as coming:
            link.click()
        assert coming.value.suggested_filename.endswith(f".{kind.lower()}")
        assert coming.value.path().stat().st_size > 0


def test_d4_d8_the_three_rates_come_down_as_they_may_be_published(desk: Desk) -> None:
    page = opened(desk, f"{WHOLE}&by=street")
    with page.expect_download() as coming:
        page.get_by_role("link", name="三率（按街乡），导出CSV").click()
    heading, *rows, note = coming.value.path().read_text(encoding="utf-8-sig").splitlines()[1:]
    assert heading == "街乡,有效回访,响应率,解决率,满意率"
    assert "不显示" in note
    for row in rows:
        valid, *rates = row.split(",")[1:]
        assert (valid == "—" and set(rates) == {"—"}) or int(valid) >= 5


def test_d7_panels_obey_the_filters_or_say_which_they_cannot(desk: Desk) -> None:
    page = opened(desk)
    watch = page.get_by_role("region", name="主动治理", exact=True)
    quality = page.get_by_role("region", name="答复质量", exact=True)
    expect(watch.get_by_role("note")).to_contain_text("不随时段筛选")
    expect(quality.get_by_text(re.compile("只随时段筛选"))).to_have_count(0)
    narrowed = opened(desk, f"{WHOLE}&unit=heating-supplier&channel=电话&street=street-wangjing")
    watch = narrowed.get_by_role("region", name="主动治理", exact=True)
    expect(watch.get_by_role("note")).to_contain_text("不随时段、主办单位、渠道筛选")
    expect(watch.get_by_role("note")).to_contain_text("已按所选街乡、分类显示")
    places = watch.locator(".about")
    expect(places.filter(has_not_text="望京街道")).to_have_count(0)
    quality = narrowed.get_by_role("region", name="答复质量", exact=True)
    expect(quality.get_by_text(re.compile("只随时段筛选"))).to_be_visible()
    assert_accessible(narrowed)


def test_a_unit_is_offered_no_other_unit_to_choose(desk: Desk) -> None:
    page = desk.person("heating", "/dashboard")
    expect(page.get_by_label("街乡", exact=True)).to_be_visible()
    expect(page.get_by_label("主办单位", exact=True)).to_have_count(0)


def test_d2_a_signal_tells_what_its_orders_say(desk: Desk) -> None:
    page = opened(desk)
    watch = page.get_by_role("region", name="主动治理", exact=True)
    watch.get_by_role("button", name=re.compile("^每月一题候选")).click()
    watch.get_by_role("button", name=re.compile("^看话题")).first.click()
    topics = page.get_by_role("dialog", name=re.compile("^话题："))
    expect(topics.get_by_role("status")).to_contain_text(re.compile(r"归并为 [\d,]+ 个话题"))
    first = topics.locator("details").first
    first.locator("summary").click()
    expect(first.get_by_role("link").first).to_be_visible()
    assert_accessible(page)
    first.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/console/orders/"))


def test_topics_that_did_not_come_can_be_asked_for_again(desk: Desk) -> None:
    page = opened(desk)
    away = "**/v1/watch/*/topics"
    page.route(away, lambda route: route.fulfill(status=503, json={"code": "x", "detail": "暂时不可用"}))
    page.get_by_role("button", name=re.compile("^看话题")).first.click()
    topics = page.get_by_role("dialog", name=re.compile("^话题："))
    expect(topics.get_by_text("暂时不可用")).to_be_visible()
    page.unroute(away)
    topics.get_by_role("button", name="再试一次").click()
    expect(topics.get_by_role("status")).to_contain_text("个话题")
