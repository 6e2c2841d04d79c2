"""The whole flow over a few passages: endings, events, labels, follow-ups, and LangGraph's equal run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from assistant.contracts import (
    AnswerEvent,
    AnswerFinished,
    ComposerKind,
    DraftSentence,
    Message,
    ScreenedText,
    SentenceReady,
    StageStarted,
    StandaloneQuestion,
    Turn,
    TurnOutcome,
)
from assistant.flows.answer_inquiry import GIVEN, AnswerFlow, answer_inquiry_stages
from assistant.graph import GraphPipeline
from assistant.pipeline import Pipeline, WiringError
from assistant.statuses import load_statuses
from retrieval.contracts import Passage, SearchQuery, SearchResult
from tests.answer_flow import make_flow, plain_redaction, plain_screening
from tests.factories import AS_OF

STAGES = (
    "redact_pii screen_input contextualise_question route_intent retrieve_evidence "
    "ask_back compose_answer resolve_citations check_answer"
)
QUESTIONS = ["试用期最长多久", "你好", "怎么办理", "我们小区垃圾没人管", "火星移民补贴政策有哪些", "转人工"]


async def ask(flow: AnswerFlow, question: str, *history: Message) -> TurnOutcome:
    return await flow.answer_inquiry(Turn(question, AS_OF, history))


async def events_of(flow: AnswerFlow, question: str) -> list[AnswerEvent]:
    return [event async for event in flow.stream(Turn(question, AS_OF))]


async def test_an_answer_is_quoted_cited_labelled_and_traced() -> None:
    outcome = await ask(make_flow(), "试用期最长多久")
    assert outcome.status == "answered"
    assert outcome.composer is ComposerKind.EXTRACTIVE
    assert "不得超过一个月。[1]" in outcome.text
    assert (
        "[1] 《试用期有哪些规定》“试用期最长多久”（2020-01-01起施行）；法律依据：《中华人民共和国劳动合同法》第十九条"
        in outcome.text
    )
    assert "摘录式答复" in outcome.label
    assert "内容由AI生成，仅供参考，以政策原文为准" in outcome.label
    assert outcome.text.endswith(outcome.label)
    assert "服务声明" in outcome.statement
    assert [mark.stage for mark in outcome.trace] == ["plain_redaction", "plain_screening", *STAGES.split()[2:]]
    assert outcome.evidence[0].passage.document_id == "trial"
    assert outcome.redacted_question == "试用期最长多久"


async def test_a_complaint_gets_its_rule_and_the_way_to_file_it() -> None:
    outcome = await ask(make_flow(), "我们小区垃圾清运不及时一直没人管")
    assert outcome.status == "answered"
    assert outcome.extras["route"] == "appeal"
    assert "督促清运单位处理" in outcome.text
    assert "登记工单" in outcome.text


async def test_a_refusal_names_the_nearest_documents_and_a_person() -> None:
    outcome = await ask(make_flow(), "火星移民补贴政策有哪些")
    assert outcome.status == "unanswerable_no_evidence"
    assert "12345" in outcome.text
    assert outcome.sentences == ()


async def test_a_follow_up_uses_the_conversation() -> None:
    history = (Message("user", "试用期最长多久"), Message("assistant", "……依据：……"))
    outcome = await ask(make_flow(), "无固定期限合同呢？", *history)
    assert outcome.extras["standalone_question"] == "无固定期限合同，试用期最长多久"
    assert "六个月" in outcome.text


@pytest.mark.parametrize("question", QUESTIONS)
async def test_deltas_add_up_to_the_text_and_the_last_event_finishes(question: str) -> None:
    events = await events_of(make_flow(), question)
    outcome = await ask(make_flow(), question)
    last = events[-1]
    assert isinstance(last, AnswerFinished)
    assert "".join(getattr(event, "delta", "") for event in events) == outcome.text == last.outcome.text
    assert sum(isinstance(event, AnswerFinished) for event in events) == 1
    started = [event.stage for event in events if isinstance(event, StageStarted)]
    assert started == [mark.stage for mark in outcome.trace]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_langgraph_runs_the_same_steps_to_the_same_end(question: str) -> None:
    flow = make_flow()
    graph = AnswerFlow(GraphPipeline(flow.pipeline), flow.labels)
    ours, theirs = await ask(flow, question), await ask(graph, question)
    assert replace(ours, trace=()) == replace(theirs, trace=())
    assert [(mark.stage, mark.note) for mark in ours.trace] == [(mark.stage, mark.note) for mark in theirs.trace]
    assert [type(event) for event in await events_of(graph, question) if not isinstance(event, StageStarted)] == [
        type(event) for event in await events_of(flow, question) if not isinstance(event, StageStarted)
    ]


class Broken:
    async def search(self, query: SearchQuery) -> SearchResult:
        raise ConnectionError("index down")

    async def neighbours(self, passage: Passage) -> tuple[Passage, ...]:
        return ()


async def test_with_the_index_down_there_is_an_honest_refusal() -> None:
    outcome = await ask(make_flow(search=Broken()), "试用期最长多久")
    assert outcome.status == "error_retrieval"
    assert load_statuses()[outcome.status].http == 503
    assert "12345" in outcome.text


class Endless:
    kind, model, prompt = ComposerKind.MODEL, "m", "compose_answer@v1#0"
    closed = False

    async def compose(self, question: StandaloneQuestion, evidence: Any) -> AsyncIterator[DraftSentence]:
        try:
            yield DraftSentence("合同期限三个月以上不满一年的，试用期不得超过一个月。", ("P1",))
            await asyncio.sleep(3600)
        finally:
            self.closed = True


async def test_closing_the_stream_ends_the_model_call() -> None:
    model = Endless()
    async with aclosing(make_flow(model).stream(Turn("试用期最长多久", AS_OF))) as events:
        async for event in events:
            if isinstance(event, SentenceReady):
                break
    for _ in range(1000):
        await asyncio.sleep(0.01)
        if model.closed:
            break
    assert model.closed, "the model call went on after the client left"


def test_a_flow_that_cannot_run_is_refused_at_start() -> None:
    async def screen_twice(screened: ScreenedText) -> ScreenedText:
        return screened

    with pytest.raises(WiringError, match="screen_twice"):
        stages = make_flow().pipeline.steps
        Pipeline(
            answer_inquiry_stages(
                redact=plain_redaction,
                screen=screen_twice,
                contextualise=stages[2].stage,
                route=stages[3].stage,
                retrieve=stages[4].stage,
                ask_back=stages[5].stage,
                compose=stages[6].stage,
                compose_within_s=1,
            ),
            GIVEN,
        )


def test_only_redaction_sees_the_turn() -> None:
    seeing = [item.name for item in make_flow().pipeline.steps if Turn in item.inputs]
    assert seeing == ["plain_redaction"]


def test_the_stages_are_those_of_the_design() -> None:
    names = [item.name for item in make_flow().pipeline.steps]
    assert names[2:] == STAGES.split()[2:]
    assert plain_screening.__name__ == names[1]
