"""A model of pairs fitted while the task runs: what two texts share and where they differ. Nothing of it is kept or released."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.similarity.signatures import TokenCounts, overlaps, pairs_of, sign
from evals.tasks.duplicates.pairs import Pair
from retrieval.lexical import normalise, token_ids

HASHES = 1 << 17
_NEGATION = re.compile("[不没无未别]")
_NUMBER = re.compile(r"\d+")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PairModel:
    """``words``: which shared and which differing tokens matter; ``trees``: that and how alike the texts are."""

    words: Any
    trees: Any
    counts: TokenCounts

    def chances(self, pairs: Sequence[Pair]) -> Floats:
        told = self.words.decision_function(token_rows(pairs))
        return np.asarray(self.trees.predict_proba(np.c_[likeness(pairs, self.counts), told])[:, 1])


def fit(pairs: Sequence[Pair], labels: Sequence[bool], seed: int = 0) -> PairModel:
    """The trees see what the words say of pairs that these have not seen; texts of one question stay in one fold."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    counts = TokenCounts.of([pairs_of(text) for pair in pairs for text in (pair.first, pair.second)])
    rows, words = token_rows(pairs), LogisticRegression(C=0.3, solver="liblinear", random_state=seed)
    folds = GroupKFold(5).split(rows, labels, groups_of(pairs))
    unseen = cross_val_predict(words, rows, labels, cv=list(folds), method="decision_function")
    trees = HistGradientBoostingClassifier(max_leaf_nodes=15, learning_rate=0.06, max_iter=200, random_state=seed)
    return PairModel(words.fit(rows, labels), trees.fit(np.c_[likeness(pairs, counts), unseen], labels), counts)


def crossfit(pairs: Sequence[Pair], labels: Sequence[bool], folds: int = 5) -> Floats:
    """Chances of every pair by a model that has seen none with the same first text."""
    from sklearn.model_selection import GroupKFold

    found = np.zeros(len(pairs))
    for train, held in GroupKFold(folds).split(pairs, labels, groups_of(pairs)):
        model = fit([pairs[at] for at in train], [labels[at] for at in train])
        found[held] = model.chances([pairs[at] for at in held])
    return found


def groups_of(pairs: Sequence[Pair]) -> list[str]:
    return [pair.first for pair in pairs]


def token_rows(pairs: Sequence[Pair]) -> Any:
    """Hashed tokens that stand in one text only, and those in both; CSR, shape (n, 2 · HASHES)."""
    from scipy.sparse import csr_matrix

    columns, owners = [], []
    for at, pair in enumerate(pairs):
        one, other = np.unique(token_ids(pair.first)), np.unique(token_ids(pair.second))
        differing, shared = np.setxor1d(one, other, True), np.intersect1d(one, other, True)
        found = np.concatenate([_hashed(differing), _hashed(shared) + HASHES])
        columns.append(found)
        owners.append(np.full(len(found), at))
    values = np.ones(sum(map(len, columns)))
    place = (np.concatenate(owners), np.concatenate(columns))
    return csr_matrix((values, place), shape=(len(pairs), 2 * HASHES))


def _hashed(tokens: NDArray[np.uint32]) -> NDArray[np.int64]:
    return (tokens.astype(np.uint64) * np.uint64(2654435761) % np.uint64(HASHES)).astype(np.int64)


def likeness(pairs: Sequence[Pair], counts: TokenCounts) -> Floats:
    """How alike two texts are in meaning, words, order of characters, length, numbers and negations; shape (n, 10)."""
    first, second = sign([pair.first for pair in pairs]), sign([pair.second for pair in pairs])
    return np.array(
        [
            [float(a.vector @ b.vector), float(overlaps(a.tokens, [b.tokens], counts)[0]), *_shape(pair)]
            for pair, a, b in zip(pairs, first, second, strict=True)
        ]
    )


def _shape(pair: Pair) -> list[float]:
    one, other = normalise(pair.first), normalise(pair.second)
    short, long = sorted((max(1, len(one)), max(1, len(other))))
    shared = sum((Counter(one) & Counter(other)).values())
    negations = abs(len(_NEGATION.findall(one)) - len(_NEGATION.findall(other)))
    numbers = _NUMBER.findall(one) != _NUMBER.findall(other)
    ordered = common_subsequence(one, other)
    return [shared / short, shared / long, ordered / long, ordered / short, long - short, short, numbers, negations]


def common_subsequence(one: str, other: str) -> int:
    """Length of the longest common subsequence (Hunt and Szymanski 1977, as bits of one number per row)."""
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << at
    row = 0
    for character in other:
        either = row | places.get(character, 0)
        row = either & (either ^ (either - (row << 1 | 1)))
    return row.bit_count()
