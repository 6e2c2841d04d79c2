"""The gate shows exactly what the check keeps; a failing model is replaced in time; the breaker spares the wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.contracts import (
    AnswerEvent,
    ComposerKind,
    DraftAnswer,
    DraftSentence,
    Evidence,
    OpenPoint,
    RouteDecision,
    Scope,
    SentenceReady,
    StandaloneQuestion,
)
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.pipeline import Stop
from assistant.ports.answering import ChatModelError, ComposerDeclined
from assistant.rendering import body
from assistant.stages.check_answer import check_answer
from assistant.stages.compose_answer import ComposeAnswer, ComposeBudget
from assistant.stages.resolve_citations import resolve_citations
from tests.factories import AS_OF, make_evidence, make_passage

QUESTION = StandaloneQuestion("试用期最长多久", "试用期最长多久")
EVIDENCE = make_evidence(
    make_passage(
        "- 合同不满一年的，试用期不得超过一个月。\n- 三年以上的，试用期不得超过六个月。", id="a#1", document_id="a"
    ),
    make_passage("- 试用期工资不得低于转正工资的80%。", id="b#1", document_id="b"),
)
GOOD = DraftSentence("合同不满一年的，试用期不得超过一个月。", ("P1",))
WAGE = DraftSentence("试用期工资不得低于转正工资的80%。", ("P2",))
BAD = DraftSentence("试用期不得超过九个月。", ("P1",))


class Scripted:
    """A model composer that says what it is told: sentences, pauses in seconds, errors."""

    kind = ComposerKind.MODEL
    model: str | None = "scripted"
    prompt: str | None = "compose_answer@v1#test"

    def __init__(self, *script: DraftSentence | float | Exception) -> None:
        self.script, self.calls, self.closed = script, 0, False

    async def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncIterator[DraftSentence]:
        self.calls += 1
        try:
            for part in self.script:
                if isinstance(part, Exception):
                    raise part
                if isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    yield part
        finally:
            self.closed = True


BUDGET = ComposeBudget(first_sentence_s=0.1, sentence_gap_s=0.1, total_s=1.0)


async def compose(
    model: Scripted, breaker: CircuitBreaker | None = None, waited_s: float | None = None
) -> tuple[DraftAnswer, list[SentenceReady]]:
    events: list[SentenceReady] = []

    async def hear(event: AnswerEvent) -> None:
        assert isinstance(event, SentenceReady)
        events.append(event)

    stage = ComposeAnswer(model, ExtractiveComposer(), breaker, BUDGET)
    asked_at_s = None if waited_s is None else asyncio.get_running_loop().time() - waited_s
    scope = Scope(AS_OF, asked_at_s=asked_at_s)
    return await stage(QUESTION, RouteDecision("inquiry", 1.0), EVIDENCE, OpenPoint(), scope, hear), events


@pytest.mark.parametrize(
    "script",
    [
        (GOOD, WAGE),
        (BAD, WAGE, BAD, GOOD, GOOD),
        (DraftSentence("寒暄。", ()), WAGE, GOOD),
        (BAD,),
        (GOOD, ChatModelError("cut")),
        (ChatModelError("rate_limited"),),
    ],
)
async def test_what_was_shown_is_what_the_check_keeps(script: tuple[DraftSentence | Exception, ...]) -> None:
    draft, events = await compose(Scripted(*script))
    answer = await check_answer(await resolve_citations(draft, EVIDENCE), EVIDENCE, Scope(AS_OF))
    assert tuple(event.sentence for event in events) == answer.sentences
    assert tuple(citation for event in events for citation in event.citations) == answer.citations
    assert "".join(event.delta for event in events) == body(answer.sentences)


async def test_a_good_model_answer_is_the_models() -> None:
    draft, events = await compose(Scripted(GOOD, WAGE))
    assert (draft.composer, draft.model, draft.prompt) == (ComposerKind.MODEL, "scripted", "compose_answer@v1#test")
    assert draft.degraded == ()
    assert not any(event.sentence.verbatim for event in events)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ((5.0, GOOD), "timeout"),
        ((BAD, 0.06, BAD, 0.06, BAD, 0.06, GOOD), "timeout"),
        ((ChatModelError("too_long"),), "too_long"),
        ((), "unsupported"),
        ((BAD, BAD), "unsupported"),
    ],
)
async def test_a_failing_model_is_replaced_by_quotations_in_time(
    script: tuple[DraftSentence | float | Exception, ...], reason: str
) -> None:
    started = time.perf_counter()
    model = Scripted(*script)
    draft, events = await compose(model)
    assert time.perf_counter() - started < 3.0  # a model that is waited for would take 5 s
    assert draft.degraded == (f"chat_model:{reason}",)
    assert (draft.composer, draft.model, draft.prompt) == (ComposerKind.EXTRACTIVE, None, None)
    assert events
    assert all(event.sentence.verbatim for event in events)
    assert model.closed, "the call behind a model that is left must end"


async def test_cut_in_the_middle_keeps_what_was_shown_and_goes_on_with_quotations() -> None:
    draft, events = await compose(Scripted(GOOD, ChatModelError("cut")))
    assert events[0].sentence.verbatim is False
    assert any(event.sentence.verbatim for event in events)
    assert GOOD.text not in [event.sentence.text for event in events[1:]], "nothing is said twice"
    assert draft.composer is ComposerKind.MODEL
    assert draft.degraded == ("chat_model:cut",)


async def test_the_breaker_spares_later_questions_the_wait() -> None:
    breaker, model = CircuitBreaker(failures=2, rest_s=60), Scripted(5.0)
    for _ in range(2):
        await compose(model, breaker)
    draft, _ = await compose(model, breaker)
    assert draft.degraded == ("chat_model:circuit_open",)
    assert model.calls == 2, "nobody waits for a model that is left alone"


async def test_a_busy_model_is_asked_again_by_the_next_question() -> None:
    breaker, model = CircuitBreaker(failures=2, rest_s=60), Scripted(ChatModelError("rate_limited"))
    drafts = [(await compose(model, breaker))[0] for _ in range(4)]
    assert model.calls == 4
    assert {draft.degraded for draft in drafts} == {("chat_model:rate_limited",)}
    assert all(draft.sentences for draft in drafts), "each still has its extractive answer"


async def test_a_search_that_took_all_the_time_leaves_none_for_the_model() -> None:
    breaker, model = CircuitBreaker(failures=1, rest_s=60), Scripted(GOOD)
    draft, _ = await compose(model, breaker, waited_s=5.0)
    assert model.calls == 0
    assert draft.degraded == ("chat_model:no_time",)
    assert draft.sentences, "the citizen has an extractive answer at once"
    assert not breaker.is_open, "the model did nothing wrong"


async def test_the_wait_counts_from_the_question() -> None:
    budget = ComposeBudget(first_sentence_s=600.0, least_s=0.1, total_s=900.0)
    scope = Scope(AS_OF, asked_at_s=asyncio.get_running_loop().time() - 599.0)
    stage = ComposeAnswer(Scripted(600.0), ExtractiveComposer(), None, budget)
    draft = await asyncio.wait_for(
        stage(QUESTION, RouteDecision("inquiry", 1.0), EVIDENCE, OpenPoint(), scope, _ignored), 60.0
    )
    # The second reason is that of a machine that stood still for the second that was left.
    assert draft.degraded in {("chat_model:timeout",), ("chat_model:no_time",)}


async def _ignored(event: AnswerEvent) -> None:
    return None


async def test_a_model_that_declines_is_believed() -> None:
    with pytest.raises(Stop) as stop:
        await compose(Scripted(ComposerDeclined()))
    assert stop.value.status == "unanswerable_no_evidence"
    assert [document.document_id for document in stop.value.nearest] == ["a", "b"]


async def test_a_model_that_never_ends_is_left() -> None:
    model = Scripted(GOOD, *[BAD] * 500)
    draft, _ = await compose(model)
    assert len(draft.sentences) < 50
    assert model.closed


async def test_a_listener_that_is_gone_ends_the_call() -> None:
    model = Scripted(GOOD, 5.0)

    async def gone(event: AnswerEvent) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        stage = ComposeAnswer(model, ExtractiveComposer(), None, BUDGET)
        await stage(QUESTION, RouteDecision("inquiry", 1.0), EVIDENCE, OpenPoint(), Scope(AS_OF), gone)
    assert model.closed


@pytest.mark.parametrize(("label", "status"), [("inquiry", "unanswerable_no_evidence"), ("appeal", "handover_appeal")])
async def test_evidence_about_something_else_is_refused(label: str, status: str) -> None:
    backup = ExtractiveComposer()
    question = StandaloneQuestion("宠物猫能上地铁吗", "宠物猫能上地铁吗")

    async def hear(event: AnswerEvent) -> None:
        pytest.fail("nothing may be shown")

    with pytest.raises(Stop) as stop:
        await ComposeAnswer(backup, backup)(
            question, RouteDecision(label, 1.0), EVIDENCE, OpenPoint(), Scope(AS_OF), hear
        )
    assert stop.value.status == status


async def test_instead_of_refusing_what_is_open_is_asked_but_a_complaint_is_handed_over() -> None:
    backup, point = ExtractiveComposer(), OpenPoint("请问是哪一种证？", ("身份证", "居住证"))
    question = StandaloneQuestion("宠物猫能上地铁吗", "宠物猫能上地铁吗")
    endings = []
    for label in ("inquiry", "appeal"):
        with pytest.raises(Stop) as stop:
            await ComposeAnswer(backup, backup)(
                question, RouteDecision(label, 1.0), EVIDENCE, point, Scope(AS_OF), _ignored
            )
        endings.append((stop.value.status, stop.value.ask))
    assert endings == [("clarification", point), ("handover_appeal", None)]
