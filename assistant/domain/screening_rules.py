"""Rules of the guards: word classes that must stand near each other, and words that excuse them.

A rule reads: ``needs`` in this order with at most ``span`` characters between, inside one sentence; ``needs_also``
somewhere in that sentence, and ``long_needs`` too where the text is longer than ``LONG_CHARS`` (a long complaint
mentions much in passing); not if an ``unless`` word stands in the same clause (or sentence). Inside documents ``document_needs`` must hold too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Literal

Scope = Literal["clause", "sentence"]
Span = tuple[int, int]

CLAUSE_ENDS = re.compile("[,，;；。！？!?\n]")
SENTENCE_ENDS = re.compile("[。！？!?\n]")
MAX_REACH = 200
LONG_CHARS = 150


class Reading:
    """One view of a text with where each word class occurs in it, searched once and only when asked for."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self._found: dict[re.Pattern[str], list[Span]] = {}

    def occurrences(self, words: re.Pattern[str]) -> list[Span]:
        if words not in self._found:
            self._found[words] = [match.span(1) for match in words.finditer(self.text)]
        return self._found[words]

    def has(self, words: re.Pattern[str], within: Span) -> bool:
        found = self.occurrences(words)
        at = bisect_right(found, (within[0], -1))
        return at < len(found) and found[at][0] < within[1]

    def widened(self, span: Span, boundary: re.Pattern[str]) -> Span:
        """``span`` grown to the nearest boundary on both sides, at most ``MAX_REACH`` characters each way."""
        floor = max(0, span[0] - MAX_REACH)
        left = max((match.end() for match in boundary.finditer(self.text, floor, span[0])), default=floor)
        right = boundary.search(self.text, span[1], span[1] + MAX_REACH)
        return left, right.start() if right else min(len(self.text), span[1] + MAX_REACH)


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    status: str
    needs: tuple[re.Pattern[str], ...]
    span: int = 0
    any_order: bool = False
    needs_also: tuple[re.Pattern[str], ...] = ()
    long_needs: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    unless_scope: Scope = "clause"
    unless_sentence: tuple[re.Pattern[str], ...] = ()
    view: str | None = None
    in_documents: bool = True
    document_needs: tuple[re.Pattern[str], ...] = ()
    _orders: tuple[tuple[re.Pattern[str], ...], ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_orders", tuple(permutations(self.needs)) if self.any_order else (self.needs,))

    def matches(self, reading: Reading, *, in_document: bool = False) -> Iterator[Span]:
        """Spans of the reading that break the rule. Documents speak of rules and programs too, so they need more."""
        if (self.view == "pinyin") != (reading.name == "pinyin") or (in_document and not self.in_documents):
            return
        for span in self._spans(reading):
            if not in_document or self._is_addressed(reading, span):
                yield span

    def _is_addressed(self, reading: Reading, span: Span) -> bool:
        sentence = reading.widened(span, SENTENCE_ENDS)
        return all(reading.has(words, sentence) for words in self.document_needs)

    def _spans(self, reading: Reading) -> Iterator[Span]:
        if not all(reading.occurrences(words) for words in self.needs):
            return
        for order in self._orders:
            for first in reading.occurrences(order[0]):
                span = self._followed(reading, first, first, order[1:])
                if span is not None:
                    yield span

    def _followed(self, reading: Reading, start: Span, last: Span, rest: Sequence[re.Pattern[str]]) -> Span | None:
        """The whole span if the remaining classes follow closely and nothing excuses them."""
        if not rest:
            whole = (start[0], max(start[1], last[1]))
            return whole if self._holds(reading, whole) else None
        found = reading.occurrences(rest[0])
        for at in range(bisect_right(found, (last[0], len(reading.text))), len(found)):
            following = found[at]
            if following[0] > last[1] + self.span:
                return None
            if following[1] > last[1] and not SENTENCE_ENDS.search(reading.text, last[1], following[0]):
                span = self._followed(reading, start, following, rest[1:])
                if span is not None:
                    return span
        return None

    def _holds(self, reading: Reading, span: Span) -> bool:
        sentence = reading.widened(span, SENTENCE_ENDS)
        excuse = sentence if self.unless_scope == "sentence" else reading.widened(span, CLAUSE_ENDS)
        wanted = self.needs_also + (self.long_needs if len(reading.text) > LONG_CHARS else ())
        excused = any(reading.has(words, excuse) for words in self.unless) or any(
            reading.has(words, sentence) for words in self.unless_sentence
        )
        return not excused and all(reading.has(words, sentence) for words in wanted)


def compile_words(words: Mapping[str, Sequence[str]]) -> dict[str, re.Pattern[str]]:
    """Each class as a pattern that finds it at every position, overlapping or not. Raises ``re.error``."""
    return {name: re.compile("(?=(" + "|".join(fragments) + "))") for name, fragments in words.items()}


def compile_rule(
    status: str,
    words: Mapping[str, re.Pattern[str]],
    *,
    id: str,
    needs: Sequence[str],
    span: int = 0,
    any_order: bool = False,
    needs_also: Sequence[str] = (),
    long_needs: Sequence[str] = (),
    unless: Sequence[str] = (),
    unless_scope: Scope = "clause",
    unless_sentence: Sequence[str] = (),
    view: str | None = None,
    in_documents: bool = True,
    document_needs: Sequence[str] = (),
) -> Rule:
    """Raises ``KeyError`` for a word class that is not declared."""
    return Rule(
        id,
        status,
        tuple(words[name] for name in needs),
        span,
        any_order,
        tuple(words[name] for name in needs_also),
        tuple(words[name] for name in long_needs),
        tuple(words[name] for name in unless),
        unless_scope,
        tuple(words[name] for name in unless_sentence),
        view,
        in_documents,
        tuple(words[name] for name in document_needs),
    )
