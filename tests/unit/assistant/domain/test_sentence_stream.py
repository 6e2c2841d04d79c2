from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.sentence_stream import SentenceStream, TokenedSentence

ANSWER = "试用期不得超过一个月[P1]。只能约定一次。[P2][P3]可以投诉[P1，P4]。\n联系电话12345【P2】"
EXPECTED = [
    TokenedSentence("试用期不得超过一个月。", ("P1",)),
    TokenedSentence("只能约定一次。", ("P2", "P3")),
    TokenedSentence("可以投诉。", ("P1", "P4")),
    TokenedSentence("联系电话12345", ("P2",)),
]


def cut(pieces: list[str]) -> list[TokenedSentence]:
    stream = SentenceStream()
    found = [sentence for piece in pieces for sentence in stream.feed(piece)]
    return [*found, *stream.finish()]


def test_sentences_with_tokens_inside_or_after_the_full_stop() -> None:
    assert cut([ANSWER]) == EXPECTED


@given(st.lists(st.integers(min_value=0, max_value=len(ANSWER)), max_size=30))
def test_how_the_stream_is_cut_changes_nothing(cuts: list[int]) -> None:
    places = sorted({0, len(ANSWER), *cuts})
    assert cut([ANSWER[a:b] for a, b in pairwise(places)]) == EXPECTED


def test_a_sentence_comes_as_soon_as_the_next_begins() -> None:
    stream = SentenceStream()
    assert list(stream.feed("第一句[P1]。")) == []
    assert list(stream.feed("第")) == [TokenedSentence("第一句。", ("P1",))]


def test_a_sentence_without_end_is_given_up() -> None:
    stream = SentenceStream()
    assert list(stream.feed("长" * 2000)) == []
    assert list(stream.finish()) == []
