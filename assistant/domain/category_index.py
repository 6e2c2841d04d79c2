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
from functools import lru_cache
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
COMMON = 100
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
        own = [0.0] * len(self.names)
        for gram in {gram for gram, _ in grams(text)}:
            rarity = self._rarity(gram)
            for node, count in self.postings[gram].items() if rarity else ():
                own[node] += rarity * count
        for cue in self._cues_in(text.lower()):
            for node in self.cues[cue]:
                own[node] += CUE_BONUS * len(cue)
        return self._with_parents(own)

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
        likely = ((name, weight / total) for name, weight in weights.items() if weight > NEGLIGIBLE)
        return sorted(likely, key=lambda item: -item[1])

    def weight(self, gram: str, nodes: Iterable[int]) -> float:
        """What ``gram`` says for the categories of those numbers."""
        holders = self.postings.get(gram, {})
        return self._rarity(gram) * sum(holders.get(node, 0.0) for node in nodes)

    def upwards(self, name: str) -> frozenset[int]:
        """The numbers of a category and of its second level."""
        return frozenset(
            at for at, above in enumerate(self.names) if SEPARATOR in above and f"{name}/".startswith(f"{above}/")
        )

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

    def _with_parents(self, own: Sequence[float]) -> dict[str, float]:
        # In the catalogue's order, so that equal scores are told in the same order by every process.
        summed: dict[str, float] = {}
        for at, (name, above) in enumerate(zip(self.names, _parents(self.names), strict=True)):
            score = own[at] + sum(PARENT_SHARE**far * own[node] for far, node in enumerate(above, 1))
            if score:
                summed[name] = score
        return summed


@lru_cache(maxsize=8)
def _parents(names: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """The places of what stands above each name, nearest first."""
    place = {name: at for at, name in enumerate(names)}

    def above(name: str) -> tuple[int, ...]:
        parent = name.rpartition(SEPARATOR)[0]
        return (place[parent], *above(parent)) if parent in place else ()

    return tuple(above(name) for name in names)


def _grams_of(category: Category, sayings: Iterable[str]) -> Iterator[str]:
    """As ``grams``, of everything that is said of a category."""
    for run in _HAN.findall(matter_of("\n".join((category.path[-1], *category.cues, *sayings)))):
        for size in GRAM_SIZES:
            yield from (run[at : at + size] for at in range(len(run) - size + 1))
