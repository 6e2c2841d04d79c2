"""A linear-chain conditional random field (Lafferty et al. 2001) over named features; numpy only, no pickle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.learning.storage import ModelUnusable

Matrix = NDArray[np.float32]
Names = Sequence[Iterable[str]]
FORMAT = 1
ARRAYS, MODEL = "tagger.npz", "tagger.json"


@dataclass(frozen=True)
class SequenceTagger:
    """``weights`` (features, tags), ``transitions`` (tags, tags) from row to column, ``start`` (tags,)."""

    tags: tuple[str, ...]
    features: Mapping[str, int]
    weights: Matrix
    transitions: Matrix
    start: Matrix

    def scores(self, names: Names) -> Matrix:
        """(tokens, tags): what the features of each token say of each tag; unknown features say nothing."""
        rows = [[self.features[name] for name in one if name in self.features] for one in names]
        return np.array([self.weights[row].sum(axis=0) for row in rows], np.float32).reshape(-1, len(self.tags))

    def tag(self, names: Names) -> list[str]:
        return [self.tags[number] for number in best_path(self.scores(names), self.transitions, self.start)]


def best_path(scores: Matrix, transitions: Matrix, start: Matrix) -> list[int]:
    """The likeliest tags (Viterbi 1967); empty for no token."""
    if not len(scores):
        return []
    value, back = scores[0] + start, np.zeros(scores.shape, np.int64)
    for at in range(1, len(scores)):
        paths = value[:, None] + transitions
        back[at] = paths.argmax(axis=0)
        value = paths.max(axis=0) + scores[at]
    path = [int(value.argmax())]
    for at in range(len(scores) - 1, 0, -1):
        path.append(int(back[at, path[-1]]))
    return path[::-1]


def spans_of(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first, behind the last, label) of every BIO span; an I- that continues nothing opens a span."""
    spans: list[tuple[int, int, str]] = []
    for at, tag in enumerate(tags):
        head, _, label = tag.partition("-")
        if head == "I" and spans and spans[-1][1] == at and spans[-1][2] == label:
            spans[-1] = (spans[-1][0], at + 1, label)
        elif head in "BI":
            spans.append((at, at + 1, label))
    return spans


def without_idle(tagger: SequenceTagger, least: float) -> SequenceTagger:
    """The tagger without the features none of whose weights reaches ``least``."""
    strong = np.flatnonzero(np.abs(tagger.weights).max(axis=1) >= least)
    names = list(tagger.features)
    kept = {names[row]: number for number, row in enumerate(strong)}
    return SequenceTagger(tagger.tags, kept, tagger.weights[strong], tagger.transitions, tagger.start)


def save(tagger: SequenceTagger, folder: Path, facts: Mapping[str, object]) -> None:
    """Weights are kept in half precision: tags change on fewer than one token in a thousand."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / ARRAYS,
        weights=tagger.weights.astype(np.float16),
        transitions=tagger.transitions,
        start=tagger.start,
    )
    model = {"format": FORMAT, "tags": tagger.tags, "features": list(tagger.features), "facts": facts}
    (folder / MODEL).write_text(json.dumps(model, ensure_ascii=False, indent=0), encoding="utf-8")


def load(folder: Path) -> SequenceTagger:
    """
    Raises:
        ModelUnusable: a file is missing or damaged, or the two do not belong together.
    """
    try:
        model = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            weights, transitions, start = (arrays[name] for name in ("weights", "transitions", "start"))
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnusable(f"{folder} 中的标注模型不能读取（{error}）；请重新安装或重新训练。") from error
    if model.get("format") != FORMAT or weights.shape != (len(model["features"]), len(model["tags"])):
        raise ModelUnusable(f"{folder} 中的文件不属于同一次训练；请重新安装或重新训练。")
    features = {name: row for row, name in enumerate(model["features"])}
    return SequenceTagger(tuple(model["tags"]), features, weights.astype(np.float32), transitions, start)
