"""Fits a text classifier; every figure it states comes from texts that the judged model had not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.learning.calibration import coverage_at_precision, expected_calibration_error, macro_f1
from assistant.learning.classifier import TextClassifier, mention_scores
from assistant.learning.conditional_logit import fit_weights, softmax
from assistant.learning.examples import Example
from assistant.learning.profiles import LabelProfile, bare_profiles
from assistant.learning.terms import Terms, count_terms
from assistant.learning.views import VIEW_NAMES, LinearViews, ViewOptions, fit_views, sparse_matrix, unit_columns
from assistant.learning.vocabulary import Vocabulary

Array = NDArray[np.float32]
Gold = NDArray[np.int64]
SMALL_HISTORY = 6_000
MIDDLING_HISTORY = 12_000
HANDICAPS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class FitOptions:
    """``fair`` takes the label by macro-F1 on held-back folds instead of by probability alone."""

    seed: int = 12345
    strength: float = 0.5
    fair: bool = True


@dataclass(frozen=True)
class Fitted:
    """``held_back`` are figures on inner folds; ``view_weights`` say what the model listens to."""

    classifier: TextClassifier
    held_back: dict[str, float]
    view_weights: dict[str, float]
    rows: int


@dataclass(frozen=True)
class _Task:
    """Everything that all folds share; ``profiles`` give the order of the labels."""

    examples: Sequence[Example]
    counted: Sequence[Terms]
    gold: Gold
    profiles: Sequence[LabelProfile]
    options: FitOptions

    @property
    def small(self) -> bool:
        """Decided for all folds alike: a view that the last model lacks must not have been listened to."""
        return len(self.gold) <= SMALL_HISTORY

    @property
    def middling(self) -> bool:
        return len(self.gold) <= MIDDLING_HISTORY

    @property
    def mentioned(self) -> Array:
        names = [profile.names for profile in self.profiles]
        return np.stack([mention_scores(example, names) for example in self.examples])


def fit(
    examples: Sequence[Example],
    profiles: Sequence[LabelProfile] | None = None,
    options: FitOptions | None = None,
    counted: Sequence[Terms] | None = None,
    known: frozenset[str] | None = None,
) -> Fitted:
    """Learns the labels of ``profiles`` (default: those of the examples).

    ``counted`` may bring the terms of ``examples`` counted before, by ``count_all`` with ``known``.

    Raises:
        ValueError: fewer than two labels or four examples.
        LearningUnavailable: scikit-learn is missing.
    """
    labels = sorted({example.label for example in examples})
    if len(labels) < 2 or len(examples) < 4:
        raise ValueError("at least two labels and four labelled texts are needed")
    profiles = tuple(profiles or bare_profiles(labels))
    number = {profile.label: index for index, profile in enumerate(profiles)}
    gold = np.array([number[example.label] for example in examples])
    if counted is None:
        known = known_words(examples)
        counted = count_all(examples, known)
    task = _Task(examples, counted, gold, profiles, options or FitOptions())
    return _fit(task, known)


def known_words(examples: Sequence[Example]) -> frozenset[str] | None:
    """The words of a history that is mostly pre-cut: other texts are then cut down to them, else None."""
    cut = [example for example in examples if example.tokens]
    return frozenset(word for example in cut for word in example.tokens) if 2 * len(cut) > len(examples) else None


def count_all(examples: Sequence[Example], known: frozenset[str] | None) -> list[Terms]:
    return [count_terms(example, known) for example in examples]


def _fit(task: _Task, known: frozenset[str] | None) -> Fitted:
    mentioned = task.mentioned
    vocabulary, views, scores = _views_and_scores(task, mentioned)
    weights = fit_weights(scores, task.gold)
    chances = softmax(np.asarray(scores @ weights, np.float32))
    matrix, bias, mention_weight = views.merged(weights)
    handicap = _handicap(task, chances, views.counts)
    classifier = TextClassifier(
        tuple(profile.label for profile in task.profiles),
        vocabulary,
        matrix,
        bias,
        handicap,
        tuple(profile.names for profile in task.profiles),
        mention_weight,
        known,
    )
    figures = figures_of(task.gold, chances, handicap)
    return Fitted(classifier, figures, dict(zip(VIEW_NAMES, map(float, weights), strict=True)), len(task.gold))


def _views_and_scores(task: _Task, mentioned: Array) -> tuple[Vocabulary, LinearViews, Array]:
    """The views of all texts, and what views fitted without its fold say of each text."""
    scores = np.zeros((len(task.gold), len(task.profiles), len(VIEW_NAMES)), np.float32)
    for train, held in folds_of(task.gold, 5 if task.small else 3, task.options.seed):
        vocabulary, views = _views(task, train)
        matrix = sparse_matrix(vocabulary.vectors(task.counted[row] for row in held), len(vocabulary.keys))
        scores[held] = views.scores(matrix, mentioned[held])
    vocabulary, views = _views(task, np.arange(len(task.gold)))
    return vocabulary, views, scores


def _views(task: _Task, rows: NDArray[np.int64]) -> tuple[Vocabulary, LinearViews]:
    vocabulary, matrix, catalogue = _matrices(task, rows)
    options = ViewOptions(task.options.strength, task.options.seed, ridge=task.small, ratio=task.middling)
    words = int(np.searchsorted(vocabulary.keys, 0))
    return vocabulary, fit_views(matrix, task.gold[rows], len(task.profiles), catalogue, words, options)


def folds_of(gold: Gold, folds: int, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Stratified folds as (train rows, held-back rows): each label is dealt out in a seeded order."""
    shuffled = np.random.default_rng(seed).permutation(len(gold))
    by_label = shuffled[np.argsort(gold[shuffled], kind="stable")]
    fold = np.empty(len(gold), np.int64)
    fold[by_label] = np.arange(len(gold)) % folds
    for number in range(min(folds, len(gold))):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def _matrices(task: _Task, rows: NDArray[np.int64]) -> tuple[Vocabulary, Any, Array]:
    """Vocabulary of ``rows`` and of the catalogue's duties, term matrix of the rows, unit columns of the duties."""
    duties = [count_terms(Example(profile.label, "", " ".join(profile.words))) for profile in task.profiles]
    counted = [task.counted[row] for row in rows]
    vocabulary = Vocabulary.of([*counted, *(duty for duty in duties if len(duty[0]))], len(task.profiles))
    columns = len(vocabulary.keys)
    catalogue = np.asarray(sparse_matrix(vocabulary.vectors(duties), columns).todense(), np.float32).T
    return vocabulary, sparse_matrix(vocabulary.vectors(counted), columns), unit_columns(catalogue)


def _handicap(task: _Task, chances: Array, counts: Array) -> Array:
    """How much of the log share of a frequent label is taken away, chosen by macro-F1 on held-back texts."""
    share = np.log(np.maximum(counts, 1) / counts.sum())
    if not task.options.fair:
        return np.zeros_like(share)
    gold = list(map(str, task.gold))
    told = ((part, (np.log(chances + 1e-9) - part * share).argmax(1)) for part in HANDICAPS)
    best = max(told, key=lambda pair: (macro_f1(gold, list(map(str, pair[1]))), -pair[0]))
    return np.asarray(best[0] * share, np.float32)


def figures_of(gold: Gold, chances: Array, handicap: Array) -> dict[str, float]:
    """Accuracy, macro-F1, top 3, coverage at precision 0.95 with its threshold, and calibration error."""
    order = np.argsort(-chances, 1, kind="stable")
    right = order[:, 0] == gold
    taken = (np.log(chances + 1e-9) - handicap).argmax(1)
    covered, threshold = coverage_at_precision(chances.max(1), right)
    return {
        "top1": float(right.mean()),
        "top3": float((order[:, :3] == gold[:, None]).any(1).mean()),
        "accuracy": float((taken == gold).mean()),
        "macro_f1": macro_f1(list(map(str, gold)), list(map(str, taken))),
        "coverage_at_95": covered,
        "threshold_at_95": threshold,
        "calibration_error": expected_calibration_error(chances.max(1), right),
    }
