"""北京市接诉即办工作条例, Articles 8 to 11: how an appeal is taken, told of and kept from those whose matter it is not."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

from assistant.domain import work_order_events as e
from assistant.domain.order_progress import (
    code_digest,
    code_fits,
    may_see,
    may_see_person,
    merged_progress,
    new_code,
    progress,
)
from assistant.domain.time_limits import deadline
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order import WorkOrder
from tests.orders import (
    AGENT,
    HOLIDAY,
    HOUSING,
    MARKET,
    NOON,
    Desk,
    acceptance,
    accepted,
    closed,
    handling,
    refused,
    reviewed,
)


def test_article_8_the_appellant_sees_progress_with_a_code_and_no_notes() -> None:
    desk = handling()
    seen = progress(desk.order, HOLIDAY)
    assert seen.state == "承办单位正在办理"
    assert seen.due == deadline(desk.order.clocks[1], HOLIDAY)
    assert seen.reply == ""
    code = new_code()
    assert code_fits("order-1", code.lower(), code_digest("order-1", code))
    assert not code_fits("order-2", code, code_digest("order-1", code))
    assert progress(reviewed().order, HOLIDAY).can_rate


def test_article_8_another_persons_reply_stays_theirs_when_orders_are_merged() -> None:
    main = replace(closed().order, appellant_key="caller-1")
    same, other = accepted(appellant_key="caller-1").order, accepted(appellant_key="caller-2").order
    nobody = accepted().order
    assert merged_progress(same, main, HOLIDAY).reply == main.reply != ""
    assert merged_progress(other, main, HOLIDAY).reply == ""
    assert merged_progress(nobody, closed().order, HOLIDAY).reply == ""
    assert merged_progress(other, main, HOLIDAY).state == "已与同一事项的工单合并办理：已办结"
    assert not merged_progress(other, reviewed().order, HOLIDAY).can_rate


def test_article_8_secrecy_hides_the_person_from_units() -> None:
    open_order, secret = handling().order, handling(confidential=True).order
    assert may_see_person(open_order, HOUSING)
    assert not may_see_person(secret, HOUSING)
    assert may_see_person(secret, AGENT)
    assert not may_see(open_order, MARKET)
    assert not {"name", "phone", "address"} & {field.name for field in fields(WorkOrder)}


def test_article_10_an_order_must_be_complete() -> None:
    assert refused(Desk(), acceptance(content=" ")) == "incomplete"
    assert refused(Desk(), acceptance(category="")) == "incomplete"
    assert refused(Desk(), acceptance(street="housing")) == "not_a_street"
    assert refused(Desk(), acceptance(street="community-1")) == "unknown_unit"
    assert refused(Desk(), acceptance(received_at=NOON + timedelta(days=1))) == "received_in_future"


def test_article_11_inquiries_may_be_answered_at_once() -> None:
    desk = accepted()
    assert refused(desk, e.DirectAnswer(" ")) == "answer_missing"
    desk.do(e.DirectAnswer("演示答复"))
    assert (desk.order.state, desk.order.closed_by) == (S.CLOSED, e.ClosedBy.DIRECT_ANSWER)
    assert desk.order.lead is None


def test_article_11_diverted_matters_are_told_and_not_dispatched() -> None:
    desk = accepted()
    desk.do(e.Diverted("statutory-route", "请向法院提起诉讼"))
    assert desk.order.closed_by is e.ClosedBy.DIVERSION
    assert refused(desk, e.Dispatch("housing")) == "wrong_state"
    assert refused(desk, e.Reopening()) == "diverted"


def test_article_11_item_3_a_repeat_is_merged_and_not_worked_twice() -> None:
    repeat = accepted(repeat_of="order-0")
    repeat.do(e.MergeInto("order-0"))
    assert repeat.order.state is S.MERGED
    assert all(clock.stopped for clock in repeat.order.clocks)
    assert refused(repeat, e.Dispatch("housing")) == "wrong_state"
    main = accepted()
    main.do(e.MergeOf("order-1"))
    assert main.order.merged_from == ("order-1",)
    assert refused(main, e.MergeInto("order-9")) == "has_merged"
    assert refused(accepted(), e.MergeInto("order-1")) == "merge_with_itself"
