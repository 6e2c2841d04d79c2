"""An appeal that a citizen files alone: what is asked, what leads, what the order form says."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import cache

import pytest

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import TriageReport, Urgency
from assistant.domain.citizen_filing import AdviceKind, Filing, FilingState, called_back, filing_state
from assistant.domain.order_progress import STEPS, code_for, progress
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.flows.triage_appeal import TriageFlow
from tests.orders import HOLIDAY

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
COLD = "演示数据：望京西园三区暖气不热，屋里才14度"


@cache
def flow() -> TriageFlow:
    return open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")


def state_of(filing: Filing) -> FilingState:
    return filing_state(filing, asyncio.run(flow().triage_appeal(filing.intake(NOON))))


def test_article_10_an_answer_or_a_pass_is_not_asked_again() -> None:
    first = state_of(Filing(COLD))
    asked = [name for name, _ in first.missing]
    assert len(asked) >= 2 and "contact" not in asked
    answered = state_of(Filing(COLD, {asked[0]: "", asked[1]: "演示回答"}))
    assert not {asked[0], asked[1]} & {name for name, _ in answered.missing}


def test_an_answer_stands_in_the_text_with_what_it_answers() -> None:
    told = Filing(COLD + "。", {"when": "上周", "object": "", "demand": "来修"}).told
    assert told == COLD + "。\n发生时间：上周。\n诉求人要求：来修"


def test_an_answered_place_names_the_street() -> None:
    said = state_of(Filing("演示数据：楼道的灯坏了好几天", {"where": "望京西园三区"}))
    assert (said.street, said.place) == ("street-wangjing", "望京西园三区")


def test_article_11_danger_leads_whatever_else_was_said() -> None:
    said = state_of(Filing("小区路灯坏了。另外，我家里着火了，有人被困在屋里"))
    assert said.advice is not None
    assert (said.advice.kind, said.advice.status) == (AdviceKind.EMERGENCY, "handover_emergency")
    assert said.advice.text == ""  # the rule's words are the agent's


def test_several_matters_are_one_order_that_says_so() -> None:
    said = state_of(Filing("望京西园三区暖气不热，屋里才14度。另外，小区门口的路灯坏了一个月没人修"))
    assert said.labels == ("多诉求",)
    assert called_back(said).labels == ("转人工", "多诉求")


def test_an_order_of_the_web_says_so_and_carries_the_urgency() -> None:
    said = state_of(Filing(COLD))
    assert said.urgency is Urgency.URGENT
    assert Filing(COLD).intake(NOON).channel == "网络"


def test_a_report_without_triage_is_no_filing() -> None:
    with pytest.raises(ValueError, match="nothing to file"):
        filing_state(Filing(COLD), TriageReport(COLD, ()))


def test_a_code_is_the_same_for_the_same_request_and_told_by_the_secret_alone() -> None:
    codes = {code_for(secret, key) for secret in ("a", "b") for key in ("key-1", "key-2")}
    assert len(codes) == 4
    assert code_for("a", "key-1") == code_for("a", "key-1")
    assert all(len(code) == 8 and not set(code) & set("0O1IL") for code in codes)


@pytest.mark.parametrize("state", OrderState)
def test_article_8_every_state_has_words_and_a_step(state: OrderState) -> None:
    seen = progress(WorkOrder("演示", state=state), HOLIDAY)
    assert seen.state
    assert (seen.step is None) is (state is OrderState.MERGED)
    assert seen.step is None or seen.step < len(STEPS)
