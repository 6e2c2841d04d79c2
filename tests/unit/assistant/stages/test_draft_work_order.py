"""The title of an order to be: where, which matter, and what happened; not who calls."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Intake
from assistant.domain.order_title import MAX_TITLE
from assistant.flows.triage_appeal import TriageFlow

AT = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def flow() -> TriageFlow:
    return open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")


def title(flow: TriageFlow, text: str) -> str:
    return asyncio.run(flow.triage_appeal(Intake(text, AT))).triages[0].title


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我是望京西园三区的住户，昨天晚上开始暖气不热，屋里才14度", "昨天晚上开始暖气不热"),
        ("你好，我住双井富力城，楼下烧烤店油烟特别大", "楼下烧烤店油烟特别大"),
        ("家住酒仙桥十街坊，电梯坏了三天没人修", "电梯坏了三天没人修"),
    ],
)
def test_a_title_tells_what_happened_and_not_who_calls(flow: TriageFlow, text: str, said: str) -> None:
    made = title(flow, text)
    assert made.partition("：")[2].startswith(said)
    assert len(made) <= MAX_TITLE


def test_what_happened_is_kept_where_nothing_introduces_the_caller(flow: TriageFlow) -> None:
    assert title(flow, "望京西园三区路灯不亮").endswith("路灯不亮")


def test_a_long_title_ends_with_a_whole_clause(flow: TriageFlow) -> None:
    made = title(
        flow,
        "我是望京西园三区的住户，昨天晚上开始暖气不热，屋里才14度，家里有老人，我电话是13800138000，请快点派人来看看",
    )
    assert made.endswith("家里有老人")
    assert len(made) <= MAX_TITLE


def test_a_long_title_without_a_mark_is_cut_short(flow: TriageFlow) -> None:
    made = title(flow, "望京西园三区" + "楼下小饭馆半夜排油烟机一直轰轰响吵得全楼老人孩子都没有办法睡觉" * 2)
    assert made.endswith("…")
    assert len(made) == MAX_TITLE


def test_a_matter_that_is_a_guess_does_not_stand_in_the_title(flow: TriageFlow) -> None:
    assert title(flow, "转人工，我不要和机器说话，找你们领导") == "转人工，我不要和机器说话，找你们领导"
    assert title(flow, "望京西园三区暖气不热").startswith("望京西园三区 室温不达标")


def test_an_emergency_is_marked_before_what_was_said(flow: TriageFlow) -> None:
    assert title(flow, "我家厨房煤气泄漏了，味道很大").startswith("【紧急】我家厨房煤气泄漏了")
    assert title(flow, "望京西园三区煤气泄漏了").startswith("【紧急】望京西园三区：煤气泄漏")
