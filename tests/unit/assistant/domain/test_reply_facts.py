"""What a reply may claim: the log's and the note's sentences, each where it belongs, without personal data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.domain import work_order_events as e
from assistant.domain.reply_draft import ReplyPart as Part
from assistant.domain.reply_facts import collect, plain
from assistant.domain.reply_places import places
from assistant.domain.reply_wording import farewell, greeting, notices
from tests.orders import AGENT, BOSS, HOUSING, STREET, SUB_LIMIT, Desk, dispatched, fed_back, handling
from tests.replies import NAMES, case_of, logged

MARKET = e.Actor("demo-market-clerk", e.Role.UNIT, "market")


def told(desk: Desk, part: Part, **changes: object) -> list[str]:
    return [fact.text for fact in collect(case_of(desk, **changes)).of(part)]


def test_each_sentence_of_the_log_stands_where_it_belongs() -> None:
    desk = logged()
    assert told(desk, Part.FOUND) == [
        "2026年3月2日，我单位工作人员与您取得联系。",
        "电话联系您预留的电话，诉求人说明漏水位置。",
        "3月3日到现场查看，系顶层管道接口老化渗漏。",
    ]
    assert told(desk, Part.DONE) == ["已更换管道接口，漏水点已修复。"]
    assert told(desk, Part.NEXT) == ["下一步将于3月6日复查。"]


def test_article_15_the_note_of_the_unit_counts_like_the_log() -> None:
    desk = handling()
    assert told(desk, Part.DONE, note="已约谈物业公司") == ["已约谈物业公司。"]
    assert told(desk, Part.FOUND, note="小区共有三部电梯") == ["小区共有三部电梯。"]


def test_what_the_appellant_claims_is_no_fact() -> None:
    texts = " ".join(fact.text for fact in collect(case_of(logged())).facts)
    assert "楼道顶部漏水三天" not in texts


def test_another_units_log_and_earlier_rounds_are_not_told() -> None:
    desk = dispatched("street-a")
    desk.do(e.Contact(True, "街道已上门"), STREET)
    desk.do(e.DispatchObjection("不属本单位职责"), STREET)
    desk.do(e.ObjectionReview(True, "成立"), BOSS)
    desk.do(e.Dispatch("housing"))
    assert collect(case_of(desk)).facts == ()
    again = fed_back()
    again.do(e.FeedbackReview(True))
    again.do(e.FollowUp("电话", True, True, False))
    again.do(e.Reopening())
    assert collect(case_of(again)).facts == ()


def test_article_14_co_units_are_named_with_what_they_report() -> None:
    desk = handling()
    desk.do(e.SubTask("t1", "market", "核查商户", SUB_LIMIT), HOUSING)
    desk.do(e.SubTaskReport("t1", "商户证照齐全。已责令停业整改", True), MARKET)
    facts = {fact.text: fact.part for fact in collect(case_of(desk)).facts}
    assert facts == {
        "演示市场监管局反馈：商户证照齐全。": Part.FOUND,
        "演示市场监管局反馈：已责令停业整改。": Part.DONE,
    }


def test_plans_made_before_the_work_are_background_only() -> None:
    desk = dispatched("housing")
    desk.do(e.Receipt(), HOUSING)
    desk.do(e.HandlingStart("入户查看"), HOUSING)
    assert [(fact.text, fact.part) for fact in collect(case_of(desk)).facts] == [("入户查看。", None)]


def test_the_basis_of_the_dispatch_is_told() -> None:
    desk = dispatched("housing", number="DEMO-9")
    basis = e.Dispatch("housing", basis=("《演示条例》第八条",))
    desk.events[-1] = e.OrderEvent(2, desk.at, AGENT, "演示", basis)
    assert told(desk, Part.BASIS) == ["本事项按照《演示条例》第八条确定由我单位办理。"]


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("经核查，反映情况属实", Part.FOUND),
        ("已责令停止夜间施工并立案", Part.DONE),
        ("计划下周更换水泵", Part.NEXT),
        ("已计划并完成修剪", Part.DONE),
        ("现场测温18.5度", Part.FOUND),
        ("将继续跟进", Part.NEXT),
    ],
)
def test_where_a_sentence_belongs(sentence: str, part: Part) -> None:
    assert places(["到现场查看", sentence, "后续跟进"])[1] is part


def test_tokens_of_masking_and_of_ours_lose_their_power() -> None:
    assert plain("请打〔手机1〕\n到〔地址2〕") == "请打您预留的电话 到您反映的地点"
    assert plain("〔身份证1〕[F1] 【P2】") == "（个人信息）（F1） （P2）"


def test_article_8_a_confidential_matter_is_named_by_its_number_alone() -> None:
    opened, secret = case_of(logged()), case_of(logged(confidential=True))
    assert "楼道漏水" in greeting(opened)
    assert "楼道漏水" not in greeting(secret)
    assert secret.order.number in greeting(secret)
    assert any("保密" in notice for notice in notices(secret))
    assert not any("保密" in notice for notice in notices(opened))


def test_whom_to_call_is_asked_for_and_never_made_up() -> None:
    assert "【待填写" in farewell(case_of(logged()))
    told = farewell(case_of(logged(), contact="物业科 010-12345678"))
    assert "【待填写" not in told
    assert NAMES["housing"] in told
    assert "12345" in told


def test_the_limit_is_told_to_the_writer() -> None:
    desk = logged()
    assert any("2026-03-06" in notice for notice in notices(case_of(desk, due=desk.at + timedelta(days=4))))
