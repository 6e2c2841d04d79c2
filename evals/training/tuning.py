"""Tunes the static embedding on questions with known articles, never on the questions it is then judged by."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evals.training.embedding import Trainer
from evals.training.examples import Collection, Example
from evals.training.pairs import Pair
from retrieval.forward_columns import gather
from retrieval.matching import Floats
from retrieval.passage_features import semantic_features
from retrieval.static_embedding import Vectors, Vocabulary
from retrieval.units import Units, joined, units

STEPS, RATE = 120, 6e-4
_HARD = 60


@dataclass(frozen=True, slots=True)
class Texts:
    """Heads and texts of a collection as units, by row of its forward index."""

    collection: Collection

    def text(self, row: int) -> Units:
        columns = self.collection.forward.columns
        return gather(columns.text, columns.text_offset, np.array([row]))[0]

    def full(self, row: int) -> Units:
        columns = self.collection.forward.columns
        head = gather(columns.head_units, columns.head_offset, columns.head[[row]].astype(np.int64))[0]
        return joined([head, self.text(row)])


def tune(vocabulary: Vocabulary, weight: Vectors, texts: Texts, examples: Sequence[Example], seed: int) -> Vectors:
    """New vectors, from a copy of ``weight``."""
    drawn = random.Random(seed)
    useful = [example for example in examples if example.relevant.any()]
    trainer = Trainer(vocabulary, weight.copy())
    for step in range(STEPS if useful else 0):
        trainer.step(_batch(drawn, texts, useful), RATE * (1 - step / STEPS) + 1e-5)
    return trainer.weight


def _batch(drawn: random.Random, texts: Texts, examples: Sequence[Example]) -> list[Pair]:
    """Questions with an article, close misses with themselves, and plain self-supervision so that nothing is forgotten."""
    pairs: list[Pair] = []
    for example in drawn.sample(list(examples), min(64, len(examples))):
        good = int(drawn.choice(example.rows[example.relevant]))
        pairs.append((units(example.case.question), texts.full(good), good))
        misses = example.rows[:_HARD][~example.relevant[:_HARD]].tolist()
        pairs += [
            (_stretch(drawn, texts.text(row)), texts.full(row), row)
            for row in drawn.sample(misses, min(3, len(misses)))
        ]
    total = len(texts.collection.forward.columns)
    return pairs + [_within(drawn, texts.text(drawn.randrange(total)), -place - 1) for place in range(200)]


def _stretch(drawn: random.Random, text: Units) -> Units:
    size = drawn.randint(8, 40)
    start = drawn.randint(0, max(0, len(text) - size))
    return text[start : start + size]


def _within(drawn: random.Random, text: Units, name: int) -> Pair:
    start = drawn.randint(0, max(0, len(text) - 20))
    return text[start : start + 20], joined([text[:start], text[start + 20 :]]), name


def with_vectors(vocabulary: Vocabulary, weight: Vectors, texts: Texts, examples: Sequence[Example]) -> list[Example]:
    """The examples with the semantic features that these vectors give."""
    embedding = Trainer(vocabulary, weight).embedding()
    rows = np.unique(np.concatenate([example.rows for example in examples]))
    known = embedding.encode([texts.full(int(row)) for row in rows])
    asked = embedding.encode([units(example.case.question) for example in examples])
    return [
        _resembling(example, known[np.searchsorted(rows, example.rows)] @ one)
        for example, one in zip(examples, asked, strict=True)
    ]


def _resembling(example: Example, like: Floats) -> Example:
    fresh = semantic_features(np.asarray(like, np.float32), example.features["first_share"])
    return replace(example, features=example.features | fresh)


def out_of_fold(
    vocabulary: Vocabulary,
    weight: Vectors,
    texts: Texts,
    examples: Sequence[Example],
    side: NDArray[np.int64],
    seed: int,
) -> list[Example]:
    """Each example with vectors tuned on the examples of the other side only."""
    placed: list[Example | None] = [None] * len(examples)
    for held in (0, 1):
        taught = [example for example, one in zip(examples, side, strict=True) if one != held]
        tuned = tune(vocabulary, weight, texts, taught, seed)
        where = np.flatnonzero(side == held).tolist()
        for place, example in zip(
            where, with_vectors(vocabulary, tuned, texts, [examples[w] for w in where]), strict=True
        ):
            placed[place] = example
    return [example for example in placed if example is not None]
