"""Rows with ``text`` and BIO ``tags``: which characters each tag covers.

The shared address set tags a run of digits or letters once, and in some rows a range of house numbers (456-458) too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from assistant.domain.address_tokens import tokens_of
from assistant.learning.sequence_tagger import spans_of

Spans = frozenset[tuple[int, int, str]]
_OTHER_CUTS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\d+-\d+|\d+|[A-Za-z]+|.",
        r"\d+(?:-+\d+)+|\d+|[A-Za-z]+|.",
        r"\d+[-－—~～.、]+\d+|\d+[A-Za-z]*|[A-Za-z]+|.",
        ".",
    )
)


@dataclass(frozen=True, slots=True)
class Tagged:
    """``pieces`` are what the row's tags stand for; empty where no cut of the text has as many pieces as there are tags."""

    id: str
    text: str
    tags: tuple[str, ...]
    pieces: tuple[str, ...]

    @property
    def usable(self) -> bool:
        return bool(self.pieces)

    @property
    def by_token(self) -> bool:
        """The tagger cuts the text just so; only such rows train."""
        return self.pieces == tuple(tokens_of(self.text))

    @property
    def spans(self) -> Spans:
        return char_spans(self.pieces, self.tags)


def tagged(row: Mapping[str, Any], number: int) -> Tagged:
    text, tags = str(row["text"]), tuple(row["tags"])
    cuts = (tokens_of(text), *(cut.findall(text) for cut in _OTHER_CUTS))
    pieces = next((tuple(cut) for cut in cuts if len(cut) == len(tags)), ())
    return Tagged(str(row.get("id", number)), text, tags, pieces)


def char_spans(pieces: Sequence[str], tags: Sequence[str]) -> Spans:
    """BIO spans in character offsets; an I- of another label opens a span, as the set itself has them."""
    edges = [0, *accumulate(len(piece) for piece in pieces)]
    return frozenset((edges[first], edges[last], label) for first, last, label in spans_of(tags))


def tags_at(pieces: Sequence[str], spans: Spans) -> Iterator[str]:
    """One tag for each piece: what an outside scorer compares with the row's own tags."""
    at = 0
    for piece in pieces:
        hit = next(((start, label) for start, end, label in spans if start <= at < end), None)
        yield "O" if hit is None else f"{'B' if hit[0] == at else 'I'}-{hit[1]}"
        at += len(piece)
