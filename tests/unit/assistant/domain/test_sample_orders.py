"""Sample orders: legal, reproducible, plainly invented, and with something of everything."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.sample_files import load_world
from assistant.domain import work_order_events as e
from assistant.domain.order_policy import OrderPolicy
from assistant.domain.sample_calls import sample_calls
from assistant.domain.sample_orders import DEMO, SampleOrder, sample_orders
from assistant.domain.time_limits import BEIJING, ClockKind, is_late
from assistant.domain.watch import WatchedOrder
from assistant.domain.watch_bursts import groups
from assistant.domain.watch_topics import rising
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_folding import replay

END = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def policy(repository: Path) -> OrderPolicy:
    return OrderPolicy.of(load_catalogue(repository / "policy_corpus" / "catalogue"))


@pytest.fixture(scope="module")
def orders(repository: Path, policy: OrderPolicy) -> list[SampleOrder]:
    return list(sample_orders(load_world(repository / "policy_corpus"), policy, END, 3000, seed=7))


def test_the_same_seed_gives_the_same_orders(repository: Path, policy: OrderPolicy) -> None:
    world = load_world(repository / "policy_corpus")
    one, two, other = (
        [(made.order, made.person) for made in sample_orders(world, policy, END, 80, seed=seed)] for seed in (1, 1, 2)
    )
    assert one == two != other


def test_every_order_is_its_events_and_none_lies_in_the_future(orders: list[SampleOrder]) -> None:
    assert len(orders) == 3000
    for made in orders:
        assert replay(made.order.id, made.events) == made.order
        assert made.events[-1].at <= END
    received = [made.order.received_at for made in orders if made.order.received_at]
    assert received == sorted(received)
    assert timedelta(days=430) < received[-1] - received[0] < timedelta(days=460)


def test_everything_says_that_it_is_invented(orders: list[SampleOrder]) -> None:
    assert all(DEMO in made.order.labels and DEMO in made.order.content for made in orders)
    assert all(made.person.phone.startswith("100") for made in orders)


def test_the_categories_are_those_of_the_catalogue(repository: Path) -> None:
    names = {category.name for category in load_catalogue(repository / "policy_corpus" / "catalogue").categories}
    assert {matter.category for matter in load_world(repository / "policy_corpus").matters} <= names


def test_there_is_something_of_everything(orders: list[SampleOrder], policy: OrderPolicy) -> None:
    kinds = Counter(type(event.change) for made in orders for event in made.events)
    for wanted in (
        e.DispatchObjection,
        e.ExtensionReview,
        e.SubTaskReport,
        e.Reopening,
        e.MergeInto,
        e.DirectAnswer,
        e.Arrival,
    ):
        assert kinds[wanted] > 3, wanted
    clocks = [clock for made in orders for clock in made.order.clocks if clock.kind is ClockKind.FEEDBACK]
    late = sum(is_late(clock, END, policy.calendar) for clock in clocks)
    assert 0.03 < late / len(clocks) < 0.2
    states = Counter(made.order.state for made in orders)
    assert states[OrderState.HANDLING] > 5
    assert states[OrderState.CLOSED] > 2000
    assert sum(made.order.repeat_of is not None for made in orders) > 60


def test_heating_is_a_winters_matter_and_one_estate_bursts(orders: list[SampleOrder]) -> None:
    heating = [made.order for made in orders if made.order.category.startswith("公共服务/供暖")]
    months = Counter(order.received_at.astimezone(BEIJING).month for order in heating if order.received_at)
    assert months[1] + months[12] > 5 * (months[6] + months[7])
    places = Counter((order.place, order.received_at.date()) for order in heating if order.received_at)
    assert places.most_common(1)[0][1] > 20


@pytest.mark.parametrize("month", [2, 5, 8, 11])
def test_neighbours_gather_and_a_matter_rises_in_every_season(repository: Path, month: int) -> None:
    end = END.replace(month=month)
    calls = sample_calls(load_world(repository / "policy_corpus"), end, 3200, random.Random(12345))
    watched = [
        WatchedOrder(str(at), call.at, call.matter.category, call.street, call.place, call.phone)
        for at, call in enumerate(calls)
    ]
    assert any(signal.cell.category == "城乡建设/夜间施工" for signal in groups(watched, end))
    assert any(signal.cell.category == "住房/加装电梯" for signal in rising(watched, end))
