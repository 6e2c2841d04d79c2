"""Scores the nodes of the category tree for a text: by the words it shares with names, cues and example sentences, and by meaning.

Postings of single characters, pairs and triples, weighted by how few categories have them; a whole cue that stands in the text
counts extra. What no word shows, ``Meaning`` may. Used where no model has been learned from a city's own orders, and beside one.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from assistant.domain.catalogue import SEPARATOR, Category

CUE_BONUS = 1.0
NAME_WEIGHT = 0.8
EXAMPLE_WEIGHT = 0.8
SINGLE_WEIGHT = 0.7
MEANING_WEIGHT = 20.0
PARENT_SHARE = 0.6
TEMPERATURE = 2.5
COMMON = 160
"""A character that so many categories have tells nothing of one."""
_HAN = re.compile("[\u4e00-\u9fffa-z0-9]+")
_NOISE = re.compile(
    "你好|您好|请问|我想|我要|反映|投诉|举报|希望|有关部门|相关部门|尽快|处理|解决|协调|一下|朝阳区|北京市?|现在|一直|我们|他们|这个|那个|什么|怎么|没有|就是|因为|所以|已经|谢谢|麻烦"
    "|附近|旁边|[\u4e00-\u9fff]{2,4}(?:街道|地区|乡)"
)


class Meaning(Protocol):
    """How near a text is to each category in meaning, whatever its words."""

    def likeness(self, text: str) -> Mapping[str, float]:
        """Category name → cosine in [-1, 1]."""
        ...


def matter_of(text: str) -> str:
    """``text`` in lower case with blanks for courtesies and for words of every appeal; of the same length."""
    lower = text.lower()
    return _NOISE.sub(lambda found: " " * len(found[0]), lower if len(lower) == len(text) else text)


def grams(text: str) -> Iterator[tuple[str, int]]:
    """Characters, pairs and triples of every run of words, each with its place in ``text``."""
    for run in _HAN.finditer(matter_of(text)):
        for size in (1, 2, 3):
            for start in range(run.start(), run.end() - size + 1):
                yield run.string[start : start + size], start


@dataclass(frozen=True)
class CategoryIndex:
    """``postings``: gram → (node, weight); ``cues``: whole words → nodes; ``examples``: category → sentences."""

    names: tuple[str, ...]
    postings: Mapping[str, Sequence[tuple[int, float]]]
    cues: Mapping[str, Sequence[int]]
    longest_cue: int
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    meaning: Meaning | None = None

    @classmethod
    def build(
        cls,
        categories: Sequence[Category],
        examples: Iterable[tuple[str, str]] = (),
        meaning: Meaning | None = None,
    ) -> CategoryIndex:
        """``examples`` are (category name, sentence) pairs; sentences of unknown categories are ignored."""
        names = tuple(category.name for category in categories)
        place = {name: at for at, name in enumerate(names)}
        counts: list[dict[str, float]] = [defaultdict(float) for _ in names]
        cues: dict[str, list[int]] = defaultdict(list)
        said: dict[str, list[str]] = defaultdict(list)
        for at, category in enumerate(categories):
            _add(counts[at], category.path[-1], NAME_WEIGHT)
            for cue in category.cues:
                _add(counts[at], cue, 1.0)
                cues[cue.lower()].append(at)
        for name, sentence in examples:
            if name in place:
                said[name].append(sentence)
                _add(counts[place[name]], sentence, EXAMPLE_WEIGHT)
        return cls(names, _weighted(counts), dict(cues), max(map(len, cues), default=0), dict(said), meaning)

    def raw_scores(self, text: str) -> dict[str, float]:
        """Score of every node that shares something with ``text``; a child also has part of its parents' score."""
        own: dict[int, float] = defaultdict(float)
        for gram in {gram for gram, _ in grams(text)}:
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
        near = self.meaning.likeness(text) if self.meaning else {}
        sums = {name: score + MEANING_WEIGHT * near.get(name, 0.0) for name, score in raw.items()}
        top = max(sums.values())
        weights = {name: math.exp((score - top) / TEMPERATURE) for name, score in sums.items()}
        total = sum(weights.values()) * (1 + math.exp(-top / TEMPERATURE / 2))
        return sorted(((name, weight / total) for name, weight in weights.items()), key=lambda item: -item[1])

    def weight(self, gram: str, name: str) -> float:
        """What ``gram`` says for the category ``name`` or its second level."""
        return sum(
            weight for node, weight in self.postings.get(gram, ()) if f"{name}/".startswith(f"{self.names[node]}/")
        )

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
    for gram, _ in grams(text):
        counts[gram] += weight * (SINGLE_WEIGHT if len(gram) == 1 else 1.0)


def _weighted(counts: Sequence[Mapping[str, float]]) -> dict[str, list[tuple[int, float]]]:
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for node, grams_of in enumerate(counts):
        for gram, count in grams_of.items():
            holders[gram].append((node, count / (count + 1.0)))
    return {
        gram: [(node, value * math.log(1 + len(counts) / len(nodes)) * 0.5) for node, value in nodes]
        for gram, nodes in holders.items()
        if len(nodes) <= COMMON
    }
