"""What the task ``triage`` counts: labels one by one, emergencies apart."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from assistant.adapters.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Intake
from evals.tasks.triage.cases import Case
from evals.tasks.triage.scoring import Judged, judge, macro_f1, metrics


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    flow = open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")
    cases = [
        Case("1", "楼道着火了快来人", diversion="emergency-fire", urgency="紧急"),
        Case("2", "望京路灯不亮", "求助", "城市管理/路灯井盖/路灯不亮", "street-wangjing", "urban-management"),
        Case("3", "望京路灯不亮", diversion="emergency-fire", unit="police"),
    ]
    at = datetime(2026, 1, 15, tzinfo=UTC)
    return [judge(case, asyncio.run(flow.triage_appeal(Intake(case.text, at))), 0.001) for case in cases]


def test_each_label_is_judged_only_where_it_is_given(judged: list[Judged]) -> None:
    assert judged[0].right == {"diversion": True, "urgency": True}
    assert judged[1].right["category_l2"]
    assert judged[1].right["place"]
    assert judged[1].right["unit_top1"]
    assert judged[2].right == {"diversion": False}


def test_a_missed_emergency_lowers_recall_and_nothing_else(judged: list[Judged]) -> None:
    values = metrics(judged)
    assert values["emergency_recall"] == 0.5
    assert values["emergency_false_alarms"] == 0


def test_macro_f1_is_the_mean_over_gold_labels() -> None:
    assert macro_f1([("a", "a"), ("a", "b"), ("b", "b")]) == pytest.approx((2 / 3 + 2 / 3) / 2)
