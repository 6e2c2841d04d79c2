"""Feedback, drafts and corrections on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant.adapters.sql_corrections import SqlCorrections
from assistant.adapters.sql_feedback import SqlFeedback
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_requests import SqlRequests
from assistant.desks.feedback import FeedbackDesk, FeedbackForm, Speaker
from assistant.desks.once import RepeatedRequest
from assistant.desks.orders import OrderDesk, OrderUnknown
from assistant.domain import work_order_events as e
from assistant.domain.feedback import FeedbackCounts, FeedbackKind, FeedbackRefused, Verdict
from assistant.ports.feedback import DraftDecided, FeedbackQuery, StoredDraft
from assistant.ports.orders import Step
from assistant.ports.requests import Request
from tests.contracts.test_work_order_store import FORM, opened
from tests.orders import AGENT, BOSS, HOLIDAY, HOUSING, NOON, POLICY, STREET, dispatched

SEAT = Speaker(AGENT.id, AGENT)
UNIT_FORM = FeedbackForm(
    FeedbackKind.SUGGESTION, "triage-1", Verdict.EDITED, "unit", "楼道漏水，电话13800138000", "street-a", "housing",
    "由住建牵头", category="住房/物业管理", street="street-a",
)  # fmt: skip
ANSWER = FeedbackForm(FeedbackKind.ANSWER, "answer-1", Verdict.EDITED, proposed="请携带身份证", final="请带身份证原件")
LATER = NOON + timedelta(days=1)


@pytest.fixture
def desk(engine: sa.Engine) -> FeedbackDesk:
    def mask(text: str) -> str:
        return text.replace("13800138000", "〔手机1〕")

    store, requests, book = SqlWorkOrders(engine, HOLIDAY), SqlRequests(engine), SqlFeedback(engine)
    orders = OrderDesk(store, requests, POLICY, mask, "演示盐", lambda: NOON)
    return FeedbackDesk(book, book, orders, mask, lambda: NOON)


@pytest.fixture
def taught(engine: sa.Engine) -> SqlCorrections:
    return SqlCorrections(engine)


def test_what_is_used_is_measured_here_and_counted(desk: FeedbackDesk) -> None:
    kept = desk.take(ANSWER, SEAT)
    assert (kept.verdict, kept.distance, kept.length) == (Verdict.EDITED, 3, 6)
    desk.take(replace(ANSWER, final="请携带身份证"), SEAT)
    desk.take(replace(ANSWER, verdict=Verdict.REJECTED, reason="答非所问"), SEAT)
    desk.take(replace(ANSWER, verdict=Verdict.DOWN), Speaker("key:widget"))
    counts = desk.book.counts(NOON, LATER)
    assert counts == {(FeedbackKind.ANSWER, ""): FeedbackCounts(1, 1, 1, 0, 1, 3, 12)}
    found = counts[FeedbackKind.ANSWER, ""]
    assert (found.adoption, found.edit_rate) == (2 / 3, 3 / 12)
    assert desk.book.counts(LATER, LATER + timedelta(days=1)) == {}


def test_rows_come_back_in_pages_masked(desk: FeedbackDesk) -> None:
    kept = [desk.take(form, SEAT) for form in (UNIT_FORM, ANSWER, replace(ANSWER, verdict=Verdict.UP))]
    query = FeedbackQuery(NOON, LATER, limit=2)
    first = desk.book.rows(query)
    rest = desk.book.rows(replace(query, after=first[-1].id))
    assert sorted(item.id for item in [*first, *rest]) == sorted(item.id for item in kept if item)
    assert "13800138000" not in repr([*first, *rest])
    assert "〔手机1〕" in repr([*first, *rest])
    assert [item.kind for item in desk.book.rows(replace(query, verdict=Verdict.UP))] == [FeedbackKind.ANSWER]


@pytest.mark.parametrize(
    ("form", "speaker", "code"),
    [
        (replace(ANSWER, verdict=Verdict.REJECTED), SEAT, "reason_missing"),
        (replace(ANSWER, final=""), SEAT, "text_missing"),
        (ANSWER, Speaker("key:widget"), "wrong_role"),
        (replace(UNIT_FORM, part="mood"), SEAT, "unknown_part"),
        (replace(ANSWER, kind=FeedbackKind.DRAFT), SEAT, "use_decisions"),
    ],
)
def test_what_cannot_be_used_is_refused(desk: FeedbackDesk, form: FeedbackForm, speaker: Speaker, code: str) -> None:
    with pytest.raises(FeedbackRefused) as caught:
        desk.take(form, speaker)
    assert caught.value.code == code
    assert desk.book.counts(NOON, LATER) == {}


def test_the_same_request_counts_once(desk: FeedbackDesk) -> None:
    ask = Request(AGENT.id, "click", "d" * 64)
    desk.take(ANSWER, SEAT, ask)
    with pytest.raises(RepeatedRequest):
        desk.take(ANSWER, SEAT, ask)
    assert len(desk.book.rows(FeedbackQuery(NOON, LATER))) == 1


def test_a_persons_correction_of_a_unit_teaches(desk: FeedbackDesk, taught: SqlCorrections) -> None:
    before = taught.corrections_mark()
    desk.take(UNIT_FORM, SEAT)
    desk.take(replace(UNIT_FORM, part="title"), SEAT)
    (found,) = taught.corrections()
    assert (found.source, found.wrong, found.instead) == ("person", "street-a", "housing")
    assert (found.category, found.street, found.content) == ("住房/物业管理", "street-a", "楼道漏水，电话〔手机1〕")
    assert taught.corrections_mark() != before


def test_feedback_on_an_order_takes_its_words_and_needs_a_part_in_it(
    desk: FeedbackDesk, taught: SqlCorrections
) -> None:
    order = opened(desk.orders)
    desk.take(replace(UNIT_FORM, order_id=order.id), SEAT)
    assert taught.corrections()[0].title == FORM.title
    with pytest.raises(OrderUnknown):
        desk.take(replace(UNIT_FORM, order_id=order.id), Speaker(STREET.id, STREET))


def test_article_12_an_upheld_objection_teaches_and_learns_the_right_unit(
    desk: FeedbackDesk, taught: SqlCorrections
) -> None:
    order = opened(desk.orders)
    for change, actor in (
        (e.Dispatch("housing"), AGENT),
        (e.DispatchObjection("不属本单位职责"), HOUSING),
        (e.ObjectionReview(True, "成立"), BOSS),
    ):
        desk.orders.take(order.id, change, actor, "演示")
    (found,) = taught.corrections()
    assert (found.source, found.part, found.wrong, found.instead) == ("objection", "unit", "housing", None)
    mark = taught.corrections_mark()
    desk.orders.take(order.id, e.Dispatch("market"), AGENT, "改派")
    assert [item.instead for item in taught.corrections()] == ["market"]
    assert taught.corrections_mark() != mark


def test_article_12_a_rejected_objection_teaches_nothing(desk: FeedbackDesk, taught: SqlCorrections) -> None:
    order = opened(desk.orders)
    for change, actor in (
        (e.Dispatch("housing"), AGENT),
        (e.DispatchObjection("不属本单位职责"), HOUSING),
        (e.ObjectionReview(False, "属本单位职责"), BOSS),
    ):
        desk.orders.take(order.id, change, actor, "演示")
    assert taught.corrections() == []


def test_objections_of_orders_that_come_whole_teach_too(desk: FeedbackDesk, taught: SqlCorrections) -> None:
    played = dispatched("housing")
    for change, actor in (
        (e.DispatchObjection("不属本单位职责"), HOUSING), (e.ObjectionReview(True, "成立"), BOSS), (e.Dispatch("street-a"), AGENT),
        (e.DispatchObjection("不属本单位职责"), STREET), (e.ObjectionReview(True, "成立"), BOSS), (e.Dispatch("market"), AGENT),
    ):  # fmt: skip
        played.do(change, actor)
    desk.orders.store.commit([Step(played.order, tuple(played.events), 0)])
    assert [(item.wrong, item.instead) for item in taught.corrections()] == [
        ("housing", "street-a"),
        ("street-a", "market"),
    ]


def a_draft(desk: FeedbackDesk, text: str) -> StoredDraft:
    draft = StoredDraft("draft-1", opened(desk.orders).id, NOON, HOUSING, "{}", text)
    desk.drafts.keep(draft)
    return draft


def test_a_draft_is_decided_once_with_its_distance(desk: FeedbackDesk) -> None:
    draft = a_draft(desk, "漏水点已修复。")
    assert desk.drafts.drafts_of(draft.order_id) == [draft]
    form = FeedbackForm(FeedbackKind.DRAFT, draft.id, Verdict.EDITED, "", "", draft.text, "漏水点已于今日修复。")
    decided = desk.decide(draft, form, Speaker(HOUSING.id, HOUSING))
    assert (decided.verdict, decided.final) == (Verdict.EDITED, "漏水点已于今日修复。")
    assert desk.book.rows(FeedbackQuery(NOON, LATER))[0].distance == 3
    with pytest.raises(DraftDecided):
        desk.decide(draft, form, Speaker(HOUSING.id, HOUSING))
    assert len(desk.book.rows(FeedbackQuery(NOON, LATER))) == 1


def test_a_draft_with_gaps_is_not_taken_over(desk: FeedbackDesk) -> None:
    draft = a_draft(desk, "【待填写：办理措施】")
    form = FeedbackForm(FeedbackKind.DRAFT, draft.id, Verdict.ACCEPTED, "", "", draft.text)
    with pytest.raises(FeedbackRefused) as caught:
        desk.decide(draft, form, Speaker(HOUSING.id, HOUSING))
    assert caught.value.code == "draft_incomplete"
