"""Why a text was put into a category, for the people who confirm it: its own words, and the saying most like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.domain.appeal import Span
from assistant.domain.category_index import CategoryIndex, grams

MOST_WORDS = 3
TELLING = 0.3
"""Share of the strongest character's weight from which a character is shown."""
ALIKE = 0.25
"""Share of a saying's character pairs that a text must have before it is shown as like it."""
SHORTEST = 6
"""Characters of a saying that is shown: turns of phrase teach, but prove nothing to a reader."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """``spans`` of the text in reading order; ``saying`` is an invented sentence of the city pack, empty where none is near."""

    spans: tuple[Span, ...]
    saying: str = ""

    @property
    def told(self) -> str:
        """Beside the words of the spans."""
        near = "与该事项的用语相近" if self.spans else "与该事项的意思相近"
        return f"{near}；同类说法：{self.saying}" if self.saying else near


def evidence(index: CategoryIndex, name: str, text: str) -> Evidence:
    """``name`` is a category of ``index`` below the first level."""
    weights, nodes = [0.0] * len(text), index.upwards(name)
    for gram, start in grams(text):
        weight = index.weight(gram, nodes)
        for at in range(start, start + len(gram)):
            weights[at] += weight
    runs = sorted(_runs(weights), key=lambda span: -sum(weights[span.start : span.end]))[:MOST_WORDS]
    return Evidence(tuple(sorted(runs, key=lambda span: span.start)), _nearest(index.examples.get(name, ()), text))


def _runs(weights: Sequence[float]) -> Iterator[Span]:
    """Two and more neighbouring characters that tell of the category."""
    least, start = TELLING * max(weights, default=0.0), 0
    for at, weight in enumerate((*weights, 0.0)):
        if weight <= least:
            if at - start > 1:
                yield Span(start, at)
            start = at + 1


def _nearest(sayings: Sequence[str], text: str) -> str:
    here = _pairs(text)
    alike = {
        saying: len(_pairs(saying) & here) / max(len(_pairs(saying)), 1)
        for saying in sayings
        if len(saying) >= SHORTEST
    }
    best = max(alike, key=lambda saying: alike[saying], default="")
    return best if best and alike[best] >= ALIKE else ""


@lru_cache(maxsize=8192)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(gram for gram, _ in grams(text) if len(gram) == 2)
