"""Groups compared pair by pair: two items belong together or they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Pairs that are together in both, in the prediction, and in truth."""

    both: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        return self.both / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.said + self.true) if self.said + self.true else 1.0


def pair_counts(said: Mapping[str, Hashable], true: Mapping[str, Hashable]) -> PairCounts:
    """Over the items that both name."""
    items = said.keys() & true.keys()
    both = Counter((said[item], true[item]) for item in items)
    return PairCounts(
        _pairs(both), _pairs(Counter(said[item] for item in items)), _pairs(Counter(true[item] for item in items))
    )


def _pairs(sizes: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
