from __future__ import annotations

import math
from dataclasses import replace

import pytest

from assistant.contracts import Evidence, OpenPoint, RouteDecision, StandaloneQuestion
from assistant.domain.asking_back import AskingLimits
from assistant.pipeline import Stop
from assistant.routing_data import ClarificationRule
from assistant.stages.ask_back import ANY_CASE, AskBack
from tests.factories import make_evidence, make_passage

LIMITS = AskingLimits(hold_from=1.0, offer_from=0.0, rather_than_refuse_from=-1.0)
SHARE = ClarificationRule(
    id="share", when="报销", unless="职工|居民", ask="请问是职工医保还是居民医保？", options=["职工", "居民"]
)


def guide(text: str, heading: str, ordinal: int, *asked_as: str) -> Evidence:
    passage = make_passage(
        text, id=f"med#{ordinal}", document_id="med", title="医保报销", path=(heading,), ordinal=ordinal
    )
    return make_evidence(replace(passage, keywords=("医保", "报销"), asked_as=asked_as))


EVIDENCE = make_evidence(
    *(
        item.passage
        for part in (
            guide("- 由基金支付。", "哪些费用能报", 2, "什么能报销"),
            guide("- 医保问题。", "适用情形", 1),
            guide("- 直接结算。", "结算方式", 3),
            guide("- 参保类型、就医时间。", "拨打12345时请说明", 9),
        )
        for item in part.passages
    )
)


async def ask(question: str, lacking: float, *, carried: tuple[str, ...] = (), points: bool = True) -> OpenPoint:
    stage = AskBack(LIMITS, [SHARE] if points else [])
    return await stage(
        StandaloneQuestion(question, question, carried), RouteDecision("inquiry", 1.0, "", lacking), EVIDENCE
    )


async def stopped(question: str, lacking: float) -> Stop:
    with pytest.raises(Stop) as stop:
        await ask(question, lacking)
    assert stop.value.status == "clarification"
    return stop.value


async def test_what_surely_lacks_something_is_asked_back_in_the_packs_words() -> None:
    stop = await stopped("我看病报销能拿多少", 1.0)
    assert stop.text == "请问是职工医保还是居民医保？"
    assert stop.ask == OpenPoint(stop.text, ("职工", "居民"))


async def test_between_the_limits_the_question_stands_below_the_answer_or_waits_for_a_refusal() -> None:
    assert (await ask("我看病报销能拿多少", 0.5)).offered
    kept = await ask("我看病报销能拿多少", -0.5)
    assert kept.question == "请问是职工医保还是居民医保？" and not kept.offered
    assert await ask("我看病报销能拿多少", -1.5) == OpenPoint()
    assert await ask("我看病报销能拿多少", -math.inf) == OpenPoint()


async def test_without_words_of_the_pack_the_guide_says_what_to_state() -> None:
    assert (await ask("医保给多少", 0.5, points=False)).question == "请问参保类型、就医时间分别是什么情况？"
    other = await ask("那个给多少", 0.5, points=False)
    assert other == OpenPoint("请问参保类型、就医时间分别是什么情况？", offered=True, instead=False)
    assert await ask("那个给多少", -0.5, points=False) == OpenPoint(), (
        "a refusal says more than a question about anything"
    )
    with pytest.raises(Stop) as stop:
        await ask("那个给多少", 1.5, points=False)
    assert stop.value.ask == ANY_CASE


async def test_a_question_that_the_guide_foresees_is_answered() -> None:
    assert (await ask("什么能报销", 2.0)).offered


async def test_a_bare_matter_is_shown_the_sections_of_its_guide() -> None:
    stop = await stopped("医保", -math.inf)
    assert "“医保”" in stop.text
    assert stop.ask is not None and stop.ask.options == ("哪些费用能报", "结算方式")


async def test_nothing_is_asked_twice() -> None:
    assert await ask("看病报销能拿多少（门诊）", 3.0, carried=("看病报销能拿多少",)) == OpenPoint()


async def test_a_bare_matter_of_several_guides_is_shown_their_titles() -> None:
    found = make_evidence(
        make_passage("- 七日内可以退。", id="a#1", document_id="a", title="预付卡怎么退费", path=("基本规则",)),
        make_passage("- 可以退。", id="b#1", document_id="b", title="培训班退费找谁", path=("怎么办理",)),
    )
    with pytest.raises(Stop) as stop:
        await AskBack(LIMITS)(StandaloneQuestion("退费。", "退费。"), RouteDecision("inquiry", 1.0), found)
    assert stop.value.ask is not None and stop.value.ask.options == ("预付卡怎么退费", "培训班退费找谁")
