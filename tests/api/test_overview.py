"""``/v1/overview``: every number equals the list behind it (conventions D2); tables leave the house safely (D4, D8)."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from assistant.adapters.sample_files import seed_orders
from assistant.answer_tally import AnswerTally
from assistant.city_pack import city_pack_folder
from assistant.domain.call_counts import CallCounts
from assistant.domain.time_limits import local_day
from assistant.ports.orders import StoreUnavailable
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, FakeContainer
from tests.api.people import Office, Page, office

TODAY = local_day(datetime.now(UTC))
PERIOD = {"from": str(TODAY - timedelta(days=60)), "to": str(TODAY)}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Office:
    opened = office(tmp_path_factory.mktemp("office"))
    seed_orders(opened.store, city_pack_folder(None), datetime.now(UTC), count=600, seed=3)
    return opened


@pytest.fixture
async def boss(people: Office) -> AsyncIterator[Page]:
    container = FakeContainer(work_orders=people, tally=AnswerTally(lambda: people.answers))
    async with client_of(container, keys=(DIGEST,)) as client:
        page = Page(client)
        await page.sign_in("boss", people.passwords["boss"])
        yield page


async def overview(page: Page, **params: str) -> dict[str, Any]:
    answer = await page.call("GET", "/v1/overview", params=PERIOD | params)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def figures(report: Any) -> Iterator[dict[str, Any]]:
    """Everything with a list behind it, wherever it stands."""
    if isinstance(report, dict):
        if "list" in report:
            yield report
        for value in report.values():
            yield from figures(value)
    elif isinstance(report, list):
        for value in report:
            yield from figures(value)


@pytest.mark.parametrize(
    "filters",
    [{}, {"street": "street-wangjing"}, {"channel": "网站"}, {"category": "公共服务"}, {"unit": "-"}],
    ids=lambda filters: next(iter(filters), "all"),
)
async def test_d2_every_number_equals_the_list_behind_it(boss: Page, filters: dict[str, str]) -> None:
    report = await overview(boss, **filters)
    found = list(figures(report))
    assert len(found) > 60
    for figure in found:
        listed = (await boss.call("GET", f"{figure['list']}{'&' if '?' in figure['list'] else '?'}limit=1")).json()
        assert listed["total"] == figure["count"], figure


async def test_d2_groups_and_days_add_up_to_the_whole(boss: Page) -> None:
    report = await overview(boss)
    intake = report["figures"]["intake"]["count"]
    assert intake > 50
    for name in ("type", "channel", "category", "street", "unit"):
        assert sum(row["count"] for row in report["groups"][name]) == intake, name
    assert sum(day["count"] for day in report["days"]) == intake
    assert sum(state["count"] for state in report["states"]) == report["figures"]["open"]["count"]
    assert sum(hour["count"] for hour in report["hours"]) == report["figures"]["today"]["count"]
    parts = ("direct", "dispatched", "closed", "repeated", "objected", "fed_back_late")
    counted = {part: report["figures"][part]["count"] for part in parts}
    assert all(0 < count < intake for count in counted.values()), counted


async def test_every_one_of_the_43_streets_has_its_place(boss: Page) -> None:
    rows = (await overview(boss))["groups"]["street"]
    assert len([row for row in rows if row["key"]]) == 43
    assert [row["name"] for row in rows if row["key"]] == sorted(row["name"] for row in rows if row["key"])


async def test_d3_d10_the_reply_says_its_zone_its_time_and_how_old_the_data_are(boss: Page) -> None:
    report = await overview(boss)
    assert report["zone"] == "Asia/Shanghai"
    assert report["at"].endswith("+08:00")
    assert report["days"][0]["begin"] == f"{PERIOD['from']}T00:00:00+08:00"
    assert report["lag_s"] >= 0
    assert report["is_lagging"] == (report["lag_s"] > 7200)
    assert report["samples"] == report["figures"]["intake"]["count"]


async def test_d1_what_the_telephone_platform_alone_knows_is_named_and_not_made_up(boss: Page) -> None:
    report = await overview(boss)
    assert "接通率" in report["not_connected"]
    assert report["calls"] is None


async def test_d1_calls_handed_over_by_an_operator_are_shown_and_no_filter_narrows_them(
    people: Office, boss: Page
) -> None:
    day = TODAY - timedelta(days=300)
    people.calls.put({day: CallCounts(200, 190, 150), day + timedelta(days=1): CallCounts(200, 194, 170)})
    within = {"from": str(day), "to": str(day + timedelta(days=9)), "street": "street-wangjing"}
    report = await overview(boss, **within)
    assert report["not_connected"] == []
    assert report["calls"] == {
        "days": 2, "offered": 400, "answered": 384, "within_15s": 320, "connected": 0.96, "connected_in_15s": 0.8,
    }  # fmt: skip


@pytest.mark.parametrize("table", ["day", "hour", "adoption"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_d4_every_table_of_the_page_is_a_file(boss: Page, table: str, kind: str) -> None:
    answer = await boss.call("GET", f"/v1/overview/tables/{table}", params=PERIOD | {"file": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'.{kind}"')


async def test_d8_the_table_by_day_adds_up_and_hides_small_days(boss: Page) -> None:
    report = await overview(boss)
    text = (await boss.call("GET", "/v1/overview/tables/day", params=PERIOD)).content.decode("utf-8-sig")
    cells = dict(line.rsplit(",", 1) for line in text.splitlines()[2:-2])
    counts = {day["begin"][:10]: day["count"] for day in report["days"]}
    assert cells.keys() == counts.keys()
    assert any(0 < count < 5 for count in counts.values())
    assert all(cells[day] == "—" for day, count in counts.items() if 0 < count < 5)
    assert all(cells[day] in ("—", str(count)) for day, count in counts.items())


async def test_answers_refusals_guards_and_removed_sentences_are_counted(boss: Page) -> None:
    before = (await overview(boss))["quality"]
    for question in ("物业费涨价要谁同意", "unanswerable_no_evidence", "guardrails_injection", "handover_person"):
        await boss.call("POST", "/v1/inquiries", json={"question": question})
    after = (await overview(boss))["quality"]
    grown = {name: after[name] - before[name] for name in ("questions", "cited", "refused", "guarded", "handed_over")}
    assert grown == {"questions": 4, "cited": 1, "refused": 1, "guarded": 1, "handed_over": 1}
    listed = (await boss.call("GET", "/v1/unanswered")).json()
    assert [item["question"] for item in listed["items"]] == ["〔已遮蔽〕"]
    assert listed["total"] == after["unanswered"] == 1


async def test_adoption_comes_from_what_people_did(boss: Page) -> None:
    body = {"kind": "answer", "subject": "a1", "verdict": "edited", "proposed": "四个字的", "final": "四个字了"}
    assert (await boss.call("POST", "/v1/feedback", json=body)).status_code == 201
    total = (await overview(boss))["quality"]["total"]
    assert (total["edited"], total["adoption"], total["edit_rate"]) == (1, 1.0, 0.25)


async def test_documents_due_for_review_are_counted(boss: Page) -> None:
    assert (await overview(boss))["knowledge"] == {"documents": 3, "due": 0, "due_soon": 0, "not_in_force": 1}


@pytest.mark.parametrize(
    "period", [("2026-03-02", "2026-03-01"), ("1900-01-01", "2026-01-01"), ("2020-01-01", "2026-01-01")]
)
async def test_an_impossible_period_is_a_422(boss: Page, period: tuple[str, str]) -> None:
    answer = await boss.call("GET", "/v1/overview", params={"from": period[0], "to": period[1]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_period")


async def test_nobody_else_sees_it(people: Office) -> None:
    async with client_of(FakeContainer(work_orders=people), keys=(DIGEST,)) as client:
        for login in ("seat", "housing", "editor", "admin"):
            page = Page(client)
            await page.sign_in(login, people.passwords[login])
            assert (await page.call("GET", "/v1/overview", params=PERIOD)).status_code == 403, login
            await page.call("DELETE", "/v1/session")


async def test_a_database_that_is_away_is_a_503(people: Office) -> None:
    def away() -> Office:
        raise StoreUnavailable("演示")

    async with client_of(FakeContainer(work_orders=away)) as client:
        answer = await client.get("/v1/overview", params=PERIOD)
    assert (answer.status_code, answer.json()["code"]) == (503, "orders_unavailable")


async def test_d8_a_file_hides_small_cells_and_what_would_give_them_away(boss: Page) -> None:
    answer = await boss.call("GET", "/v1/overview/tables/street", params=PERIOD)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("受理量") and "北京时间" in lines[0]
    cells = dict(line.rsplit(",", 1) for line in lines[2:-2])
    counts = {row["name"]: row["count"] for row in (await overview(boss))["groups"]["street"] if row["count"]}
    assert cells.keys() == counts.keys()
    assert any(count < 5 for count in counts.values())
    assert all(cells[name] == "—" for name, count in counts.items() if count < 5)
    assert all(cells[name] in ("—", str(count)) for name, count in counts.items())


async def test_d4_a_sheet_holds_the_same_and_no_formula(boss: Page) -> None:
    answer = await boss.call("GET", "/v1/overview/tables/channel", params=PERIOD | {"file": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][:2] == ("渠道", "件数")
    assert ("电话" in {row[0] for row in rows}) and all(
        cell.data_type != "f" for row in sheet.iter_rows() for cell in row
    )


async def test_an_unknown_table_is_refused(boss: Page) -> None:
    assert (await boss.call("GET", "/v1/overview/tables/people", params=PERIOD)).status_code == 422
