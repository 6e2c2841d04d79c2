"""Whatever the model endpoint does, the citizen has an answer within five seconds, labelled for what it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.adapters.model_composer import ModelComposer
from assistant.adapters.openai_chat import OpenAIChat
from assistant.contracts import ComposerKind, Turn, TurnOutcome
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.prompting import load_prompt
from tests.answer_flow import make_flow
from tests.factories import AS_OF
from tests.fake_openai import FakeOpenAI

QUESTION = "试用期最长多久"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as running:
        yield running


async def ask(server: FakeOpenAI, repository: Path, breaker: CircuitBreaker | None = None) -> TurnOutcome:
    chat = OpenAIChat(server.base_url, "fake")
    composer = ModelComposer(chat, load_prompt(repository / "prompts", "compose_answer"))
    try:
        return await make_flow(composer, breaker=breaker).answer_inquiry(Turn(QUESTION, AS_OF))
    finally:
        await chat.close()


async def test_a_healthy_model_answers_with_citations(server: FakeOpenAI, repository: Path) -> None:
    server.mode = "ok"
    outcome = await ask(server, repository)
    assert outcome.status == "answered"
    assert (outcome.composer, outcome.model, outcome.degraded) == (ComposerKind.MODEL, "fake", ())
    assert outcome.prompt is not None
    assert outcome.prompt.startswith("compose_answer@v1#")
    assert outcome.citations[0].document_id == "trial"
    assert "[P1]" not in outcome.text
    assert "摘录式答复" not in outcome.label
    assert "内容由AI生成" in outcome.label
    prompt = server.requests[-1]["messages"][1]["content"]
    assert "[P1] 《试用期有哪些规定》" in prompt


FAULTS = ["silent", "slow", "garbled", "html", "cut", "empty", "huge", "nan", "unsupported", "uncited"]


@pytest.mark.parametrize("mode", [*FAULTS, "400", "401", "429", "500", "503"])
async def test_every_fault_ends_in_a_labelled_extractive_answer(
    server: FakeOpenAI, repository: Path, mode: str
) -> None:
    server.mode = mode
    started = time.perf_counter()
    outcome = await ask(server, repository)
    assert time.perf_counter() - started < 10.0
    assert outcome.status == "answered"
    assert any(reason.startswith("chat_model:") for reason in outcome.degraded)
    assert "智能整理暂不可用" in outcome.label
    assert "摘录式答复" in outcome.label
    assert "不得超过一个月" in outcome.text
    assert "88888" not in outcome.text
    assert "13900001111" not in outcome.text


async def test_a_model_that_declines_is_an_honest_refusal(server: FakeOpenAI, repository: Path) -> None:
    server.mode = "declined"
    outcome = await ask(server, repository)
    assert outcome.status == "unanswerable_no_evidence"
    assert outcome.nearest[0].document_id == "trial"


async def test_after_a_few_failures_nobody_waits(server: FakeOpenAI, repository: Path) -> None:
    server.mode = "silent"
    breaker = CircuitBreaker(failures=1, rest_s=60)
    await ask(server, repository, breaker)
    asked = len(server.requests)
    outcome = await ask(server, repository, breaker)
    assert len(server.requests) == asked, "nobody waits for a model that is left alone"
    assert outcome.degraded == ("chat_model:circuit_open",)
