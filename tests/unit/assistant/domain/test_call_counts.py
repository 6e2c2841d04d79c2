"""Counts of the telephone platform: read strictly, divided by the calls that came."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.domain.call_counts import CallCounts, column_names, read_day

TODAY = date(2026, 11, 23)
GOOD = {"day": "2026-11-22", "offered": "1,000", "answered": "970", "within_15s": "900"}


def test_shares_are_of_all_calls_that_came() -> None:
    whole = CallCounts(1000, 970, 900) + CallCounts(1000, 930, 900)
    assert (whole.connected, whole.connected_in_15s) == (0.95, 0.9)
    assert CallCounts().connected is CallCounts().connected_in_15s is None


@pytest.mark.parametrize(
    "header", [["日期", "呼入量", "接通量", "15秒接通量"], ["within_15s", "day", "answered", "offered"]]
)
def test_columns_are_known_in_both_languages_and_any_order(header: list[str]) -> None:
    assert set(column_names(header).values()) == set(header)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="接通量"):
        column_names(["日期", "呼入量", "15秒接通量"])


def test_a_row_is_a_day_with_its_counts() -> None:
    assert read_day(GOOD, TODAY) == (date(2026, 11, 22), CallCounts(1000, 970, 900))
    assert read_day(GOOD | {"day": "2026/11/22", "offered": "1000.0"}, TODAY)[1].offered == 1000


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "22.11.2026"},
        {"day": "2026-11-24"},
        {"day": "1900-01-01"},
        {"offered": "-1"},
        {"offered": "许多"},
        {"offered": ""},
        {"offered": "969"},
        {"within_15s": "971"},
        {"offered": "999999999"},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"日期|件数|不能多于"):
        read_day(GOOD | wrong, TODAY)
