from __future__ import annotations

import asyncio
import logging

import pytest

from assistant.pipeline import Pipeline, Stop, WiringError, check_wiring, step


class Question(str): ...


class Evidence(str): ...


class Answer(str): ...


async def find(question: Question) -> Evidence:
    return Evidence(f"about {question}")


class WriteAnswer:
    async def __call__(self, evidence: Evidence, question: Question) -> Answer:
        return Answer(f"{question}: {evidence}")


async def test_values_reach_stages_by_type() -> None:
    pipeline = Pipeline([step(find), step(WriteAnswer())], [Question])
    result = await pipeline.run({Question: Question("q")})
    assert result.values[Answer] == "q: about q"
    assert [mark.stage for mark in result.trace] == ["find", "write_answer"]
    assert all(mark.seconds >= 0 for mark in result.trace)


async def test_every_stage_is_announced_before_it_runs() -> None:
    heard: list[str] = []

    async def on_stage(name: str) -> None:
        heard.append(name)

    await Pipeline([step(find), step(WriteAnswer())], [Question]).run({Question: Question("q")}, on_stage)
    assert heard == ["find", "write_answer"]


def test_a_stage_whose_input_nobody_produces_is_refused() -> None:
    with pytest.raises(WiringError, match="write_answer: nobody before it produces Evidence"):
        check_wiring([step(WriteAnswer()), step(find)], [Question])


def test_a_type_is_produced_once() -> None:
    with pytest.raises(WiringError, match="already there"):
        check_wiring([step(find), step(find)], [Question])


def test_a_stage_is_async_and_declares_what_it_makes() -> None:
    def plain(question: Question) -> Evidence:
        return Evidence(question)

    async def silent(question: Question) -> None: ...

    with pytest.raises(WiringError, match="async"):
        step(plain)  # type: ignore[arg-type]
    with pytest.raises(WiringError, match="declares"):
        step(silent)


async def test_stop_ends_the_flow_with_its_status() -> None:
    async def refuse(question: Question) -> Evidence:
        raise Stop("unanswerable_no_evidence", note="none")

    result = await Pipeline([step(refuse), step(WriteAnswer())], [Question]).run({Question: Question("q")})
    assert result.stop is not None
    assert result.stop.status == "unanswerable_no_evidence"
    assert [(mark.stage, mark.note) for mark in result.trace] == [("refuse", "unanswerable_no_evidence none")]


def test_an_unknown_status_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="answer_statuses"):
        Stop("went_wrong")
    with pytest.raises(WiringError, match="answer_statuses"):
        step(find, fails_as="went_wrong")


async def test_a_failing_provider_fails_closed_and_its_words_stay_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(question: Question) -> Evidence:
        raise RuntimeError(f"{question} was in the text")

    pipeline = Pipeline([step(broken, fails_as="error_retrieval")], [Question])
    with caplog.at_level(logging.ERROR):
        result = await pipeline.run({Question: Question("13800001234")})
    assert result.stop is not None
    assert (result.stop.status, result.stop.note) == ("error_retrieval", "RuntimeError")
    assert "RuntimeError" in caplog.text
    assert "13800001234" not in caplog.text


async def test_a_stage_has_a_budget() -> None:
    async def slow(question: Question) -> Evidence:
        await asyncio.sleep(5)
        return Evidence("late")

    result = await Pipeline([step(slow, within_s=0.01)], [Question]).run({Question: Question("q")})
    assert result.stop is not None
    assert result.stop.status == "error_timeout"


async def test_cancelling_is_not_swallowed() -> None:
    async def slow(question: Question) -> Evidence:
        await asyncio.sleep(5)
        return Evidence("late")

    task = asyncio.create_task(Pipeline([step(slow)], [Question]).run({Question: Question("q")}))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
