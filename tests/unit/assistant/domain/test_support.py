"""The checker on pairs of sentence and source: paraphrases pass, inventions do not."""

from __future__ import annotations

import pytest

from assistant.domain.support import fault_of
from assistant.domain.terms import coverage

HEAT = "《供热办法》第十二条\n采暖期内，居民卧室、起居室室温不得低于18℃。" + (
    "用户认为室温不达标的，供热单位应当自接到投诉之时起12小时内到现场处理。"
)
TRIAL = "劳动合同期限三个月以上不满一年的，试用期不得超过一个月；" + (
    "一年以上不满三年的，试用期不得超过二个月。同一用人单位与同一劳动者只能约定一次试用期。"
)
OVERTIME = (
    "延长工作时间的，支付不低于工资的百分之一百五十；休息日安排工作又不能安排补休的，不低于工资的百分之二百；"
    + ("法定休假日安排工作的，支付不低于工资的百分之三百。")
)
REFUND = "消费者可以自收到商品之日起七日内退货，且无需说明理由，但消费者定作的商品除外。"
DOG = "个人养犬应当到公安机关登记，每户只准养一只犬，禁止饲养烈性犬、大型犬。"

SUPPORTED = [
    ("采暖期内居民家中卧室和起居室的室温不得低于18度。", HEAT),
    ("您投诉室温不达标后，供热单位应当在12小时内到现场处理。", HEAT),
    ("劳动合同期限满三个月不满一年的，试用期最长不超过一个月。", TRIAL),
    ("同一单位只能与同一劳动者约定一次试用期。", TRIAL),
    ("一到三年的合同，试用期最多两个月；不到一年的最多一个月。", TRIAL),
    ("法定节假日加班给百分之三百，休息日加班不能补休的给百分之二百。", OVERTIME),
    ("供热单位会在12小时内上门，有问题可以拨打12345。", HEAT),
    ("消费者收到商品之日起7日内可以退货，不需要说明理由。", REFUND),
    ("定作的商品不在此列，消费者不能按七日无理由退货。", REFUND),
    ("每户只准养一只犬，养犬要到公安机关登记。", DOG),
    ("禁止饲养大型犬和烈性犬。", DOG),
]
UNSUPPORTED = [
    ("供热单位应当在24小时内到现场处理。", HEAT, "figures"),
    ("室温不达标的，可以按比例退还采暖费，并要求供热公司公开道歉和补偿损失。", HEAT, "overlap"),
    ("试用期工资不得低于转正工资，公司必须为员工办理积分落户手续。", TRIAL, "overlap"),
    ("可以饲养烈性犬、大型犬。", DOG, "polarity"),
    ("消费者不得在收到商品之日起七日内退货。", REFUND, "polarity"),
    ("详情请看http://evil.example/登记，个人养犬应当到公安机关登记。", DOG, "address"),
    ("养犬登记请拨打13900001111。", DOG, "figures"),
    ("根据第十三条，居民卧室室温不得低于18℃。", HEAT, "figures"),
    ("供热单位应当自接到投诉之时起12345小时内到现场处理。", HEAT, "figures"),
    ("休息日加班又不能补休的，工资不低于百分之三百。", OVERTIME, "moved_figures"),
    ("法定休假日安排工作的，支付不低于工资的百分之一百五十。", OVERTIME, "moved_figures"),
]


@pytest.mark.parametrize(("sentence", "source"), SUPPORTED)
def test_a_faithful_paraphrase_passes(sentence: str, source: str) -> None:
    assert fault_of(sentence, [source], verbatim=False) is None


@pytest.mark.parametrize(("sentence", "source", "fault"), UNSUPPORTED)
def test_an_invention_is_named(sentence: str, source: str, fault: str) -> None:
    assert fault_of(sentence, [source], verbatim=False) == fault


def test_no_source_is_a_fault_of_its_own() -> None:
    assert fault_of("室温不得低于18℃。", [], verbatim=False) == "no_source"


def test_a_quotation_must_be_the_words_of_the_source() -> None:
    assert fault_of("采暖期内，居民卧室、起居室室温不得低于18℃。", [HEAT], verbatim=True) is None
    assert fault_of("居民卧室与起居室室温不得低于18℃。", [HEAT], verbatim=True) == "quotation"


def test_a_quoted_item_may_be_apart_from_its_opening_line() -> None:
    source = "有下列情形之一的，处警告：\n（一）甲事；\n（二）乙事。"
    assert fault_of("有下列情形之一的，处警告：（二）乙事。", [source], verbatim=True) is None
    assert fault_of("有下列情形之一的，处警告：（三）丙事。", [source], verbatim=True) == "quotation"


def test_coverage_is_a_share() -> None:
    assert coverage("室温", HEAT) == 1.0
    assert coverage("", HEAT) == 0.0
