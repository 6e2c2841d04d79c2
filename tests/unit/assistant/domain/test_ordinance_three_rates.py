"""三率 by the ordinance: Article 32 (what is measured) and Article 34 (what is published). Orders are invented (演示数据)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.public_rates import SMALL, hidden_groups, publish
from assistant.domain.three_rates import (
    Exclusions,
    Grouping,
    Measure,
    Period,
    RateCounts,
    RatedOrder,
    RateFilter,
    ThreeRates,
    Weights,
    count,
    measures_of,
    rate_groups,
    total,
)
from assistant.domain.work_order_events import Satisfaction

# A 考核期 as the operator names it; no calendar month.
PERIOD = Period(date(2026, 2, 19), date(2026, 3, 18))
DAYS = st.none() | st.dates(date(2026, 2, 10), date(2026, 3, 25))
CATEGORIES = ("住房/物业管理/漏水", "住房/物业管理", "住房", "住房保障/公租房", "公共服务/供暖", "")
ORDERS = st.builds(
    RatedOrder,
    id=st.text("abc", min_size=1, max_size=4),
    day=DAYS,
    unit=st.sampled_from(("housing", "heating", "演示街道", "")),
    category=st.sampled_from(CATEGORIES),
    channel=st.sampled_from(("电话", "网络")),
    street=st.sampled_from(("street-a", "")),
    type=st.sampled_from(("投诉", "咨询")),
    closed_by=st.sampled_from(("", "回访办结", "直接答复")),
    contacted=st.none() | st.booleans(),
    solved=st.none() | st.booleans(),
    satisfaction=st.sampled_from(Satisfaction),
)
LISTS = st.lists(ORDERS, max_size=30)
EXCLUSIONS = st.builds(
    Exclusions,
    orders=st.frozensets(st.text("abc", min_size=1, max_size=2), max_size=3),
    types=st.frozensets(st.sampled_from(("投诉", "咨询"))),
    endings=st.frozensets(st.just("直接答复")),
    channels=st.frozensets(st.just("网络")),
    categories=st.frozensets(st.sampled_from(("住房", "公共服务/供暖"))),
)
GROUPINGS = st.sampled_from(Grouping)
WHOLE = RateFilter(PERIOD)
NONE = Exclusions()


def asked(id: str = "a", **answers: object) -> RatedOrder:
    known: dict[str, object] = {"contacted": True, "solved": True, "satisfaction": Satisfaction.SATISFIED}
    return RatedOrder(id, date(2026, 3, 1), "housing", **(known | answers))  # type: ignore[arg-type]


def test_article_32_the_three_rates_are_shares_of_the_valid_follow_ups() -> None:
    orders = [
        asked(),
        asked(satisfaction=Satisfaction.BASICALLY),
        asked(solved=False, satisfaction=Satisfaction.DISSATISFIED),
        asked(contacted=False, solved=False, satisfaction=Satisfaction.NOT_GIVEN),
        RatedOrder("not-reached", date(2026, 3, 1)),
    ]
    counts = count(orders, NONE)
    assert counts == RateCounts(orders=5, excluded=0, valid=4, contacted=3, solved=2, satisfied=2)
    assert counts.rates == ThreeRates(0.75, 0.5, 0.5)


def test_article_32_without_a_valid_follow_up_there_is_no_rate() -> None:
    assert count([RatedOrder("a", date(2026, 3, 1))], NONE).rates == ThreeRates(None, None, None)


def test_article_32_a_period_is_the_days_it_names() -> None:
    days = {"before": date(2026, 2, 18), "first": PERIOD.first, "last": PERIOD.last, "after": date(2026, 3, 19)}
    orders = [replace(asked(name), day=day) for name, day in days.items()]
    assert [order.id for order in orders if WHOLE.fits(order)] == ["first", "last"]
    for first, last in ((PERIOD.last, PERIOD.first), (date.min, PERIOD.last), (PERIOD.first, date.max)):
        with pytest.raises(ValueError):
            Period(first, last)


def test_article_32_groups_stand_by_name_not_by_rate() -> None:
    orders = [replace(asked(solved=False), unit="b-unit"), replace(asked(), unit="c-unit"), replace(asked(), unit="a")]
    assert list(rate_groups(orders, WHOLE, Grouping.UNIT, NONE)) == ["a", "b-unit", "c-unit"]


def test_article_32_a_category_takes_in_what_lies_below_and_no_namesake() -> None:
    orders = [replace(asked(), category=category) for category in CATEGORIES]
    wanted = replace(WHOLE, category="住房")
    assert sum(map(wanted.fits, orders)) == 3
    assert set(rate_groups(orders, WHOLE, Grouping.CATEGORY, NONE)) == {"", "住房", "住房保障", "公共服务"}
    assert "住房/物业管理" in rate_groups(orders, WHOLE, Grouping.CATEGORY, NONE, depth=2)


def test_article_32_no_composite_unless_somebody_sets_weights() -> None:
    rates = ThreeRates(1.0, 0.5, 0.0)
    assert rates.composite(None) is None
    assert rates.composite(Weights(2, 1, 1)) == pytest.approx(0.625)
    assert ThreeRates(None, None, None).composite(Weights(1, 1, 1)) is None
    for parts in ((0, 0, 0), (-1, 1, 1), (float("nan"), 1, 1), (float("inf"), 1, 1)):
        with pytest.raises(ValueError):
            Weights(*parts)


@pytest.mark.parametrize(
    "exclusions",
    [
        Exclusions(orders=frozenset({"a"})),
        Exclusions(types=frozenset({"投诉"})),
        Exclusions(endings=frozenset({"直接答复"})),
        Exclusions(channels=frozenset({"网络"})),
        Exclusions(categories=frozenset({"住房"})),
    ],
)
def test_article_32_what_is_excluded_is_counted_apart(exclusions: Exclusions) -> None:
    order = replace(asked(), type="投诉", closed_by="直接答复", channel="网络", category="住房/物业管理")
    assert count([order], exclusions) == RateCounts(orders=1, excluded=1)


@given(LISTS, EXCLUSIONS)
def test_article_32_rates_and_composite_lie_between_none_and_all(orders: list[RatedOrder], out: Exclusions) -> None:
    rates = count(orders, out).rates
    shares = (rates.response, rates.resolution, rates.satisfaction, rates.composite(Weights(0.1, 0.2, 0.7)))
    assert all(share is None or 0 <= share <= 1 for share in shares)


@given(LISTS, EXCLUSIONS, GROUPINGS, st.integers(1, 3))
def test_article_32_groups_add_up_to_the_whole(
    orders: list[RatedOrder], out: Exclusions, by: Grouping, depth: int
) -> None:
    groups = rate_groups(orders, WHOLE, by, out, depth=depth)
    assert total(groups) == count(filter(WHOLE.fits, orders), out)


@given(LISTS, LISTS, EXCLUSIONS)
def test_article_32_counts_of_parts_add_up(first: list[RatedOrder], second: list[RatedOrder], out: Exclusions) -> None:
    assert count(first, out) + count(second, out) == count([*first, *second], out)


@given(LISTS, EXCLUSIONS)
def test_article_32_an_exclusion_never_raises_the_denominator(orders: list[RatedOrder], out: Exclusions) -> None:
    before, after = count(orders, NONE), count(orders, out)
    assert after.valid <= before.valid
    assert after.orders == before.orders
    assert before.excluded == 0


@given(ORDERS, EXCLUSIONS)
def test_article_32_every_valid_answer_is_counted_once(order: RatedOrder, out: Exclusions) -> None:
    measures = measures_of(order, out)
    pairs = (
        (Measure.CONTACTED, Measure.NOT_CONTACTED),
        (Measure.SOLVED, Measure.UNSOLVED),
        (Measure.SATISFIED, Measure.NOT_SATISFIED),
    )
    for pair in pairs:
        assert len(measures & set(pair)) == (Measure.VALID in measures)


def sized(**sizes: int) -> dict[str, RateCounts]:
    return {name: RateCounts(orders=size, valid=size, contacted=size) for name, size in sizes.items()}


def test_article_34_small_groups_are_hidden_in_what_is_published() -> None:
    whole, groups = publish(sized(large=200, middle=9, small=4, other=2, empty=0))
    assert (groups["small"].valid, groups["small"].rates) == (None, None)
    assert groups["large"].valid == 200
    assert groups["empty"].valid == 0
    assert whole.valid == 215


def test_article_34_one_hidden_group_takes_a_second_with_it() -> None:
    assert hidden_groups(sized(large=200, middle=9, small=4)) == {"small", "middle"}
    assert hidden_groups(sized(large=200, middle=9)) == frozenset()
    assert publish(sized(small=4))[0].valid is None


@given(st.dictionaries(st.text("abcd", min_size=1, max_size=3), st.integers(0, 12), max_size=8))
def test_article_34_nothing_small_is_found_by_subtraction(sizes: dict[str, int]) -> None:
    groups = sized(**sizes)
    whole, shown = publish(groups)
    assert all(row.valid is None or row.valid == 0 or row.valid >= SMALL for row in shown.values())
    if whole.valid is not None and None in {row.valid for row in shown.values()}:
        rest = whole.valid - sum(row.valid or 0 for row in shown.values())
        assert rest >= SMALL
        assert sum(row.valid is None for row in shown.values()) > 1
