"""Judges texts by models that have not seen them: folds, one left out, a share, or another file; never a copy either side."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.learning.classifier import Prediction
from assistant.learning.examples import Example, as_example
from assistant.learning.fitting import FitOptions, count_all, fit, folds_of, known_words
from assistant.learning.profiles import LabelProfile
from assistant.learning.terms import Terms, words_of
from assistant.learning.views import LearningUnavailable
from evals.contracts import DatasetError, RunOptions
from evals.files import read_rows
from evals.row_forms import labelled
from evals.store import OutputStore, Stored, code_hash, key_of, open_store, recall

SAME = 0.35
Profiles = Callable[[Sequence[str]], Sequence[LabelProfile]]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """One held-back text, what was said of it, how long that took (seconds), and whether the store knew it."""

    example: Example
    prediction: Prediction
    seconds: float
    reused: bool = False


@dataclass(frozen=True)
class Material:
    """``cases`` are judged; ``own`` tells whether they also train each other; ``others`` always train."""

    cases: Sequence[Example]
    others: Sequence[Example]
    own: bool
    copies: int


def read_material(options: RunOptions, target: str) -> Material:
    """
    Raises:
        DatasetError: no history, or no row carries ``target``.
    """
    if not options.history:
        raise DatasetError("give --history FILE: labelled rows to learn from (the dataset itself for cross-validation)")
    dataset = options.dataset.resolve()
    cases = list(_examples(options, options.dataset, target, options.limit))
    others = [
        example for path in options.history if path.resolve() != dataset for example in _examples(options, path, target)
    ]
    if not cases:
        raise DatasetError(f"{options.dataset}: no row has the field {target!r}; name it with --set label=FIELD")
    kept = others if options.extra.get("copies") == "keep" else without_copies(others, cases)
    own = any(path.resolve() == dataset for path in options.history)
    return Material(cases, kept, own, len(others) - len(kept))


def _examples(options: RunOptions, path: Path, target: str, limit: int | None = None) -> Iterator[Example]:
    without = options.extra.get("without")
    for number, row in enumerate(read_rows(path, limit)):
        adapted, field = labelled(row, target, options.extra.get("text"))
        example = as_example(adapted, field, number)
        if example.labels and not (without and row.get(without)):
            yield example


def judge(material: Material, profiles: Profiles, options: RunOptions) -> Iterator[Judged]:
    """``--set folds=5`` (default), ``leave_one_out=true``, ``holdout=0.2``, ``seed=0`` choose what is held back.

    With ``--store``, what was said of a text after the very same lesson is said again; nothing is learned for it.

    Raises:
        DatasetError: the history is too small, or scikit-learn is not installed; the message says what to do.
    """
    examples = [*material.cases, *material.others]
    known = known_words(examples)
    counted = count_all(examples, known)
    others = np.arange(len(material.cases), len(examples))
    fit_options = FitOptions(fair=options.extra.get("fair", "true") == "true")
    with open_store(options.store) as store:
        for train, held in _splits(material, options):
            rows = np.concatenate([train, others])
            learned = [examples[row] for row in rows]
            labels = sorted({example.label for example in learned})
            lesson = Lesson(learned, [counted[row] for row in rows], known, tuple(profiles(labels)), fit_options)
            texts = [examples[row] for row in held]
            yield from _recalled(lesson, texts, store) if options.store else lesson.applied_to(texts)


@dataclass(frozen=True)
class Lesson:
    """All that a classifier is fitted from."""

    learned: Sequence[Example]
    counted: Sequence[Terms]
    known: frozenset[str] | None
    profiles: Sequence[LabelProfile]
    options: FitOptions

    @property
    def key(self) -> str:
        """Equal for lessons that teach the same: order counts, names of rows do not."""
        rows = [(one.title, one.text, one.tokens, one.labels) for one in self.learned]
        return key_of(
            "lesson",
            code_hash(),
            rows,
            sorted(self.known or ()),
            [asdict(one) for one in self.profiles],
            asdict(self.options),
        )

    def applied_to(self, texts: Sequence[Example]) -> Iterator[Judged]:
        """Raises ``DatasetError`` as ``judge`` does."""
        try:
            fitted = fit(self.learned, self.profiles, self.options, self.counted, self.known)
        except (LearningUnavailable, ValueError) as error:
            raise DatasetError(str(error)) from error
        for text in texts:
            started = time.perf_counter()
            prediction = fitted.classifier.predict(text)
            yield Judged(text, prediction, time.perf_counter() - started)


def _recalled(lesson: Lesson, texts: Sequence[Example], store: OutputStore) -> Iterator[Judged]:
    """In the order of ``texts``; only those that the store has not after an equal lesson are judged now."""
    about = lesson.key
    keys = [key_of(about, text.title, text.text, text.tokens) for text in texts]

    def judged(places: Sequence[int]) -> Iterator[Stored]:
        for one in lesson.applied_to([texts[at] for at in places]):
            yield Stored(asdict(one.prediction), one.seconds)

    outputs, fresh = recall(store, keys, judged)
    for at, (text, stored) in enumerate(zip(texts, outputs, strict=True)):
        yield Judged(text, _prediction(stored.output), stored.seconds, at not in fresh)


def _prediction(output: Mapping[str, Any]) -> Prediction:
    ranked = tuple((label, chance) for label, chance in output["ranked"])
    return Prediction(output["label"], ranked, output["known_terms"])


def _splits(material: Material, options: RunOptions) -> Iterator[tuple[Rows, Rows]]:
    count, extra = len(material.cases), options.extra
    seed = int(extra.get("seed", "0"))
    if not material.own:
        yield np.zeros(0, np.int64), np.arange(count)
    elif extra.get("leave_one_out") == "true":
        yield from ((np.delete(np.arange(count), row), np.array([row])) for row in range(count))
    elif "holdout" in extra:
        shuffled = np.random.default_rng(seed).permutation(count)
        held = round(count * float(extra["holdout"]))
        yield np.sort(shuffled[held:]), np.sort(shuffled[:held])
    else:
        labels = {label: number for number, label in enumerate(sorted({case.label for case in material.cases}))}
        gold = np.array([labels[case.label] for case in material.cases])
        yield from folds_of(gold, int(extra.get("folds", "5")), seed)


def without_copies(examples: Sequence[Example], cases: Sequence[Example]) -> list[Example]:
    """``examples`` without those that repeat a case: idf-weighted Jaccard of their words at least ``SAME``."""
    bags = [_bag(example) for example in examples]
    held: dict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(bags):
        for word in bag:
            held[word].append(number)
    idf = {word: float(np.log(1 + len(bags) / len(rows))) for word, rows in held.items()}
    sizes = np.array([sum(idf[word] for word in bag) for bag in bags])
    copies = np.zeros(len(bags), bool)
    for case in cases:
        copies |= _repeats(_bag(case), held, idf, sizes)
    return [example for example, copy in zip(examples, copies, strict=True) if not copy]


def _repeats(
    bag: set[str], held: dict[str, list[int]], idf: dict[str, float], sizes: NDArray[np.float64]
) -> NDArray[np.bool_]:
    shared = np.zeros(len(sizes))
    for word in bag & held.keys():
        shared[held[word]] += idf[word]
    own = sum(idf.get(word, 0.0) for word in bag)
    return np.asarray((shared > 0) & (shared >= SAME * (own + sizes - shared)))


def _bag(example: Example) -> set[str]:
    words = example.tokens or words_of(f"{example.title} {example.text}")
    return {word for word in words if len(word) > 1}
