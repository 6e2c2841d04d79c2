"""The Beijing ordinance 接诉即办工作条例, article by article, as far as triage must follow it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import (
    Appeal,
    DispatchMode,
    Handling,
    Intake,
    Judgement,
    Place,
    Relation,
    SimilarOrder,
    Triage,
    TriageReport,
    Urgency,
    Utterance,
)
from assistant.domain.catalogue import UnitKind
from assistant.domain.dispatch_match import DispatchTable
from assistant.flows.triage_appeal import Learned, TriageFlow

AT = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


@dataclass
class FixedHistory:
    orders: tuple[SimilarOrder, ...]
    calls: tuple[datetime, ...] = ()

    async def similar(self, appeal: Appeal, category: Judgement, place: Place, limit: int) -> tuple[SimilarOrder, ...]:
        return self.orders[:limit]

    def received(self, appellant_key: str) -> tuple[datetime, ...]:
        return self.calls


def flow_with(**parts: Any) -> TriageFlow:
    return open_triage_flow(city_pack_folder(None) / "catalogue", Learned(**parts), secret=b"demo")


@pytest.fixture(scope="module")
def flow() -> TriageFlow:
    return flow_with()


def report_of(flow: TriageFlow, text: str, **given: Any) -> TriageReport:
    return asyncio.run(flow.triage_appeal(Intake(text, AT, **given)))


def triage_of(flow: TriageFlow, text: str, **given: Any) -> Triage:
    (triage,) = report_of(flow, text, **given).triages
    return triage


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请问公租房怎么申请，需要什么材料", "咨询"),
        ("望京西园停水了，请尽快派人来修", "求助"),
        ("物业乱收费，我要投诉", "投诉"),
        ("举报有人无证卖烟花", "举报"),
        ("建议在路口增设一个红绿灯", "建议"),
        ("感谢社区的同志，给你们点赞", "表扬"),
    ],
)
def test_article_2_every_appeal_has_a_type_and_a_seven_five_tag(flow: TriageFlow, text: str, kind: str) -> None:
    triage = triage_of(flow, text)
    assert triage.type.label == kind
    assert triage.seven_five
    assert 0 < triage.type.confidence <= 1


def test_article_2_seven_five_follows_the_category(flow: TriageFlow) -> None:
    assert triage_of(flow, "公司拖欠工资三个月").seven_five == "劳有所得"


def test_article_8_the_words_of_a_proposal_are_masked(flow: TriageFlow) -> None:
    report = report_of(flow, "我叫王小明，电话13800138000，劲松五区暖气不热", phone="13800138000")
    assert "13800138000" not in repr(report)
    assert "王小明" not in repr(report)


def test_article_9_a_repeat_caller_is_a_signal_and_never_a_block() -> None:
    calls = tuple(AT - timedelta(days=at) for at in range(40))
    said = {"text": "望京西园三区物业从昨天晚上开始停热水，希望尽快恢复", "phone": "13800138000"}
    often = triage_of(flow_with(history=FixedHistory((), calls)), **said)
    first = triage_of(flow_with(history=FixedHistory(())), **said)
    assert (often.caller.orders, often.caller.since) == (31, AT - timedelta(days=30))
    assert "31件" in often.caller.tell and "照常受理" in often.caller.tell
    assert (first.caller.orders, first.caller.tell) == (0, "")
    # Whoever rings often is handled as anybody else: only the signal differs.
    assert replace(often, caller=first.caller, trace=()) == replace(first, trace=())


def test_article_9_few_calls_are_no_signal() -> None:
    flow = flow_with(history=FixedHistory((), tuple(AT - timedelta(days=at) for at in range(3))))
    caller = triage_of(flow, "望京西园停热水", phone="13800138000").caller
    assert (caller.orders, caller.tell) == (3, "")


def test_article_9_who_may_not_see_the_past_is_told_nothing_of_it() -> None:
    flow = flow_with(history=FixedHistory((), tuple(AT for _ in range(20))))
    assert triage_of(flow, "望京西园停热水", phone="13800138000", sees_past=False).caller.orders == 0


def test_article_10_what_is_missing_is_asked_in_order(flow: TriageFlow) -> None:
    triage = triage_of(flow, "暖气不热")
    assert triage.extraction.missing[0][0] == "where"
    assert triage.completeness < 0.5
    assert all(question.endswith(("？", "。")) for _, question in triage.extraction.missing)


def test_article_10_a_full_order_asks_nothing(flow: TriageFlow) -> None:
    text = "望京西园三区物业从昨天晚上开始停热水，希望尽快恢复，我的电话13800138000"
    triage = triage_of(flow, text)
    assert triage.extraction.missing == ()
    assert triage.completeness == 1
    assert "来电时间" in triage.content
    assert "地点" in triage.content


def test_article_10_the_time_of_the_call_is_beijings(flow: TriageFlow) -> None:
    late = Intake("望京西园三区暖气不热", datetime(2026, 3, 1, 18, 19, tzinfo=UTC))
    (triage,) = asyncio.run(flow.triage_appeal(late)).triages
    assert "来电时间：2026-03-02 02:19" in triage.content


def test_article_10_several_demands_become_several_orders(flow: TriageFlow) -> None:
    report = report_of(flow, "劲松五区电梯坏了半个月没人修。另外小区门口天天有人摆摊卖烧烤，占着便道")
    assert len(report.triages) == 2
    assert {triage.place.street_id for triage in report.triages if triage.place} == {"street-jinsong"}
    assert "".join(triage.demand for triage in report.triages) == report.text


def test_article_11_an_answerable_inquiry_is_answered_at_once(flow: TriageFlow) -> None:
    decision = triage_of(flow, "请问居住证怎么办理，需要什么材料").decision
    assert decision is not None
    assert decision.handling is Handling.ANSWER
    assert decision.reason


def test_article_11_an_inquiry_about_something_wrong_is_dispatched(flow: TriageFlow) -> None:
    decision = triage_of(flow, "请问潘家园停水了没人管，找谁").decision
    assert decision is not None
    assert decision.handling is Handling.DISPATCH


def test_article_11_dispatch_names_the_entry_of_the_catalogue_and_its_basis(flow: TriageFlow) -> None:
    triage = triage_of(flow, "三里屯饭馆油烟直排，熏得居民受不了")
    assert triage.units is not None
    best = triage.units.suggestions[0]
    assert best.unit_id == "street-sanlitun"
    assert best.dispatch_entry == "environment-01"
    assert any("大气污染防治法" in basis for basis in best.basis)
    assert 0 < best.probability <= 1


def test_article_11_an_entry_that_is_out_of_force_is_not_used(flow: TriageFlow) -> None:
    entry = next(entry for entry in flow.catalogue.dispatch if entry.category == "住房/电梯")
    from dataclasses import replace

    from retrieval.contracts import Validity

    table = DispatchTable.of([replace(entry, validity=Validity(date(2020, 1, 1), date(2021, 1, 1)))])
    assert table.best("住房/电梯/电梯困人", "", date(2020, 6, 1)) is not None
    assert table.best("住房/电梯/电梯困人", "", date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("楼道着火了快来人", "emergency-fire"),
        ("我爸突然晕倒叫不醒", "emergency-medical"),
        ("有人拿刀砍人", "emergency-police"),
        ("刚才路口出车祸了，人卡在车里", "emergency-traffic"),
    ],
)
def test_article_11_item_1_danger_is_transferred_before_anything_else(flow: TriageFlow, text: str, rule: str) -> None:
    triage = triage_of(flow, text)
    assert triage.diversion is not None
    assert triage.diversion.rule_id == rule
    assert triage.decision is not None
    assert triage.decision.handling is Handling.TRANSFER
    assert triage.urgency.label == Urgency.EMERGENCY
    assert triage.units is not None
    assert triage.units.suggestions == ()


def test_article_11_item_1_danger_among_complaints_is_heard(flow: TriageFlow) -> None:
    report = report_of(flow, "物业费涨价没人管，垃圾也不清。现在厨房着火了，我怎么办")
    assert any(triage.urgency.label == Urgency.EMERGENCY for triage in report.triages)


@pytest.mark.parametrize(
    "text", ["去年我们楼着过火，灭火器还没换", "万一着火了消防车进不来", "请问家里要是着火了应该怎么逃生"]
)
def test_article_11_item_1_past_and_feared_danger_is_no_emergency(flow: TriageFlow, text: str) -> None:
    triage = triage_of(flow, text)
    assert triage.diversion is None
    assert triage.urgency.label != Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    ["我叫李小明，电话13912345678", "小区门口垃圾没人清。我叫李小明，电话13912345678", "联系人王女士，手机13912345678"],
)
def test_article_11_item_1_who_calls_and_from_which_number_is_no_danger(flow: TriageFlow, text: str) -> None:
    assert all(triage.diversion is None for triage in report_of(flow, text).triages)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("法院已经立案了，你们给催催", "litigation"),
        ("劳动仲裁委已经受理了", "arbitration"),
        ("举报村书记收受好处，受贿", "discipline"),
        ("我不服行政处罚决定，要求撤销", "reconsideration"),
        ("我要申请政府信息公开", "information-disclosure"),
        ("这事信访局已经受理了", "petition-begun"),
        ("我把房东告到法院了，还没判，你们让他先退押金", "litigation"),
        ("我去仲裁委申请了劳动仲裁，还没结果", "arbitration"),
        ("村支书贪了征地款", "discipline"),
        ("城管罚了我五百，我不服，给我撤了", "reconsideration"),
    ],
)
def test_article_11_item_2_a_statutory_route_is_told(flow: TriageFlow, text: str, rule: str) -> None:
    diversion = triage_of(flow, text).diversion
    assert diversion is not None
    assert diversion.rule_id == rule
    assert diversion.tell
    assert any("第十一条" in basis for basis in diversion.basis)


@pytest.mark.parametrize(
    "text",
    [
        "请问怎么申请劳动仲裁，去哪里办",
        "我想起诉物业，需要准备什么材料",
        "物业把业主告上法庭之后就把电梯停了",
        "法院门口那条路坑坑洼洼，该修了",
        "希望对违规的商家依法处罚",
        "物业不公开公共收益账目，要求公开",
    ],
)
def test_article_11_item_2_whose_matter_is_not_before_a_court_or_an_office_is_not_sent_away(
    flow: TriageFlow, text: str
) -> None:
    assert triage_of(flow, text).diversion is None


OWN = SimilarOrder("CY-1", Relation.OWN_REPEAT, 0.9, "暖气不热", "同一来电人", "heating-supplier", "办理中")


def test_article_11_item_3_the_same_matter_in_hand_is_told_not_dispatched_again() -> None:
    triage = triage_of(flow_with(history=FixedHistory((OWN,))), "还是上次那件事，暖气的工单办到哪一步了")
    assert triage.diversion is not None
    assert triage.diversion.rule_id == "same-matter"
    assert "CY-1" in triage.diversion.reason


def test_article_11_item_3_the_progress_and_the_result_are_told() -> None:
    done = replace(OWN, number="CY-2026-1", state="办结", outcome="已恢复供热")
    triage = triage_of(flow_with(history=FixedHistory((done,))), "还是上次那件事，暖气的工单办到哪一步了")
    assert triage.diversion is not None
    assert (
        "CY-2026-1" in triage.diversion.tell
        and "办结" in triage.diversion.tell
        and "已恢复供热" in triage.diversion.tell
    )


def test_article_8_nothing_of_the_past_is_told_to_somebody_who_only_names_a_number() -> None:
    flow = flow_with(history=FixedHistory((OWN,)))
    triage = triage_of(flow, "还是上次那件事，暖气的工单办到哪一步了", phone="10012345678", sees_past=False)
    assert triage.similar == () and triage.diversion is None


@pytest.mark.parametrize(
    ("text", "orders"),
    [("还是上次那件事，暖气的工单办到哪一步了", ()), ("还是上次那件事，修好了又开始不热，越来越严重", (OWN,))],
)
def test_article_11_item_3_without_an_own_order_or_with_something_new_it_goes_on(
    text: str, orders: tuple[SimilarOrder, ...]
) -> None:
    assert triage_of(flow_with(history=FixedHistory(orders)), text).diversion is None


@pytest.mark.parametrize("text", ["帮我查一下我前妻现在住哪里", "是谁投诉的我家，告诉我", "有没有涉密文件给我看看"])
def test_article_11_item_4_secrets_and_privacy_are_explained(flow: TriageFlow, text: str) -> None:
    diversion = triage_of(flow, text).diversion
    assert diversion is not None
    assert diversion.rule_id == "secrets-and-privacy"


def test_article_11_item_5_beyond_duties_social_channels_are_told_and_a_unit_may_guide(flow: TriageFlow) -> None:
    triage = triage_of(flow, "朋友借了我五万块钱一直不还，帮我要回来")
    assert triage.diversion is not None
    assert triage.diversion.rule_id == "beyond-duties"
    assert "调解" in triage.diversion.tell
    assert triage.decision is not None
    assert triage.decision.handling is Handling.TELL


@pytest.mark.parametrize("text", ["能不能帮我办个假的健康证", "你们帮我把邻居打一顿", "你们把楼上的水给停了"])
def test_article_11_item_6_an_unlawful_claim_is_dissuaded(flow: TriageFlow, text: str) -> None:
    diversion = triage_of(flow, text).diversion
    assert diversion is not None
    assert diversion.rule_id == "illegal-or-improper"
    assert "法律后果" in diversion.tell


def test_article_12_a_clear_duty_goes_straight_to_the_unit(flow: TriageFlow) -> None:
    units = triage_of(flow, "劲松五区健身房关门了，健身卡里的钱不退").units
    assert units is not None
    assert units.mode is DispatchMode.DIRECT
    assert units.suggestions[0].unit_id == "sports"


def test_article_12_an_order_to_a_street_is_copied_to_the_district(flow: TriageFlow) -> None:
    units = triage_of(flow, "团结湖街边流动商贩摆摊占道经营").units
    assert units is not None
    assert units.suggestions[0].unit_id == "street-tuanjiehu"
    assert units.mode is DispatchMode.DIRECT_WITH_DISTRICT_COPY


def test_article_12_an_unclear_unit_goes_to_the_district_with_units_to_consult(flow: TriageFlow) -> None:
    units = triage_of(flow, "门口流动商贩摆摊占道经营").units
    assert units is not None
    assert units.mode is DispatchMode.DISTRICT_COORDINATION
    assert units.suggestions[0].unit_id == "district-command-centre"
    assert units.consult
    assert "街乡" in units.note
    assert not units.one_click


def test_article_12_a_matter_of_another_district_is_not_kept(flow: TriageFlow) -> None:
    units = triage_of(flow, "海淀区中关村这里占道经营没人管").units
    assert units is not None
    assert units.suggestions[0].unit_id == "hotline-centre"


def test_article_17_a_community_is_never_named(flow: TriageFlow) -> None:
    known = {unit.id for unit in flow.catalogue.units}
    for text in ("居委会不给开证明", "安贞社区环境脏乱差", "社区活动室不开门"):
        units = triage_of(flow, text).units
        assert units is not None
        named = [item.unit_id for item in units.suggestions] + list(units.co_units)
        assert set(named) <= known
        assert not any("居委会" in item.name or "居民委员会" in item.name for item in units.suggestions)


@pytest.mark.parametrize("text", ["潘家园停水一天了", "双井街道突然停电", "望京暖气不热", "劲松燃气停气两天"])
def test_article_19_water_power_gas_heat_go_to_companies_and_are_urgent(flow: TriageFlow, text: str) -> None:
    triage = triage_of(flow, text)
    kinds = {unit.id: unit.kind for unit in flow.catalogue.units}
    assert triage.units is not None
    best = triage.units.suggestions[0]
    assert kinds[best.unit_id] is UnitKind.COMPANY
    assert any("第十九条" in reason for reason in best.reasons)
    assert triage.urgency.label == Urgency.URGENT


def test_article_20_who_guides_from_above_is_named(flow: TriageFlow) -> None:
    units = triage_of(flow, "望京暖气不热").units
    assert units is not None
    assert units.escalation == ("city-urban-management",)


def test_article_22_matters_of_central_bodies_are_passed_on_and_tracked(flow: TriageFlow) -> None:
    units = triage_of(flow, "快递放驿站不送上门").units
    assert units is not None
    assert units.suggestions[0].unit_id == "postal-regulator"
    assert any("第二十二条" in reason for reason in units.suggestions[0].reasons)


def test_article_29_signs_of_unrest_are_named_and_urgent(flow: TriageFlow) -> None:
    triage = triage_of(flow, "欠薪的工人拉横幅，几十个人聚集在项目部门口")
    assert "拉横幅或者示威" in triage.instability
    assert triage.urgency.label == Urgency.URGENT


def test_a_transcript_counts_the_citizens_words_only(flow: TriageFlow) -> None:
    turns = (Utterance("seat_agent", "是着火了吗？"), Utterance("citizen", "不是，潘家园路灯不亮"))
    triage = triage_of(flow, "", transcript=turns)
    assert triage.category.label.startswith("城市管理/路灯井盖")


def test_a_failing_history_ends_the_triage_and_says_so() -> None:
    class Broken:
        async def similar(
            self, appeal: Appeal, category: Judgement, place: Place, limit: int
        ) -> tuple[SimilarOrder, ...]:
            raise OSError("gone")

        def received(self, appellant_key: str) -> tuple[datetime, ...]:
            return ()

    report = report_of(flow_with(history=Broken()), "望京暖气不热")
    assert report.error == "error_retrieval"
    assert report.triages == ()


def test_a_learned_router_moves_the_ranking_but_names_known_units_only() -> None:
    class Router:
        def rank(self, text: str, category: str, street_id: str | None) -> list[tuple[str, float]]:
            return [("nobody", 0.9), ("water", 0.95)]

    units = triage_of(flow_with(router=Router()), "团结湖街边流动商贩摆摊占道经营").units
    assert units is not None
    assert "water" in {item.unit_id for item in units.suggestions}
    assert "nobody" not in {item.unit_id for item in units.suggestions}


def test_article_8_a_phone_number_is_never_hashed_without_a_key() -> None:
    with pytest.raises(ValueError, match="unkeyed"):
        open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"")
