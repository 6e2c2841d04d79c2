"""Whose matter it is, in words that no example has (ordinance Articles 12 and 17). 演示数据."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Intake, Triage
from assistant.flows.triage_appeal import TriageFlow

RECEIVED = datetime(2026, 1, 15, 2, tzinfo=UTC)


@cache
def flow() -> TriageFlow:
    return open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")


async def triage(text: str) -> Triage:
    return (await flow().triage_appeal(Intake(text, RECEIVED))).triages[0]


def units_of(told: Triage) -> list[str]:
    assert told.units is not None
    return [unit.unit_id for unit in told.units.suggestions]


async def test_praise_goes_to_the_unit_that_is_praised_before_who_passes_it_on() -> None:
    told = await triage("公园里新种的月季真好看，要表扬养花的园林师傅")
    assert told.type.label == "表扬"
    assert told.category.label.startswith("其他/表扬感谢")
    assert units_of(told)[0] == "greening"
    assert "district-command-centre" in units_of(told)


async def test_praise_of_nothing_in_particular_goes_to_who_passes_it_on() -> None:
    assert units_of(await triage("要表扬，特别感谢"))[0] == "district-command-centre"


async def test_one_click_needs_a_row_that_an_article_or_the_district_has_confirmed() -> None:
    confirmed = (await triage("年三十后半夜还有人在楼下放鞭炮崩二踢脚，禁放区也没人管")).units
    proposed = (await triage("家里暖气片冰凉，室温不达标，供热站不来测温")).units
    assert confirmed is not None
    assert proposed is not None
    assert confirmed.suggestions[0].unit_id == "police"
    assert confirmed.one_click
    assert proposed.suggestions[0].probability > 0.9
    assert not proposed.one_click


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我家那片路灯太稀，能不能再多装几盏", "建议"),
        ("院里孩子多，腾块空地弄个小滑梯呗", "建议"),
        ("片警小周帮我找回了钱包，真不错，替我谢谢他", "表扬"),
        ("交了半年会费说没就没，还有这么做生意的吗", "投诉"),
        ("外地的驾照在这儿能换不", "咨询"),
        ("户口本丢了补一个得先去派出所还是先去社区", "咨询"),
        ("火锅店一屋子人抽烟，店里也不拦着", "举报"),
    ],
)
async def test_article_2_the_type_is_heard_from_how_it_is_said_or_what_it_is_about(text: str, kind: str) -> None:
    assert (await triage(text)).type.label == kind
