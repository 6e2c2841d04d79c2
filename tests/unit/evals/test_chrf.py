"""Our chrF is sacrebleu's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF

from evals.metrics.chrf import chrf

PEER = CHRF(word_order=0)
WORDS = st.text("办居住证要多久 15日ab，。", max_size=40)


@pytest.mark.parametrize(
    ("text", "reference", "value"), [("办证", "办证", 1.0), ("", "办证", 0.0), ("甲乙", "丙丁", 0.0)]
)
def test_equal_texts_are_one_and_texts_without_a_common_character_nothing(
    text: str, reference: str, value: float
) -> None:
    assert chrf(text, reference) == value


@given(WORDS, WORDS.filter(str.strip))
def test_it_is_what_sacrebleu_says(text: str, reference: str) -> None:
    assert chrf(text, reference) == pytest.approx(PEER.sentence_score(text, [reference]).score / 100, abs=1e-9)
