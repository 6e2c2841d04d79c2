"""Stage ``extract_appeal``: the fields that ordinance Article 10 asks for, with evidence, and what to ask next."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.domain.appeal import Appeal, Extraction, Utterance
from assistant.domain.gazetteer import Gazetteer
from assistant.domain.places import PlaceKind, PlaceName
from assistant.stages.extract_appeal import ExtractAppeal

EXTRACT = ExtractAppeal(
    Gazetteer(
        (
            PlaceName(("望京西园三区",), PlaceKind.ESTATE, ("street-wangjing",)),
            PlaceName(("双井",), PlaceKind.STREET, ("street-shuangjing",)),
            PlaceName(("合生汇",), PlaceKind.LANDMARK, ("street-shuangjing",)),
            PlaceName(("草房地铁站",), PlaceKind.STATION, ("area-changying",)),
        ),
        region="北京市朝阳区",
    )
)
CALLED = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


def extract(text: str, *turns: tuple[str, str], **more: str) -> Extraction:
    transcript = tuple(Utterance(speaker, said) for speaker, said in turns)
    said = "\n".join([text, *(said for speaker, said in turns if speaker == "citizen")]).strip()
    appeal = replace(Appeal(said, CALLED, transcript=transcript, context=said), **more)  # type: ignore[arg-type]
    return asyncio.run(EXTRACT(appeal))


def test_article_10_every_field_with_its_evidence() -> None:
    text = "我叫〔姓名1〕，住望京西园三区〔门牌1〕，昨天晚上物业把暖气停了，希望今天能修好，电话〔手机1〕"
    found = extract(text)
    fields = {name: getattr(found, name) for name in ("who", "where", "when", "object", "demand", "contact")}
    assert {name: field.value for name, field in fields.items()} == {
        "who": "〔姓名1〕",
        "where": "望京西园三区〔门牌1〕",
        "when": "昨天晚上",
        "object": "物业",
        "demand": "希望今天能修好",
        "contact": "〔手机1〕",
    }
    for field in fields.values():
        assert text[field.spans[0].start : field.spans[0].end] == field.value
        assert 0 < field.confidence <= 1
    assert fields["when"].normal == "2026-01-14T18:00/2026-01-15T00:00"
    assert found.missing == ()


def test_article_10_what_is_missing_is_asked_for_place_first() -> None:
    found = extract("暖气不热")
    assert [name for name, _ in found.missing] == ["where", "object", "when", "demand", "contact"]
    assert found.missing[0][1].endswith("？")


def test_answers_to_the_agents_questions_fill_the_fields() -> None:
    found = extract(
        "",
        ("seat_agent", "您怎么称呼"),
        ("citizen", "我姓郑"),
        ("seat_agent", "哪个小区"),
        ("citizen", "幸福小区〔门牌1〕"),
        ("seat_agent", "从什么时候开始的"),
        ("citizen", "有两三天了"),
        ("seat_agent", "涉及哪个单位"),
        ("citizen", "春风物业"),
        ("seat_agent", "您希望怎么解决"),
        ("citizen", "对，让他们午休别施工"),
    )
    assert found.who and found.who.value == "郑"
    assert found.where and found.where.value == "幸福小区〔门牌1〕"
    assert found.when and found.when.normal == "P3D/2026-01-15"
    assert found.object and found.object.value.endswith("物业")
    assert found.demand and found.demand.value == "让他们午休别施工"


def test_bare_assent_answers_nothing() -> None:
    found = extract("", ("seat_agent", "您希望退款，对吗，您的诉求是？"), ("citizen", "对。"))
    assert found.demand is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("楼上邻居半夜拖桌子", "楼上邻居"),
        ("双井合生汇有家健身房要关门", "健身房"),
        ("顺心餐厅的油烟管道对着我家", "顺心餐厅"),
        ("小区对面的KTV凌晨还在唱", "小区对面的KTV"),
        ("我们公司在双井，大厦物业乱涨价", "大厦物业"),
    ],
)
def test_whom_the_appeal_is_about(text: str, value: str) -> None:
    found = extract(text).object
    assert found is not None and found.value == value


def test_who_is_asked_to_act_is_not_whom_it_is_about() -> None:
    found = extract("路边堆满垃圾，请城管来清理")
    assert found.object is None
    assert found.demand is not None and found.demand.value == "请城管来清理"


def test_the_name_of_another_is_not_the_appellants() -> None:
    assert extract("物业经理〔姓名1〕骂人").who is None


def test_where_is_taken_with_gate_and_exit_and_from_the_call_when_this_demand_lacks_it() -> None:
    assert (found := extract("草房地铁站A口黑摩的堵着").where) and found.value == "草房地铁站A口"
    assert (found := extract("路灯也不亮", context="双井合生汇门口").where) and found.spans == ()
    assert found.value == "双井合生汇" and found.confidence < 0.8


def test_the_given_address_and_the_callers_number_count_first() -> None:
    found = extract("路灯不亮", address="双井桥东", appellant_key="k")
    assert found.where and found.where.value == "双井桥东"
    assert found.contact and found.contact.value == "来电号码"


def test_an_answer_about_one_demand_says_nothing_of_another_but_the_place_holds_for_all() -> None:
    turns = (
        Utterance("seat_agent", "哪个小区"),
        Utterance("citizen", "望京西园三区"),
        Utterance("seat_agent", "您希望怎么解决"),
        Utterance("citizen", "赶紧修暖气"),
    )
    second = Appeal(
        "另外路灯也坏了，建议换新的",
        CALLED,
        transcript=turns,
        context="望京西园三区\n赶紧修暖气\n另外路灯也坏了，建议换新的",
    )
    found = asyncio.run(EXTRACT(second))
    assert found.demand and found.demand.value == "建议换新的"
    assert found.where and found.where.value == "望京西园三区"
