"""How a rule reads a text: order, distance, sentence, excuses."""

from __future__ import annotations

import pytest

from assistant.domain.request_model import RequestModel, ngram_buckets, sentences
from assistant.domain.screening_rules import Reading, Rule, compile_rule, compile_words

WORDS = compile_words({"a": ["甲"], "b": ["乙"], "c": ["丙"], "excuse": ["免"]})


def rule(**changes: object) -> Rule:
    return compile_rule("guardrails_illegal", WORDS, **{"id": "r", "needs": ["a", "b"], "span": 3, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("甲乙", True),
        ("甲一二三乙", True),
        ("甲一二三四乙", False),
        ("乙甲", False),
        ("甲。乙", False),
        ("甲，乙", True),
    ],
)
def test_order_and_distance(text: str, breaks: bool) -> None:
    assert bool(list(rule().matches(Reading("plain", text)))) is breaks


def test_any_order() -> None:
    assert list(rule(any_order=True).matches(Reading("plain", "乙甲"))) == [(0, 2)]


@pytest.mark.parametrize(("text", "breaks"), [("甲乙免", False), ("免，甲乙", True), ("免。甲乙", True)])
def test_an_excuse_counts_in_its_clause(text: str, breaks: bool) -> None:
    assert bool(list(rule(unless=["excuse"]).matches(Reading("plain", text)))) is breaks


def test_an_excuse_for_the_whole_sentence() -> None:
    assert not list(rule(unless=["excuse"], unless_scope="sentence").matches(Reading("plain", "免，甲乙")))
    assert not list(rule(unless_sentence=["excuse"]).matches(Reading("plain", "免，甲乙")))


def test_long_texts_need_more() -> None:
    strict = rule(long_needs=["c"])
    assert list(strict.matches(Reading("plain", "甲乙")))
    assert not list(strict.matches(Reading("plain", "甲乙" + "。" * 200)))
    assert list(strict.matches(Reading("plain", "甲乙丙" + "。" * 200)))


def test_documents_need_more() -> None:
    strict = rule(document_needs=["c"])
    assert not list(strict.matches(Reading("plain", "甲乙"), in_document=True))
    assert list(strict.matches(Reading("plain", "甲乙丙"), in_document=True))


def test_an_undeclared_class_is_refused() -> None:
    with pytest.raises(KeyError):
        rule(needs=["a", "nobody"])


def test_the_model_adds_up_its_ngrams() -> None:
    weights = [0] * 64
    weights[next(iter(ngram_buckets("坏", 64)))] = 100
    model = RequestModel("guardrails_illegal", weights, 0.1, -0.5, 0.0, 0.0, asking_only=True)
    assert model.score("坏") > model.bias
    assert model.fires("坏")


def test_only_sentences_that_ask_are_judged() -> None:
    text = "这是一段很长的陈述没有问题。请问怎么办理这件事情呢？"
    assert list(sentences(text, asking_only=True)) == ["请问怎么办理这件事情呢"]
    assert len(list(sentences(text, asking_only=False))) == 2
