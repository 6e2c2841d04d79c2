from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.rate_limit import RateDecision, RateRule, decide


def admit_all(rule: RateRule, times: list[float]) -> list[RateDecision]:
    arrival: float | None = None
    decisions = []
    for now in times:
        decision, arrival = decide(rule, arrival, now)
        decisions.append(decision)
    return decisions


def test_refills_evenly() -> None:
    decisions = admit_all(RateRule(2, 60.0), [0.0, 0.0, 0.0, 29.9, 30.0, 30.0, 90.0, 90.0])
    assert [decision.allowed for decision in decisions] == [True, True, False, False, True, False, True, True]
    assert decisions[2].retry_after_s == 30.0
    assert decisions[0].remaining == 1


@given(st.integers(1, 50), st.lists(st.floats(0.0, 300.0), min_size=1, max_size=200))
def test_no_window_holds_more_than_burst_and_refill(limit: int, times: list[float]) -> None:
    rule = RateRule(limit, 60.0)
    ordered = sorted(times)
    admitted = [now for now, decision in zip(ordered, admit_all(rule, ordered), strict=True) if decision.allowed]
    for start in admitted:
        assert sum(start <= now < start + 60.0 - 1e-6 for now in admitted) <= 2 * limit


@given(st.integers(1, 50), st.lists(st.floats(0.0, 300.0), min_size=1, max_size=100))
def test_what_is_told_is_never_negative(limit: int, times: list[float]) -> None:
    for decision in admit_all(RateRule(limit), sorted(times)):
        assert 0 <= decision.remaining < limit
        assert decision.reset_s >= 0.0
        assert (decision.retry_after_s == 0.0) == decision.allowed
