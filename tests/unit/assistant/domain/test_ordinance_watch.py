"""主动治理: Articles 24 (frequent, common, long-lasting), 25 (seasonal) and 29 (signs of an emergency) of the ordinance."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.sample_files import load_world
from assistant.adapters.sql_watch import estate
from assistant.desks.watch import Receivers
from assistant.domain.order_policy import OrderPolicy
from assistant.domain.sample_orders import sample_orders
from assistant.domain.watch import Cell, SignalKind, WatchedOrder, evidence_of
from assistant.domain.watch_bursts import bursts, groups, poisson_tail
from assistant.domain.watch_report import watch
from assistant.domain.watch_seasons import backtest, forecast, month_number, seasonal
from assistant.domain.watch_topics import lasting, monthly_topics, rising

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HEATING = "公共服务/供暖/停暖与故障抢修"
GAS = "公共服务/供气/燃气泄漏"


def order(number: int, at: datetime, category: str = HEATING, street: str = "street-a", **more: object) -> WatchedOrder:
    made = WatchedOrder(f"o{number:05d}", at, category, street, "演示家园2号院", f"caller-{number}")
    return replace(made, **more)  # type: ignore[arg-type]


def quiet_year(seed: int = 1, count: int = 3000) -> list[WatchedOrder]:
    """Calls at random over a year: ten matters, ten streets, thirty estates."""
    chance = random.Random(seed)
    return [
        order(
            number,
            NOW - chance.random() * 365 * DAY,
            f"类{chance.randrange(10)}/项/目",
            f"street-{number % 10}",
            place=f"演示{chance.randrange(30)}家园",
        )
        for number in range(count)
    ]


@cache
def sample_year(repository: Path, seed: int, count: int = 3200) -> list[WatchedOrder]:
    """Without the group and the rise of the last weeks: what happens once cannot be foreseen."""
    pack = repository / "policy_corpus"
    policy, world = OrderPolicy.of(load_catalogue(pack / "catalogue")), load_world(pack)
    usual = replace(world, matters=tuple(replace(matter, group=False, rises=False) for matter in world.matters))
    return list(_watched(sample_orders(usual, policy, NOW, count, seed)))


def _watched(made: Iterator[object]) -> Iterator[WatchedOrder]:
    for one in made:
        it = one.order  # type: ignore[attr-defined]
        unsolved = it.round > 1 or bool(it.final_follow_up and it.final_follow_up.solved is False)
        yield WatchedOrder(
            *(it.id, it.received_at, it.category, it.street, estate(it.place), it.appellant_key, it.title),
            is_open=not it.is_over,
            is_unsolved=unsolved,
        )


def nobody(cell: Cell) -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize("seed", [12345, 7])
def test_article_29_the_burst_of_the_sample_orders_is_found_and_no_other(repository: Path, seed: int) -> None:
    orders = sample_year(repository, seed)
    (signal,) = watch(orders, NOW, nobody, timedelta(days=456)).of(SignalKind.BURST)
    assert signal.cell.category == "公共服务/供暖"
    assert signal.callers >= 40 and signal.last - signal.first < timedelta(hours=37)
    inside = [one for one in orders if (found := evidence_of(signal.id)) and found.holds(one)]
    assert {one.id for one in inside} >= set(signal.orders) and len(inside) == signal.count


def test_article_29_a_named_receiver_is_told_of_every_sign(repository: Path) -> None:
    table = load_catalogue(repository / "policy_corpus" / "catalogue").dispatch
    receivers = Receivers.of(("district-command-centre",), table)
    five = [order(number, NOW - timedelta(minutes=20 * number), GAS) for number in range(6)]
    (signal,) = watch([*quiet_year(), *five], NOW, receivers).of(SignalKind.BURST)
    assert signal.receivers[0] == "district-command-centre"
    assert "street-a" in signal.receivers and len(signal.receivers) >= 3


def test_article_29_five_neighbours_within_hours_are_a_sign_and_one_who_calls_five_times_is_not() -> None:
    hours = [NOW - timedelta(minutes=30 * number) for number in range(6)]
    neighbours = [order(number, at) for number, at in enumerate(hours)]
    one_man = [replace(one, caller="the same") for one in neighbours]
    assert [signal.count for signal in bursts([*quiet_year(), *neighbours], NOW - DAY)] == [6]
    assert bursts([*quiet_year(), *one_man], NOW - DAY) == []


@pytest.mark.parametrize("seed", range(5))
def test_article_29_chance_alone_makes_no_burst(seed: int) -> None:
    assert bursts(quiet_year(seed), NOW - timedelta(days=365)) == []


def test_article_29_a_cold_week_for_everybody_is_no_burst_of_one_street() -> None:
    chance = random.Random(3)
    cold = [
        order(
            9000 + n,
            NOW - chance.random() * 7 * DAY,
            street=f"street-{n % 10}",
            place=f"演示{chance.randrange(30)}家园",
        )
        for n in range(300)
    ]
    assert bursts([*quiet_year(), *cold], NOW - timedelta(days=30)) == []


def test_article_29_an_estate_that_makes_its_street_stand_out_is_told_once() -> None:
    many = [order(n, NOW - timedelta(minutes=15 * n)) for n in range(30)]
    assert [signal.cell.place for signal in bursts([*quiet_year(), *many], NOW - DAY)] == ["演示家园2号院"]


def test_article_29_a_burst_spread_over_a_street_is_told_as_the_streets() -> None:
    many = [order(n, NOW - timedelta(minutes=15 * n), place=f"样板{n}号里") for n in range(30)]
    (signal,) = bursts([*quiet_year(), *many], NOW - DAY)
    assert (signal.cell.street, signal.cell.place, signal.count) == ("street-a", "", 30)


def test_article_29_a_group_speaks_over_weeks_or_by_one_who_speaks_for_many() -> None:
    slow = [order(n, NOW - 5 * n * DAY) for n in range(5)]
    (signal,) = groups(slow, NOW)
    assert signal.callers == 5
    spoken = [replace(slow[0], title="演示：三十户联名反映停暖"), slow[1]]
    assert [one.count for one in groups(spoken, NOW)] == [2]
    assert groups(slow[:4], NOW) == []
    assert groups([replace(one, place="") for one in slow], NOW) == []


def test_article_24_a_matter_that_rises_is_told_and_the_seasons_rise_is_not() -> None:
    before = [order(n, NOW - timedelta(days=30 + n % 26), place="") for n in range(10)]
    now = [order(100 + n, NOW - timedelta(days=n % 27), place="") for n in range(40)]
    assert {signal.count for signal in rising([*before, *now], NOW)} == {40}
    year_ago = [replace(one, id=f"y{one.id}", received_at=one.received_at - 364 * DAY) for one in (*before, *now)]
    assert rising([*before, *now, *year_ago], NOW) == []


def test_article_24_a_matter_that_comes_back_for_months_and_is_unsolved_is_on_the_list() -> None:
    back = [order(n, NOW - timedelta(days=40 * n + 1), is_unsolved=n == 2) for n in range(4)]
    (signal,) = lasting(back, NOW)
    assert signal.orders == ("o00003", "o00002", "o00001", "o00000")
    assert lasting([replace(one, is_unsolved=False) for one in back], NOW) == []
    assert lasting(back[:2], NOW) == []
    assert lasting([replace(one, place=f"样板{one.id}里") for one in back], NOW) == []


def test_article_24_candidates_for_the_monthly_topic_are_frequent_wide_and_long() -> None:
    wide = [order(n, NOW - n * 3 * DAY, street=f"street-{n % 12}") for n in range(100)]
    narrow = [order(500 + n, NOW - n * DAY, GAS, street="street-a") for n in range(300)]
    (topic,) = monthly_topics([*wide, *narrow], NOW)
    assert topic.cell == Cell(HEATING) and topic.count == 100 == len(topic.orders)


def test_article_25_the_season_is_foreseen_from_last_year(repository: Path) -> None:
    autumn = datetime(2026, 10, 20, tzinfo=UTC)
    heating = [order(n, datetime(2025, 11, 1 + n % 28, 8, tzinfo=UTC)) for n in range(60)]
    always = [order(100 + n, autumn - n * 4 * DAY, GAS) for n in range(100)]
    (signal,) = seasonal([*heating, *always], autumn)
    assert signal.cell == Cell("公共服务/供暖") and "2026年11月" in signal.reason
    assert set(signal.orders) == {one.id for one in heating}
    assert signal.expected > 20


def test_article_25_the_forecast_beats_repeating_last_year_on_the_sample_orders(repository: Path) -> None:
    tests = [backtest(sample_year(repository, seed), NOW) for seed in (12345, 7)]
    assert all(test is not None and test.months >= 2 for test in tests)
    assert sum(t.method * t.orders for t in tests if t) < sum(t.naive * t.orders for t in tests if t)


def test_a_forecast_sees_nothing_of_the_month_itself() -> None:
    month = month_number(NOW)
    past = {month - back: 10 for back in range(1, 15)}
    assert forecast(past, month) == forecast(past | {month + 1: 99}, month) == pytest.approx(10)


@given(some.integers(1, 60), some.floats(0.01, 50))
def test_the_tail_is_poissons(count: int, mean: float) -> None:
    below = sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count))
    assert poisson_tail(count, mean) == pytest.approx(max(0.0, 1 - below), abs=1e-9)


def test_a_small_tail_is_not_lost_to_rounding() -> None:
    assert 0 < poisson_tail(45, 0.1) < 1e-80


@pytest.mark.parametrize("told", ["", "abc", "W10", "WzEsMiwzXQ", "x" * 5000, "bnVsbA", "你好"])
def test_what_is_no_signals_id_is_none(told: str) -> None:
    assert evidence_of(told) is None
