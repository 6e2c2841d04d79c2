"""Answers are counted without being waited for; a database that is away costs no count."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from assistant.answer_tally import KEPT, MOST_QUESTIONS, AnswerTally, normal_form
from assistant.contracts import ComposerKind, TurnOutcome
from assistant.ports.orders import StoreUnavailable
from assistant.ports.overview import AnswerCounts, AnswerDay, Unanswered

NOW = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # half past midnight on 2 March in Beijing
DAY = date(2026, 3, 2)


class Book:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.away = False
        self.days: dict[AnswerDay, AnswerCounts] = {}
        self.questions: list[Unanswered] = []
        self.forgotten: list[datetime] = []
        self.written = threading.Event()

    def add(self, days: Mapping[AnswerDay, AnswerCounts], questions: Sequence[Unanswered]) -> None:
        if self.away:
            raise StoreUnavailable("演示")
        for day, counts in days.items():
            self.days[day] = self.days.get(day, AnswerCounts()) + counts
        self.questions += questions
        self.written.set()

    def forget(self, before: datetime) -> int:
        self.forgotten.append(before)
        return 0


def ended(status: str, question: str = "演示问题", **more: Any) -> TurnOutcome:
    return TurnOutcome(status, "演示", redacted_question=question, **more)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def tally(book: Book) -> AnswerTally:
    return AnswerTally(lambda: book, delay_s=3600, now=lambda: NOW)  # type: ignore[arg-type, return-value]


async def test_answers_are_counted_by_the_day_of_beijing_and_how_they_ended(tally: AnswerTally, book: Book) -> None:
    tally.note(ended("answered", composer=ComposerKind.EXTRACTIVE, removed=("一句", "两句"), degraded=("chat",)))
    tally.note(ended("answered", composer=ComposerKind.EXTRACTIVE))
    tally.note(ended("guardrails_injection"))
    assert book.days == {}
    await tally.close()
    assert book.days == {
        AnswerDay(DAY, "answered", "extractive"): AnswerCounts(2, 2, 1),
        AnswerDay(DAY, "guardrails_injection", ""): AnswerCounts(1, 0, 0),
    }


async def test_answers_are_written_by_themselves_a_moment_later_again_and_again(book: Book) -> None:
    tally = AnswerTally(lambda: book, delay_s=0, now=lambda: NOW)  # type: ignore[arg-type, return-value]
    for said in (1, 2):
        book.written.clear()
        tally.note(ended("answered"))
        assert await asyncio.to_thread(book.written.wait, 60)
        assert book.days == {AnswerDay(DAY, "answered"): AnswerCounts(said)}
    await tally.close()


async def test_only_questions_that_found_nothing_are_kept(tally: AnswerTally, book: Book) -> None:
    for status in ("answered", "guardrails_injection", "handover_person", "unanswerable_smalltalk"):
        tally.note(ended(status))
    tally.note(ended("unanswerable_no_evidence", "宠物猪 能养吗？"))
    tally.note(ended("unanswerable_no_evidence", "宠物猪能养吗"))
    await tally.close()
    assert [(item.question, item.asked) for item in book.questions] == [("宠物猪能养吗", 2)]


async def test_a_database_that_is_away_costs_no_count(tally: AnswerTally, book: Book) -> None:
    book.away = True
    tally.note(ended("unanswerable_no_evidence"))
    with pytest.raises(StoreUnavailable):
        await tally.flush()
    tally.note(ended("unanswerable_no_evidence"))
    book.away = False
    await tally.flush()
    assert book.days == {AnswerDay(DAY, "unanswerable_no_evidence"): AnswerCounts(2)}
    assert [item.asked for item in book.questions] == [2]
    await tally.close()


async def test_questions_do_not_fill_the_memory_while_the_database_is_away(tally: AnswerTally, book: Book) -> None:
    for number in range(MOST_QUESTIONS + 5):
        tally.note(ended("unanswerable_no_evidence", f"演示{number}"))
    await tally.close()
    assert len(book.questions) == MOST_QUESTIONS
    assert book.days == {AnswerDay(DAY, "unanswerable_no_evidence"): AnswerCounts(MOST_QUESTIONS + 5)}


async def test_article_35_old_questions_are_forgotten_once_a_day(tally: AnswerTally, book: Book) -> None:
    await tally.flush()
    await tally.flush()
    assert book.forgotten == [NOW - KEPT]
    tally.now = lambda: NOW + timedelta(days=2)
    await tally.flush()
    assert book.forgotten[1:] == [NOW + timedelta(days=2) - KEPT]


@pytest.mark.parametrize(("typed", "form"), [("供暖 几号？", "供暖几号"), ("ＡＢＣ卡", "abc卡"), ("……", "")])
def test_two_ways_of_typing_are_one_question(typed: str, form: str) -> None:
    assert normal_form(typed) == form
