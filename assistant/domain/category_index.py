"""Scores the nodes of the category tree for a text: by the words it shares with names, cues and example sentences, and by meaning.

Postings of single characters, pairs and triples, weighted by how few categories have them; a whole cue that stands in the text
counts extra. What no word shows, ``Meaning`` may. Used where no model has been learned from a city's own orders, and beside one.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from assistant.domain.catalogue import SEPARATOR, Category

CUE_BONUS = 1.0
SATURATION = 1.5
"""How often a gram must stand among the sayings of a category to count more than half."""
SINGLE_WEIGHT = 0.8
GRAM_SIZES = (1, 2, 3)
MEANING_WEIGHT = 20.0
PARENT_SHARE = 0.6
TEMPERATURE = 1.8
NEGLIGIBLE = 1e-4
LEAST_SHARED = 0.3
"""Share of the best score by words from which meaning is asked: it decides between words, never against them."""
COMMON = 100
"""A character that so many categories have tells nothing of one."""
_HAN = re.compile("[\u4e00-\u9fffa-z0-9]+")
_NOISE = re.compile(
    "你好|您好|请问|我想|我要|反映|投诉|举报|希望|有关部门|相关部门|尽快|处理|解决|协调|一下|朝阳区|北京市?|现在|一直|我们|他们|这个|那个|什么|怎么|没有|就是|因为|所以|已经|谢谢|麻烦"
    "|附近|旁边|[\u4e00-\u9fff]{2,4}(?:街道|地区|乡)"
)


class Meaning(Protocol):
    """How near a text is to each category in meaning, whatever its words."""

    def likeness(self, text: str) -> Sequence[float]:
        """Cosines in [-1, 1], in the order of the categories."""
        ...


def matter_of(text: str) -> str:
    """``text`` in lower case with blanks for courtesies and for words of every appeal; of the same length."""
    lower = text.lower()
    return _NOISE.sub(lambda found: " " * len(found[0]), lower if len(lower) == len(text) else text)


def grams(text: str) -> Iterator[tuple[str, int]]:
    """Characters, pairs and triples of every run of words, each with its place in ``text``."""
    for run in _HAN.finditer(matter_of(text)):
        for size in GRAM_SIZES:
            for start in range(run.start(), run.end() - size + 1):
                yield run.string[start : start + size], start


@dataclass(frozen=True)
class CategoryIndex:
    """``postings``: gram → (node, how much it is said there, in [0, 1)); ``cues``: whole words → nodes; ``examples``: category → sentences."""

    names: tuple[str, ...]
    postings: Mapping[str, Mapping[int, float]]
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
        """``examples`` are (category name, saying) pairs; sayings of unknown categories are ignored."""
        said: dict[str, list[str]] = {category.name: [] for category in categories}
        for name, saying in examples:
            said.get(name, []).append(saying)
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        cues: dict[str, list[int]] = defaultdict(list)
        for at, category in enumerate(categories):
            for gram, count in Counter(_grams_of(category, said[category.name])).items():
                postings[gram][at] = count / (count + SATURATION)
            for cue in category.cues:
                cues[cue.lower()].append(at)
        return cls(tuple(said), postings, dict(cues), max(map(len, cues), default=0), said, meaning)

    def raw_scores(self, text: str) -> dict[str, float]:
        """Score of every node that shares something with ``text``; a child also has part of its parents' score."""
        scores = self._shared(text)
        return {name: score for name, score in zip(self.names, scores, strict=True) if score}

    def scores(self, text: str) -> list[tuple[str, float]]:
        """(category, probability), best first: leaves and second-level nodes compete, softmax over their scores."""
        shared = self._shared(text)
        near = self.meaning.likeness(text) if self.meaning and any(shared) else (0.0,) * len(shared)
        least = LEAST_SHARED * max((shared[at] for at in self._choices), default=0.0)
        sums = {at: shared[at] + MEANING_WEIGHT * near[at] for at in self._choices if shared[at] > least}
        top = max(sums.values(), default=0.0)
        least = top + TEMPERATURE * math.log(NEGLIGIBLE)
        weights = {at: math.exp((score - top) / TEMPERATURE) for at, score in sums.items() if score > least}
        total = sum(weights.values()) * (1 + math.exp(-top / TEMPERATURE / 2))
        return sorted(((self.names[at], weight / total) for at, weight in weights.items()), key=lambda item: -item[1])

    def _shared(self, text: str) -> list[float]:
        """By the place of the node in ``names``."""
        own = [0.0] * (len(self.names) + 1)  # the last one is what stands above the first level: nothing
        for gram in {gram for gram, _ in grams(text)}:
            rarity = self._rarity(gram)
            for node, count in self.postings[gram].items() if rarity else ():
                own[node] += rarity * count
        for cue in self._cues_in(text.lower()):
            for node in self.cues[cue]:
                own[node] += CUE_BONUS * len(cue)
        given = [0.0] * len(own)
        for node in self._inner:
            given[node] = PARENT_SHARE * (own[node] + given[self._above[node]])
        return [score + given[above] for score, above in zip(own, self._above, strict=False)]

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def _above(self) -> tuple[int, ...]:
        """The place of the node above each name; ``len(names)`` where there is none."""
        return tuple(self._place.get(name.rpartition(SEPARATOR)[0], len(self.names)) for name in self.names)

    @cached_property
    def _inner(self) -> tuple[int, ...]:
        """Nodes that have others below them, the first level first."""
        return tuple(
            sorted({at for at in self._above if at < len(self.names)}, key=lambda at: self.names[at].count(SEPARATOR))
        )

    @cached_property
    def _choices(self) -> tuple[int, ...]:
        """The second and third level: the first is no answer."""
        return tuple(at for at, name in enumerate(self.names) if SEPARATOR in name)

    def weight(self, gram: str, nodes: Iterable[int]) -> float:
        """What ``gram`` says for the categories of those numbers."""
        holders = self.postings.get(gram, {})
        return self._rarity(gram) * sum(holders.get(node, 0.0) for node in nodes)

    def upwards(self, name: str) -> frozenset[int]:
        """The numbers of a category and of its second level."""
        at = self._place[name]
        above = self._above[at]
        return frozenset((at, above) if above in self._choices else (at,))

    def _rarity(self, gram: str) -> float:
        """Inverse share of the categories that have ``gram``, as a logarithm; 0 for what none has or far too many."""
        holders = len(self.postings.get(gram, ()))
        if not 0 < holders <= COMMON:
            return 0.0
        return math.log(1 + len(self.names) / holders) * (SINGLE_WEIGHT if len(gram) == 1 else 1.0) / 2

    def _cues_in(self, text: str) -> set[str]:
        spans = (text[i : i + n] for n in range(1, self.longest_cue + 1) for i in range(len(text) - n + 1))
        found = {span for span in spans if span in self.cues}
        return {cue for cue in found if not any(cue != other and cue in other for other in found)}


def _grams_of(category: Category, sayings: Iterable[str]) -> Iterator[str]:
    """As ``grams``, of everything that is said of a category."""
    for run in _HAN.findall(matter_of("\n".join((category.path[-1], *category.cues, *sayings)))):
        for size in GRAM_SIZES:
            yield from (run[at : at + size] for at in range(len(run) - size + 1))
