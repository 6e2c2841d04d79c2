"""Numbers that few people stand behind are hidden in what leaves the house (ordinance Article 34): somebody could be told."""

from __future__ import annotations

from collections.abc import Mapping

SMALL = 5
"""A count below this, but any, is hidden."""


def hidden_cells(counts: Mapping[str, int], small: int = SMALL) -> frozenset[str]:
    """Small cells, and then the next smallest until the hidden ones together are many and more than one.

    So no hidden number can be found by taking the others from their total.
    """
    filled = sorted((count, name) for name, count in counts.items() if count)
    hidden = [(count, name) for count, name in filled if count < small]
    for count, name in filled[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(size for size, _ in hidden) >= small):
            break
        hidden.append((count, name))
    return frozenset(name for _, name in hidden)
