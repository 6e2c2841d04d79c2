"""Scores of the statements of ranked passages: each by itself, then beside the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.domain.asked_as import likeness
from assistant.domain.excerpts import Excerpt, Source
from assistant.domain.naming import head_words, named, phrases
from assistant.domain.opposite_case import of_the_opposite_case
from assistant.domain.statement_fit import WEIGHTS, Asked, excerpt, found_in, is_aside
from assistant.domain.statements import Statement, statements
from assistant.domain.telling_apart import Bag, asks_alike, figure_asked, telling_shares


def scored(question: str, sources: Sequence[Source]) -> list[Excerpt]:
    """Every statement that may be quoted, but none of the opposite case."""
    pieces = [
        (source, piece)
        for source in sources
        for piece in _quotable(source)
        if not of_the_opposite_case(question, piece.text)
    ]
    asked = Asked.of(question, pieces)
    heads = head_words(question, {f"{source.title} {source.keywords}" for source in sources})
    alone = [_with_name(question, excerpt(source, piece, asked), heads) for source, piece in pieces]
    return _told_apart(question, [_asked_as(question, item, asked) for item in alone], asked.terms)


def _quotable(source: Source) -> list[Statement]:
    """Statements that mean something alone; the opening of an enumeration comes with each of its items."""
    pieces = statements(source.text, source.heading)
    opened = {piece.lead for piece in pieces}
    return [piece for piece in pieces if not (piece.opens and piece.text in opened)]


def _with_name(question: str, item: Excerpt, heads: Sequence[str]) -> Excerpt:
    """A document that is filed under the question's own words is worth more, one that lacks a telling one less."""
    filed_under = f"{item.source.title} {item.source.keywords}"
    name = WEIGHTS.named * named(question, phrases(item.source.title, item.source.keywords))
    lacks = any(word not in filed_under + item.text for word in heads)
    return replace(item, score=item.score + name - WEIGHTS.lacks * lacks)


def _asked_as(question: str, item: Excerpt, asked: Asked) -> Excerpt:
    return replace(item, score=item.score + WEIGHTS.asked_as * likeness(question, item.source.asked_as, asked.idf))


def _told_apart(question: str, found: Sequence[Excerpt], terms: set[str]) -> list[Excerpt]:
    """Adds to each statement what sets it apart from the others of its document."""
    documents: dict[str, list[Excerpt]] = {}
    for item in found:
        documents.setdefault(item.source.document_id, []).append(item)
    figure = figure_asked(question)
    told = [better for items in documents.values() for better in _within(items, terms, figure)]
    best = max(told, key=lambda item: item.score, default=None)
    return [_asked_alike(question, item) if _same_document(item, best) else item for item in told]


def _same_document(item: Excerpt, best: Excerpt | None) -> bool:
    return best is not None and item.source.document_id == best.source.document_id


def _asked_alike(question: str, item: Excerpt) -> Excerpt:
    """A heading that asks what the question asks (多久办好) leads to its section, not from one guide to another."""
    alike = asks_alike(question, item.statement.heading)
    return replace(item, score=item.score + WEIGHTS.asked_alike) if alike else item


def _within(items: Sequence[Excerpt], terms: set[str], figure: re.Pattern[str] | None) -> Iterator[Excerpt]:
    shares = telling_shares([_bag(item.statement, terms) for item in items])
    for item, share in zip(items, shares, strict=True):
        gain = WEIGHTS.telling * share + WEIGHTS.figure * bool(figure and figure.search(item.text))
        yield replace(item, score=item.score + gain * (WEIGHTS.aside if is_aside(item.statement) else 1.0))


def _bag(piece: Statement, terms: set[str]) -> Bag:
    own, heading = found_in(piece.text + piece.lead) & terms, found_in(piece.heading) & terms
    return Bag(frozenset(own), frozenset(heading), piece.heading)
