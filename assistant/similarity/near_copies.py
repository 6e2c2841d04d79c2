"""Which documents say nearly the same as a text: the share of its character pairs that another text has too.

Two different guides of the city pack share at most .49 of the smaller one's pairs (measured over all pairs of 228, old and new
versions of one matter among them). Of copies with a fifth of their sentences replaced by foreign ones all share more than
``NEAR``, with three tenths 98 %, with half 50 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assistant.similarity.signatures import Tokens, pairs_of

NEAR = 0.6
FEWEST_PAIRS = 20
"""A text of a line or two shares its pairs with anything."""


@dataclass(frozen=True, slots=True)
class NearCopy:
    """``share`` in [0, 1] of the shorter text's character pairs that stand in the longer one too."""

    document_id: str
    share: float


def near_copies(text: str, others: Iterable[tuple[str, str]], *, near: float = NEAR) -> list[NearCopy]:
    """The texts (id, text) that say nearly the same, likest first."""
    own = pairs_of(text)
    if len(own) < FEWEST_PAIRS:
        return []
    found = [NearCopy(name, shared_pairs(own, pairs_of(other))) for name, other in others]
    return sorted((copy for copy in found if copy.share >= near), key=lambda copy: (-copy.share, copy.document_id))


def shared_pairs(one: Tokens, other: Tokens) -> float:
    """Overlap coefficient of two token sets; 0 where the smaller is too small to say anything."""
    smaller = min(len(one), len(other))
    if smaller < FEWEST_PAIRS:
        return 0.0
    return len(np.intersect1d(one, other, assume_unique=True)) / smaller
