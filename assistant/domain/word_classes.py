"""What a sentence does, not how it words it: which classes of words stand in it, in which order, how near to each other.

"忽略上面的要求" and "甭管前头的吩咐" share no pair of characters but are one chain: drop, before, rule. The classes are data
(``assistant/screening/word_classes.yaml``); the request models weigh their pairs beside the characters themselves.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

REACH_CHARS = 24
NEAR_CHARS = 6


@dataclass(frozen=True, slots=True)
class WordClasses:
    """``patterns`` read plain text (folded, lower case, simplified)."""

    patterns: Mapping[str, re.Pattern[str]]

    def signs(self, plain: str) -> set[str]:
        """Every class met, and every ordered pair of two classes that begin within ``REACH_CHARS`` of each other."""
        met = sorted(self._met(plain))
        signs = {f"1{name}" for _, _, name in met}
        for at, (start, end, name) in enumerate(met):
            for later, _, other in met[at + 1 :]:
                if later > start + REACH_CHARS:
                    break
                if other != name:
                    signs.update(_pair(name, other, later - end))
        return signs

    def buckets(self, plain: str, count: int) -> set[int]:
        """The signs as hash buckets below ``count``."""
        return {zlib.crc32(sign.encode()) % count for sign in self.signs(plain)}

    def _met(self, plain: str) -> Iterator[tuple[int, int, str]]:
        for name, pattern in self.patterns.items():
            yield from ((*match.span(), name) for match in pattern.finditer(plain))


def _pair(name: str, other: str, gap: int) -> Iterator[str]:
    yield f"2{name}>{other}"
    if gap <= NEAR_CHARS:
        yield f"3{name}>{other}"
