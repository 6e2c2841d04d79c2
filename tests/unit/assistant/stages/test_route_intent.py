from __future__ import annotations

from pathlib import Path

import pytest

from assistant.contracts import RouteDecision, StandaloneQuestion
from assistant.data_files import DataFileError
from assistant.pipeline import Stop
from assistant.routing_data import load_clarifications, load_routing_labels
from assistant.stages.route_intent import RouteIntent


@pytest.fixture(scope="module")
def stage(repository: Path) -> RouteIntent:
    catalogue = repository / "policy_corpus" / "catalogue"
    return RouteIntent(load_routing_labels(catalogue), load_clarifications(catalogue))


async def route(stage: RouteIntent, question: str, standalone: str = "") -> RouteDecision:
    return await stage(StandaloneQuestion(standalone or question, question))


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("居住证办理需要什么材料", "inquiry"),
        ("试用期最长多久", "inquiry"),
        ("投诉处理有时限规定吗", "inquiry"),
        ("请问电梯年检是怎么规定的", "inquiry"),
        ("我在上海缴的社保能转到北京吗", "inquiry"),
        ("河北户口的孩子在朝阳上小学要什么条件", "inquiry"),
        ("我们小区垃圾一个月没人清，臭得不行，没人管", "appeal"),
        ("我要投诉健身房不退钱", "appeal"),
        ("楼下烧烤店天天半夜吵得睡不着，希望你们处理", "appeal"),
        ("公司拖欠我三个月工资一直不给", "appeal"),
        ("楼顶漏水能用维修基金吗", "inquiry"),
        ("看病可以去哪家医院", "inquiry"),
    ],
)
async def test_what_goes_on_to_the_library(stage: RouteIntent, question: str, label: str) -> None:
    assert (await route(stage, question)).label == label


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("转人工", "handover_person"),
        ("我要找真人客服", "handover_person"),
        ("我上周打12345反映的漏水怎么还没人处理", "handover_progress"),
        ("查一下我的工单进度", "handover_progress"),
        ("你好", "unanswerable_smalltalk"),
        ("谢谢！", "unanswerable_smalltalk"),
        ("你是谁", "unanswerable_smalltalk"),
        ("帮我写一首关于春天的诗", "unanswerable_out_of_scope"),
        ("明天天气怎么样", "unanswerable_out_of_scope"),
        ("上海居住证怎么办理", "unanswerable_out_of_region"),
        ("请问深圳公租房怎么申请", "unanswerable_out_of_region"),
        ("需要什么材料？", "clarification"),
        ("怎么办理", "clarification"),
        ("停车费怎么收", "clarification"),
        ("公积金怎么提取", "clarification"),
    ],
)
async def test_what_ends_here(stage: RouteIntent, question: str, status: str) -> None:
    with pytest.raises(Stop) as stop:
        await route(stage, question)
    assert stop.value.status == status
    assert stop.value.text


@pytest.mark.parametrize(
    "question", ["小区停车费怎么收", "租房怎么提取公积金", "怎么投诉工地夜间噪音", "外地户籍孩子怎么入学"]
)
async def test_what_already_says_what_decides_is_not_asked_back(stage: RouteIntent, question: str) -> None:
    assert (await route(stage, question)).label in ("inquiry", "appeal")


async def test_intent_is_read_from_what_was_asked_now(stage: RouteIntent) -> None:
    """A follow-up to a complaint is a question, whatever it borrows."""
    decision = await route(stage, "多久要处理完？", "我要投诉健身房不退钱，多久要处理完？")
    assert decision.label == "inquiry"


def test_a_pattern_that_does_not_compile_is_refused(tmp_path: Path, repository: Path) -> None:
    text = (repository / "policy_corpus/catalogue/routing_labels.yaml").read_text(encoding="utf-8")
    (tmp_path / "routing_labels.yaml").write_text(text.replace("'转人工|", "'(转人工|"), encoding="utf-8")
    with pytest.raises(DataFileError, match="regular expression"):
        load_routing_labels(tmp_path)
