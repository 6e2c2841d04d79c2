"""Scores the nodes of the category tree by the words a text shares with them: names, cues and example sentences.

Pure and small: postings of character pairs and triples, weighted by how few categories have them; a whole cue that stands in
the text counts extra. Used where no model has been learned from a city's own orders, and beside one.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.domain.catalogue import SEPARATOR, Category

CUE_BONUS = 1.6
NAME_WEIGHT = 0.8
EXAMPLE_WEIGHT = 0.6
PARENT_SHARE = 0.6
TEMPERATURE = 5.0
_HAN = re.compile("[\u4e00-\u9fffa-zA-Z0-9]+")
_NOISE = re.compile(
    "你好|您好|请问|我想|我要|反映|投诉|举报|希望|有关部门|相关部门|尽快|处理|解决|协调|一下|朝阳区|北京市?|现在|一直|我们|他们|这个|那个|什么|怎么|没有|就是|因为|所以|已经|谢谢|麻烦"
    "|附近|旁边|[\u4e00-\u9fff]{2,4}(?:街道|地区|乡)"
)


def grams(text: str) -> Iterable[str]:
    """Character pairs and triples of every run of words; courtesies and words of every appeal are left out."""
    for run in _HAN.findall(_NOISE.sub(" ", text.lower())):
        for size in (2, 3):
            for start in range(len(run) - size + 1):
                yield run[start : start + size]


@dataclass(frozen=True)
class CategoryIndex:
    """``postings``: gram → (node, weight); ``cues``: whole words → nodes."""

    names: tuple[str, ...]
    postings: Mapping[str, Sequence[tuple[int, float]]]
    cues: Mapping[str, Sequence[int]]
    longest_cue: int

    @classmethod
    def build(cls, categories: Sequence[Category], examples: Iterable[tuple[str, str]] = ()) -> CategoryIndex:
        """``examples`` are (category name, sentence) pairs; sentences of unknown categories are ignored."""
        names = tuple(category.name for category in categories)
        place = {name: at for at, name in enumerate(names)}
        counts: list[dict[str, float]] = [defaultdict(float) for _ in names]
        cues: dict[str, list[int]] = defaultdict(list)
        for at, category in enumerate(categories):
            _add(counts[at], category.path[-1], NAME_WEIGHT)
            for cue in category.cues:
                _add(counts[at], cue, 1.0)
                cues[cue.lower()].append(at)
        for name, sentence in examples:
            if name in place:
                _add(counts[place[name]], sentence, EXAMPLE_WEIGHT)
        return cls(names, _weighted(counts), dict(cues), max(map(len, cues), default=0))

    def raw_scores(self, text: str) -> dict[str, float]:
        """Score of every node that shares something with ``text``; a child also has part of its parents' score."""
        own: dict[int, float] = defaultdict(float)
        for gram in set(grams(text)):
            for node, weight in self.postings.get(gram, ()):
                own[node] += weight
        for cue in self._cues_in(text.lower()):
            for node in self.cues[cue]:
                own[node] += CUE_BONUS * len(cue)
        return self._with_parents({self.names[node]: score for node, score in own.items()})

    def scores(self, text: str) -> list[tuple[str, float]]:
        """(category, probability), best first: leaves and second-level nodes compete, softmax over their scores."""
        raw = {name: score for name, score in self.raw_scores(text).items() if SEPARATOR in name}
        if not raw:
            return []
        top = max(raw.values())
        weights = {name: math.exp((score - top) / TEMPERATURE * 2) for name, score in raw.items()}
        total = sum(weights.values()) * (1 + math.exp(-top / TEMPERATURE))
        return sorted(((name, weight / total) for name, weight in weights.items()), key=lambda item: -item[1])

    def _cues_in(self, text: str) -> set[str]:
        spans = (text[i : i + n] for n in range(1, self.longest_cue + 1) for i in range(len(text) - n + 1))
        found = {span for span in spans if span in self.cues}
        return {cue for cue in found if not any(cue != other and cue in other for other in found)}

    def _with_parents(self, own: dict[str, float]) -> dict[str, float]:
        def above(name: str) -> float:
            parent, _, _ = name.rpartition(SEPARATOR)
            return PARENT_SHARE * (own.get(parent, 0.0) + above(parent)) if parent else 0.0

        below = _leaves_below(self.names)
        touched = set(own).union(*(below.get(name, ()) for name in own))
        # In the catalogue's order, so that equal scores are told in the same order by every process.
        return {name: own.get(name, 0.0) + above(name) for name in self.names if name in touched}


@lru_cache(maxsize=8)
def _leaves_below(names: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Third-level names by the second-level name above them."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name.count(SEPARATOR) == 2:
            found[name.rpartition(SEPARATOR)[0]].append(name)
    return {above: tuple(leaves) for above, leaves in found.items()}


def _add(counts: dict[str, float], text: str, weight: float) -> None:
    for gram in grams(text):
        counts[gram] += weight


def _weighted(counts: Sequence[Mapping[str, float]]) -> dict[str, list[tuple[int, float]]]:
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for node, grams_of in enumerate(counts):
        for gram, count in grams_of.items():
            holders[gram].append((node, count / (count + 1.2)))
    return {
        gram: [(node, value * math.log(1 + len(counts) / len(nodes)) * 0.5) for node, value in nodes]
        for gram, nodes in holders.items()
    }
