"""Stage ``locate`` over the city pack: Article 12 needs the 街乡, and a doubt must be asked about, not guessed away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.adapters.catalogue_files import load_catalogue
from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Appeal, Extraction, Intake, Place, Utterance
from assistant.domain.catalogue import Catalogue, HandlingUnit, UnitKind, WorkCalendar
from assistant.domain.places import PlaceKind, PlaceName, Places
from assistant.stages.locate import Locate

LOCATE = Locate(load_catalogue(city_pack_folder(None) / "catalogue"))
NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


def place(text: str, **more: object) -> Place:
    appeal = Appeal(text, NOW, context=str(more.pop("context", text)), **more)  # type: ignore[arg-type]
    return asyncio.run(LOCATE(appeal, Extraction()))


@pytest.mark.parametrize(
    ("text", "unit", "community"),
    [
        ("翠城趣园〔门牌1〕漏水", "street-fatou", "翠城趣园"),
        ("酒仙桥那边高家园小区", "street-jiuxianqiao", "高家园小区"),
        ("三里屯太古里北区后门", "street-sanlitun", "三里屯太古里"),
        ("常营乡政府门口", "area-changying", "常营乡政府"),
        ("豆各庄地区办事处不接电话", "area-dougezhuang", None),
        ("大屯北苑路地铁口", "street-datun", None),
    ],
)
def test_article_12_place_is_named_with_its_street(text: str, unit: str, community: str | None) -> None:
    found = place(text)
    assert (found.street_id, found.community, found.district) == (unit, community, "朝阳区")
    assert found.confidence >= 0.6
    assert all(text[span.start : span.end] for span in found.spans)
    assert found.text in [text[span.start : span.end] for span in found.spans]
    assert found.question == "" or found.alternatives


def test_a_road_across_two_streets_is_asked_about_and_settled_by_a_house_number() -> None:
    doubt = place("酒仙桥路路边堆满共享单车")
    assert doubt.street_id is None
    assert [unit for unit, _ in doubt.alternatives] == ["street-jiuxianqiao", "area-jiangtai"]
    assert "酒仙桥街道" in doubt.question and "将台地区" in doubt.question
    assert place("酒仙桥路4号院外").street_id == "street-jiuxianqiao"
    assert place("酒仙桥路18号商场").street_id == "area-jiangtai"


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("海淀八里庄北里9号楼", "海淀区"),
        ("通州北苑新华西街", "通州区"),
        ("方庄芳星园二区", "丰台区"),
        ("东城区和平里九区", "东城区"),
    ],
)
def test_another_district_is_told_from_ours(text: str, district: str) -> None:
    found = place(text)
    assert (found.street_id, found.district) == (None, district)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("从海淀搬来望京的，住南湖西园三区", "street-wangjing"),
        ("往通州方向常营桥下面", "area-changying"),
        ("我户口在西城区，现在住劲松五区", "street-jinsong"),
        ("顺义那边的首都机场T3航站楼", "street-shoudujichang"),
    ],
)
def test_where_one_comes_from_is_not_where_it_happened(text: str, unit: str) -> None:
    assert place(text).street_id == unit


def test_a_doubt_within_the_district_is_no_other_district() -> None:
    found = place("我在通州上班，家住双桥")
    assert found.district == "朝阳区" and found.street_id is None and "管庄地区" in found.question


def test_the_given_address_counts_before_the_words_and_the_call_before_the_agent() -> None:
    turns = (Utterance("seat_agent", "是望京西园吗"), Utterance("citizen", "对，没人管"))
    assert place("望京来电", address="双井富力城A区").street_id == "street-shuangjing"
    assert place("没人管", context="我住劲松五区。没人管", transcript=turns).street_id == "street-jinsong"
    agreed = place("对，没人管", transcript=turns)
    assert agreed.street_id == "street-wangjing" and agreed.confidence < 0.8 and agreed.spans == ()


def test_a_misspelt_estate_is_understood_and_to_be_checked() -> None:
    found = place("潘佳园东里〔门牌1〕")
    assert found.street_id == "street-panjiayuan"
    assert "请核对" in found.reason and found.question


def test_an_unknown_estate_is_asked_about() -> None:
    found = place("幸福花园小区的电梯坏了")
    assert (found.street_id, found.community) == (None, "幸福花园小区")
    assert "幸福花园小区" in found.question
    assert place("楼道没灯").question == ""


def test_without_a_gazetteer_only_the_streets_are_known() -> None:
    catalogue = replace(load_catalogue(city_pack_folder(None) / "catalogue"), places=Places())
    bare = Locate(catalogue)
    assert asyncio.run(bare(Appeal("望京街道", NOW), Extraction())).street_id == "street-wangjing"
    assert asyncio.run(bare(Appeal("高家园小区", NOW), Extraction())).street_id is None


def test_article_10_a_place_in_doubt_is_the_next_question() -> None:
    flow = open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")
    report = asyncio.run(flow.triage_appeal(Intake("酒仙桥路的共享单车堵死了盲道，希望清走", NOW)))
    field, question = report.triages[0].extraction.missing[0]
    assert field == "where" and "将台地区" in question


def test_what_a_direction_is_told_from_is_not_where_it_happened() -> None:
    assert place("炫特嘉园对面的石佛营东里").street_id == "area-dongfeng"
    assert place("炫特嘉园对面堆满垃圾").street_id == "street-liulitun"


def test_another_city_is_served_by_its_catalogue_alone() -> None:
    cuiyuan = HandlingUnit("street-cuiyuan", "翠苑街道办事处", UnitKind.STREET, aliases=("翠苑街道",))
    ours = PlaceName(("翠苑一区",), PlaceKind.ESTATE, ("street-cuiyuan",))
    neighbour = PlaceName(("上城区",), PlaceKind.REGION, (), district="上城区")
    places = Places(names=(ours, neighbour))
    hangzhou = Locate(Catalogue((), (cuiyuan,), (), (), (), WorkCalendar(), places=places, region="杭州市西湖区"))

    def found(text: str) -> Place:
        return asyncio.run(hangzhou(Appeal(text, NOW), Extraction()))

    assert (found("翠苑一区停水了").street_id, found("翠苑一区停水了").district) == ("street-cuiyuan", "西湖区")
    assert found("西湖区有个路口的灯坏了").district == "西湖区"
    assert found("上城区的公园没灯").reason == "“上城区”不在西湖区"
    assert found("朝阳区的公园没灯").district is None
