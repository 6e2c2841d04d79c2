"""What kind of appeal it is where a call tells what is wrong and asks a question beside it (ordinance Articles 2 and 11). 演示数据."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Intake
from assistant.flows.triage_appeal import TriageFlow

RECEIVED = datetime(2026, 1, 15, 2, tzinfo=UTC)


@cache
def flow() -> TriageFlow:
    return open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")


async def type_of(text: str) -> str:
    report = await flow().triage_appeal(Intake(text, RECEIVED))
    return report.triages[0].type.label


@pytest.mark.parametrize(
    "text",
    [
        "昨天晚上开始暖气不热，屋里才14度。\n室温不达标能退采暖费吗？",
        "楼上天天半夜拖桌子，吵得睡不着。这种能罚他吗？",
        "小区门口垃圾堆了半个月没人管。归哪个部门管？",
        "物业把电梯停了三天，老人下不了楼。物业费能不交吗？",
        "我在健身房办了卡，老板跑了，钱不退。我该怎么要回来？",
        "路口井盖没了，昨晚有人差点掉进去。你们什么时候来修？",
        "公司拖欠我两个月工资，一直不给。多久能处理？",
        "对门在楼道里堆满了杂物，说了好几次不听。消防法是不是有规定？",
        "家里停水一天了，没通知。什么时候来水？",
        "餐馆油烟直接往我家窗户排，呛得没法开窗。距离有标准吗？",
        "卫生间从楼上漏水，把吊顶泡了。该找物业还是楼上？",
        "工地夜里两点还在打桩。有没有夜间施工许可？",
    ],
)
async def test_article_11_what_is_wrong_is_dispatched_though_a_question_ends_the_call(text: str) -> None:
    assert await type_of(text) in ("投诉", "求助", "举报")


@pytest.mark.parametrize(
    "text",
    [
        "我妈今年七十了。请问老年卡怎么办？",
        "孩子明年上小学，户口在外地。需要什么材料？",
        "我想在阳台装充电桩。要去哪里申请？",
        "我刚退休。医保报销比例是多少？",
        "楼里打算加装电梯。一楼不同意怎么办？",
        "我的身份证丢了。补办要几天？",
        "公司在朝阳区。失业金在哪里申领？",
        "准备把房子租出去。要不要备案？",
        "我们家是低保户。采暖补贴怎么申请？",
        "我姓王，住望京。想问下居住证怎么续签？",
        "我看通知说明天停水。几点恢复？",
        "听说室温不到十八度可以退费。具体怎么退？",
        "您好，想了解一下噪音扰民的处罚标准。",
        "请问投诉物业应该打哪个电话？",
    ],
)
async def test_article_11_a_question_stays_an_inquiry_whatever_leads_up_to_it(text: str) -> None:
    assert await type_of(text) == "咨询"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("我妈八十了想办高龄津贴，要啥手续啊", {"contact"}),
        ("我要表扬社区网格员，大冷天给我送药", {"object", "contact"}),
        ("那边新修的路没有公交，能不能开一条到地铁站的", {"where", "contact"}),
        ("楼上天天半夜拖桌子，吵得睡不着", {"where", "object", "when", "demand", "contact"}),
    ],
)
async def test_article_10_nobody_is_asked_for_what_such_an_appeal_does_not_have(text: str, asked: set[str]) -> None:
    report = await flow().triage_appeal(Intake(text, RECEIVED))
    assert {name for name, _ in report.triages[0].extraction.missing} <= asked


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("腌菜池里的人下去就没声了，绳子拽不动，池子里一股烟", "emergency-fire"),
        ("心跳停了，我在按，没有用，谁来", "emergency-medical"),
        ("摩托车冲进人行道撞倒好几个", "emergency-traffic"),
    ],
)
async def test_article_11_item_1_the_service_that_is_called_is_that_of_the_words(text: str, rule: str) -> None:
    report = await flow().triage_appeal(Intake(text, RECEIVED))
    found = report.triages[0].diversion
    assert found is not None
    assert found.rule_id == rule
