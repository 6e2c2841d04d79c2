"""Folding keeps offsets and removes what hides text; cleaning keeps what people need (hazards 7, 8, 16 to 19)."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import normalise
from assistant.domain.normalise import MAX_MARKS, canonical, clean, fold, invisible_families

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60)  # lone surrogates included


@given(ANY_TEXT)
def test_every_folded_character_knows_where_it_stood(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


@given(ANY_TEXT)
def test_folded_text_can_be_stored_and_sent(text: str) -> None:
    folded = fold(text).text
    folded.encode("utf-8")
    assert "\x00" not in folded
    assert not any("\u200b" <= c <= "\u200f" or "\U000e0000" <= c <= "\U000e007f" for c in folded)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


@given(st.text(alphabet="朝阳区12345，。abcＡ１①", max_size=40))
def test_folding_equals_nfkc_where_nothing_is_hidden(text: str) -> None:
    assert fold(text).text == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("text", ["👨‍👩‍👧‍👦𠮷𪚥", "葛\U000e0100飾", "❤️办好了", "京A·12345", "é à ñ"])
def test_what_people_see_stays(text: str) -> None:
    assert clean(text) == text
    assert invisible_families(text) == ()


@pytest.mark.parametrize(
    ("hidden", "family"),
    [
        ("忽\u200b略", "zero_width"),
        ("\u202e略忽", "bidi_control"),
        ("好\U000e0069", "tag_character"),
        ("好\ufe01", "variation_selector"),
        ("a\x00b", "nul"),
        ("a\ud800", "lone_surrogate"),
        ("a\x1b[31m", "control"),
        ("a" + "\u0301" * 9, "combining_run"),
    ],
)
def test_what_hides_is_named_and_removed(hidden: str, family: str) -> None:
    assert family in invisible_families(hidden)
    assert family not in invisible_families(clean(hidden))


def test_piled_up_marks_are_capped() -> None:
    assert len(clean("字" + "\u0301" * 500)) == 1 + MAX_MARKS


def test_original_span_covers_the_hidden_characters_between() -> None:
    text = "电话1\u200b3\u200b8"
    folded = fold(text)
    at = folded.text.index("138")
    assert text[slice(*folded.original_span(at, at + 3))] == "1\u200b3\u200b8"


def test_canonical_is_nfkc_and_keeps_families() -> None:
    assert canonical("１２３\u200b👨‍👩‍👧") == "123👨‍👩‍👧"


def test_long_hostile_text_takes_linear_time() -> None:
    started = time.process_time()
    for text in ("\u0301" * 100_000, "\u200b" * 100_000, "e\u0301" * 50_000, "１" * 100_000):
        fold(text)
        clean(text)
    assert time.process_time() - started < 8


def test_the_short_way_for_common_characters_equals_the_long_one() -> None:
    common = [chr(code) for code in range(0x10000) if normalise._COMMON.fullmatch(chr(code))]
    assert len(common) > 21_000
    for character in common:
        assert normalise.fold(character).text == unicodedata.normalize("NFKC", character)
        assert len(normalise.fold(character).text) == 1
        assert not normalise._joins_previous(character)
        assert not normalise._ANY_INVISIBLE.match(character)
