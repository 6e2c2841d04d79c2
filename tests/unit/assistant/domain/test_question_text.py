from __future__ import annotations

import pytest

from assistant.domain.question_text import fold, has_words, visible_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0), ("物业费", 3), ("𠮷𪚥", 2), ("👨‍👩‍👧‍👦", 1), ("👍🏽👍", 2), ("🇨🇳🇨🇳", 2), ("🇨🇳🇨", 2), ("é", 1), ("e\u0301", 1),
        ("好" + "\u0301" * 500, 1), ("❤\ufe0f", 1), ("a\u200db", 1),
    ],
)  # fmt: skip
def test_length_is_what_a_reader_counts(text: str, length: int) -> None:
    assert visible_length(text) == length


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  物业费\n", "物业费"), ("ＡＢ１２", "AB12"), ("物\u200b业\u202e费\u2060\ufeff", "物业费"), ("a\U000e0041b", "ab"),
        ("\u3000", ""), ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)  # fmt: skip
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"), [("？？？", False), ("😀🎉", False), ("…—", False), ("啥？", True), ("12345", True)]
)
def test_words(text: str, expected: bool) -> None:
    assert has_words(fold(text)) is expected
