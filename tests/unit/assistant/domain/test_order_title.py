"""Titles end where a clause does and never grow long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.order_title import MAX_TITLE, whole_clauses


def test_a_short_text_is_its_title() -> None:
    assert whole_clauses("路灯不亮，请修。") == "路灯不亮，请修。"


def test_the_last_clause_that_fits_ends_the_title() -> None:
    said = "昨天晚上开始暖气不热，屋里才十四度，家里有老人和孩子，打了三次电话都没有人接，请快点派人来看看"
    assert whole_clauses(said) == "昨天晚上开始暖气不热，屋里才十四度，家里有老人和孩子，打了三次电话都没有人接"


def test_a_first_clause_too_short_to_name_a_matter_does_not_end_it() -> None:
    said = "您好，" + "楼下小饭馆半夜排油烟机一直轰轰响吵得全楼老人孩子都没有办法睡觉" * 2
    assert whole_clauses(said) == said[: MAX_TITLE - 1] + "…"


@given(st.text(alphabet="暖气不热，。！ab1", max_size=120))
def test_a_title_is_short_and_begins_as_the_text_does(text: str) -> None:
    title = whole_clauses(text)
    assert len(title) <= MAX_TITLE
    assert text.startswith(title.rstrip("…"))
