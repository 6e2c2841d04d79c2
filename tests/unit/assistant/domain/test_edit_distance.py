"""The bit-parallel distance equals the textbook's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.edit_distance import edit_distance


def by_the_book(left: str, right: str) -> int:
    before = list(range(len(right) + 1))
    for row, ours in enumerate(left, start=1):
        now = [row]
        for column, theirs in enumerate(right, start=1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (ours != theirs)))
        before = now
    return before[-1]


@given(st.text("ab漏水已修", max_size=40), st.text("ab漏水已修", max_size=40))
def test_equals_the_textbook(left: str, right: str) -> None:
    assert edit_distance(left, right) == by_the_book(left, right)


def test_of_sentences() -> None:
    assert edit_distance("漏水点已修复", "漏水点已经修好") == 2
    assert edit_distance("", "三个字") == 3
    assert edit_distance("同样", "同样") == 0
