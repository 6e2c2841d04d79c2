from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.numerals import parse_numeral, to_chinese


@given(st.integers(min_value=0, max_value=10**8 - 1))
def test_a_number_written_in_chinese_reads_back(number: int) -> None:
    assert parse_numeral(to_chinese(number)) == number


@given(st.integers(min_value=0, max_value=10**9))
def test_arabic_with_and_without_separators(number: int) -> None:
    assert parse_numeral(f"{number:,}") == parse_numeral(str(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十五", 25),
        ("一百零五", 105),
        ("两千", 2000),
        ("三万五千", 35_000),
        ("十万", 100_000),
        ("一亿二千万", 120_000_000),
        ("二〇二四", 2024),
        ("3.5万", 35_000),
        ("5万", 50_000),
        ("一点五", Fraction(3, 2)),
        ("零点五万", 5000),
    ],
)
def test_written_forms(text: str, value: int | Fraction) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize("text", ["", "万", "万一", "元", "一点", "三三十", "百"])
def test_what_is_no_numeral(text: str) -> None:
    assert parse_numeral(text) is None
