"""Clocks: counting rules, pauses and extensions, against brute force and by law."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.appeal import Urgency
from assistant.domain.catalogue import WorkCalendar
from assistant.domain.order_limits import Matter, NoTimeLimit, choose_limit
from assistant.domain.time_limits import (
    Clock,
    ClockKind,
    Limit,
    Pause,
    deadline,
    elapsed,
    is_late,
    local_day,
    midnight,
    remaining,
)
from tests.orders import HOLIDAY, LIMITS, NOON

MINUTE = timedelta(minutes=1)


def clock(value: int, unit: str, started: datetime = NOON, **more: object) -> Clock:
    return Clock(ClockKind.FEEDBACK, Limit("r", value, unit), started, **more)  # type: ignore[arg-type]


def due(made: Clock, calendar: WorkCalendar = HOLIDAY) -> datetime:
    end = deadline(made, calendar)
    assert end is not None
    return end


def test_hours_run_from_the_start_without_a_break() -> None:
    assert due(clock(24, "hours")) == NOON + timedelta(hours=24)


def test_days_begin_on_the_next_day_and_end_at_midnight_beijing() -> None:
    assert due(clock(7, "days")) == midnight(date(2026, 3, 10))
    assert due(clock(7, "days")).astimezone(UTC) == datetime(2026, 3, 9, 16, tzinfo=UTC)


def test_working_days_skip_days_off_and_count_shifted_weekends() -> None:
    # Monday 2nd: Tue 3 counts, Wed 4 is off, Thu 5, Fri 6, Sat 7 works, so the fourth working day ends with Saturday.
    assert due(clock(4, "working_days")) == midnight(date(2026, 3, 8))


def test_a_limit_across_the_spring_festival_of_2026() -> None:
    festival = frozenset(date(2026, 2, 15) + timedelta(days=offset) for offset in range(9))
    calendar = WorkCalendar(festival, frozenset({date(2026, 2, 14), date(2026, 2, 28)}))
    started = datetime(2026, 2, 13, 2, tzinfo=UTC)
    assert due(clock(2, "working_days", started), calendar) == midnight(date(2026, 2, 25))


def test_a_pause_moves_the_end_and_an_open_one_has_none() -> None:
    paused = clock(2, "hours").paused(NOON + MINUTE)
    assert deadline(paused, HOLIDAY) is None
    assert due(paused.resumed(NOON + 31 * MINUTE)) == NOON + timedelta(hours=2, minutes=30)


def test_a_pause_on_a_day_off_costs_nothing() -> None:
    off = midnight(date(2026, 3, 4))
    paused = clock(2, "working_days", pauses=(Pause(off, off + timedelta(hours=20)),))
    assert due(paused) == due(clock(2, "working_days"))


def test_an_extension_adds_days_of_the_same_kind() -> None:
    assert due(clock(3, "working_days").extended(1)) == due(clock(4, "working_days"))
    assert due(clock(7, "days").extended(3)) == due(clock(10, "days"))


def test_late_is_after_the_end_and_never_before() -> None:
    end = due(clock(2, "hours"))
    assert not is_late(clock(2, "hours"), end, HOLIDAY)
    assert is_late(clock(2, "hours"), end + MINUTE, HOLIDAY)
    assert not is_late(clock(2, "hours").stopped_at(end - MINUTE), end + timedelta(days=9), HOLIDAY)


def test_a_calendar_without_working_days_gives_no_deadline_instead_of_a_loop() -> None:
    never = WorkCalendar(frozenset(date(2026, 1, 1) + timedelta(days=offset) for offset in range(6000)))
    assert deadline(clock(1, "working_days"), never) is None


starts = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))
days_off = st.sets(st.dates(date(2025, 1, 1), date(2027, 3, 1)), max_size=60)
calendars = st.builds(lambda off: WorkCalendar(frozenset(off)), days_off)
limits = st.builds(
    Limit, st.just("r"), st.integers(1, 40), st.sampled_from(["seconds", "hours", "days", "working_days"])
)
gaps = st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 90_000)), max_size=4)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    made = Clock(ClockKind.FEEDBACK, draw(limits), draw(starts))
    at = made.started
    for wait, length in draw(gaps):
        at += timedelta(seconds=wait)
        made = made.paused(at)
        at += timedelta(seconds=length)
        made = made.resumed(at)
    return made


@given(clocks(), calendars)
def test_exactly_the_allowed_time_has_run_at_the_deadline(made: Clock, calendar: WorkCalendar) -> None:
    end = due(made, calendar)
    assert elapsed(made, end, calendar) == made.allowed
    assert remaining(made, end, calendar) == timedelta()
    assert elapsed(made, end - timedelta(microseconds=1), calendar) < made.allowed
    assert end >= made.started + timedelta(seconds=1)


@given(clocks(), calendars, st.timedeltas(timedelta(), timedelta(days=9)))
def test_a_later_start_never_ends_earlier(made: Clock, calendar: WorkCalendar, later: timedelta) -> None:
    plain = replace(made, pauses=())
    assert due(replace(plain, started=plain.started + later), calendar) >= due(plain, calendar)


@given(clocks(), calendars, st.integers(0, 20))
def test_pauses_and_extensions_never_bring_the_end_forward(made: Clock, calendar: WorkCalendar, days: int) -> None:
    assert due(made, calendar) >= due(replace(made, pauses=()), calendar)
    assert due(made.extended(days), calendar) >= due(made, calendar)


@given(clocks(), calendars, starts, starts)
def test_counting_time_never_runs_backwards(made: Clock, calendar: WorkCalendar, one: datetime, two: datetime) -> None:
    earlier, later = sorted((one, two))
    assert timedelta() <= elapsed(made, earlier, calendar) <= elapsed(made, later, calendar)
    assert elapsed(made, later, calendar) - elapsed(made, earlier, calendar) <= later - earlier


@given(starts, calendars, st.integers(1, 25))
def test_working_days_equal_counting_them_one_by_one(start: datetime, calendar: WorkCalendar, number: int) -> None:
    day, left = local_day(start), number
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    assert due(clock(number, "working_days", start), calendar) == midnight(day + timedelta(days=1))


def test_article_13_the_limit_follows_urgency_then_hardness_then_the_narrowest_category() -> None:
    day = NOON.date()

    def chosen(kind: ClockKind, matter: Matter) -> str:
        return choose_limit(LIMITS, kind, matter, day).rule

    heating = Matter("公共服务/供暖/室温不达标")
    assert chosen(ClockKind.DISPATCH, heating) == "dispatch-utilities"
    assert chosen(ClockKind.FEEDBACK, heating) == "feedback-utilities"
    assert chosen(ClockKind.FEEDBACK, replace(heating, urgency=Urgency.EMERGENCY)) == "feedback-emergency"
    assert chosen(ClockKind.FEEDBACK, Matter("住房/物业管理")) == "feedback-general"
    assert chosen(ClockKind.FEEDBACK, Matter("住房/物业管理", complex=True)) == "feedback-complex"
    assert chosen(ClockKind.FEEDBACK, Matter("市场管理/单用途预付卡/健身卡")) == "feedback-cards"
    assert chosen(ClockKind.FEEDBACK, Matter("公共服务/供暖设备厂")) == "feedback-general"


def test_a_gap_in_the_limits_is_named() -> None:
    with pytest.raises(NoTimeLimit, match="sub_task"):
        choose_limit(LIMITS, ClockKind.SUB_TASK, Matter("住房"), NOON.date())
