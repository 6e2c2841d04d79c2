"""Chances of spans, against all paths of a small chain summed one by one, and what is told of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pytest

from assistant.learning.sequence_tagger import spans_of
from evals.tasks.extract.span_decoding import FAINT, Chain, mixed, span_chances, worth_telling

TAGS = ("B-road", "I-road", "B-poi", "I-poi", "B-floor", "O")


def chain_of(tokens: int, seed: int) -> Chain:
    draw = np.random.default_rng(seed).normal
    size = len(TAGS)
    return Chain(
        draw(size=(tokens, size)).astype(np.float32),
        draw(size=(size, size)).astype(np.float32),
        draw(size=size).astype(np.float32),
    )


def summed_one_by_one(chain: Chain) -> dict[tuple[int, int, str], float]:
    weights: dict[tuple[int, int, str], float] = defaultdict(float)
    total = 0.0
    for path in product(range(len(TAGS)), repeat=len(chain.scores)):
        log = chain.start[path[0]] + sum(chain.scores[at, tag] for at, tag in enumerate(path))
        weight = float(np.exp(log + sum(chain.transitions[one, other] for one, other in zip(path, path[1:]))))  # noqa: B905, RUF007
        total += weight
        for span in spans_of([TAGS[tag] for tag in path]):
            weights[span] += weight
    return {span: weight / total for span, weight in weights.items()}


@pytest.mark.parametrize(("tokens", "seed"), [(1, 0), (2, 1), (4, 2), (5, 3)])
def test_chances_are_those_of_all_paths(tokens: int, seed: int) -> None:
    chain = chain_of(tokens, seed)
    expected = {span: chance for span, chance in summed_one_by_one(chain).items() if chance >= FAINT}
    assert span_chances(chain, TAGS) == pytest.approx(expected, rel=1e-4)


def test_no_token_no_span() -> None:
    empty = Chain(np.zeros((0, 6), np.float32), np.zeros((6, 6), np.float32), np.zeros(6, np.float32))
    assert span_chances(empty, TAGS) == {} and worth_telling({}, 0, 0.4) == []


def test_a_span_is_told_only_from_its_chance_on_and_never_over_another() -> None:
    chances = {(0, 2, "road"): 0.7, (0, 4, "poi"): 0.6, (2, 4, "poi"): 0.55, (4, 5, "floor"): 0.44}
    assert worth_telling(chances, 5, 0.45) == [(0, 2, "road"), (2, 4, "poi")]
    assert worth_telling(chances, 5, 0.4) == [(0, 2, "road"), (2, 4, "poi"), (4, 5, "floor")]


def test_taggers_have_one_voice_each() -> None:
    both = mixed([{(0, 1, "road"): 0.8}, {(0, 1, "road"): 0.4, (0, 2, "poi"): 0.6}])
    assert both == pytest.approx({(0, 1, "road"): 0.6, (0, 2, "poi"): 0.3})
