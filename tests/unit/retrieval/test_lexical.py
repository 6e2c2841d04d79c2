"""Tokens must be the same in every process and on every machine: an index outlives both."""

import numpy as np
import pytest

from retrieval import lexical


def test_han_runs_give_characters_and_bigrams_and_words_stay_whole() -> None:
    assert lexical.tokenize("物业费 VIP 1.5元") == ["物", "业", "费", "物业", "业费", "vip", "1.5", "元"]


def test_bigrams_do_not_cross_punctuation() -> None:
    assert "业费" not in lexical.tokenize("物业，费用")


@pytest.mark.parametrize(
    ("written", "plain"), [("１２３４５", "12345"), ("物\u200b业", "物业"), ("ＡＢＣ", "abc"), ("⼈⼝", "人口")]
)
def test_compatibility_and_invisible_characters_do_not_change_tokens(written: str, plain: str) -> None:
    assert lexical.tokenize(written) == lexical.tokenize(plain)


def test_ids_are_frozen() -> None:
    assert [lexical.token_id(token) for token in ("物业", "物", "12345")] == [305430554, 1073771113, 3421846044]


@pytest.mark.parametrize("text", ["物业费ABC 1.5亿元", "", "é", "\ud800x", "㐂物", "A1B2停车"])
def test_the_vectorised_ids_are_those_of_the_tokens(text: str) -> None:
    assert sorted(lexical.token_ids(text).tolist()) == sorted(map(lexical.token_id, lexical.tokenize(text)))


def test_document_weights_saturate_and_punish_length() -> None:
    ids, weights = lexical.document_vector("停停停车")
    by_id = dict(zip(ids.tolist(), weights.tolist(), strict=True))
    often, once = by_id[lexical.token_id("停")], by_id[lexical.token_id("车")]
    assert once < often < 3 * once
    longer = lexical.document_vector("停停停车" + "楼" * 300)
    assert dict(zip(*longer, strict=True))[lexical.token_id("车")] < once


@pytest.mark.parametrize(
    "texts",
    [["停停停车", "", "物业费ABC 1.5亿元", "楼\0道", "é\ud800x", "", "车" * 500], [""], [], ["", "1.5"], ["人"]],
)
def test_vectors_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    for text, (ids, weights) in zip(texts, lexical.document_vectors(texts), strict=True):
        expected_ids, expected_weights = lexical.document_vector(text)
        assert ids.tolist() == expected_ids.tolist()
        assert weights.tolist() == pytest.approx(expected_weights.tolist())


def test_query_counts_repeated_tokens() -> None:
    ids, weights = lexical.query_vector("车车")
    assert weights[ids.tolist().index(lexical.token_id("车"))] == 2


def test_rare_tokens_weigh_more() -> None:
    rare, common = lexical.inverse_document_frequency(np.array([1, 900]), 1000)
    assert rare > common > 0
