"""Cuts what is too long to quote: articles at 款 and 项, anything else at sentence ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from retrieval.clauses import Clause, items_of, paragraphs_of
from retrieval.ingestion.group import Piece

_SENTENCE = re.compile(r"[^。；！？\n]*(?:[。；！？]+[”』」）)]*|\n+|$)")
_PHRASE = re.compile(r"[^，、：,]*(?:[，、：,]|$)")


def cut_article(text: str, piece: Piece, longest: int) -> Iterator[Piece]:
    """The article whole, else runs of whole 款, else runs of whole 项, else sentences; the path names the 款 and 项."""
    if piece.length <= longest:
        yield piece
        return
    article = text[piece.start : piece.end]
    paragraphs = paragraphs_of(article)
    for run in _runs(paragraphs, longest):
        path = (*piece.path, _range_label(run)) if len(paragraphs) > 1 else piece.path
        part = Piece(piece.start + run[0].start, piece.start + run[-1].end, path)
        yield from _cut_paragraph(text, part, run, article, piece.start, longest)


def cut_long(text: str, piece: Piece, longest: int) -> Iterator[Piece]:
    """Runs of whole sentences no longer than ``longest``, as even as they come; all keep the piece's path."""
    if piece.length <= longest:
        yield piece
        return
    pieces = -(-piece.length // longest)
    target = -(-piece.length // pieces)
    start = end = piece.start
    for stop in _stops(text, piece, longest):
        if end > start and (stop - start > longest or end - start >= target):
            yield _tidy(text, replace(piece, start=start, end=end))
            start = end
        end = stop
    if end > start and text[start:end].strip():
        yield _tidy(text, replace(piece, start=start, end=end))


def _cut_paragraph(
    text: str, part: Piece, run: list[Clause], article: str, offset: int, longest: int
) -> Iterator[Piece]:
    items = items_of(article, run[0]) if len(run) == 1 else ()
    if part.length <= longest or not items:
        yield from cut_long(text, part, longest)
        return
    lead = Piece(part.start, offset + items[0].start, part.path)
    yield from cut_long(text, _tidy(text, lead), longest)
    for group in _runs(items, longest):
        path = (*part.path, _range_label(group))
        yield from cut_long(text, Piece(offset + group[0].start, offset + group[-1].end, path), longest)


def _runs(clauses: tuple[Clause, ...], longest: int) -> Iterator[list[Clause]]:
    run: list[Clause] = []
    for clause in clauses:
        if run and clause.end - run[0].start > longest:
            yield run
            run = []
        run.append(clause)
    if run:
        yield run


def _range_label(run: list[Clause]) -> str:
    return run[0].label if len(run) == 1 else f"{run[0].label}至{run[-1].label}"


def _stops(text: str, piece: Piece, longest: int) -> Iterator[int]:
    """Where a cut may fall: after sentences; after phrases of an overlong sentence; else anywhere."""
    for start, end in _matches(_SENTENCE, text, piece.start, piece.end):
        if end - start <= longest:
            yield end
            continue
        for phrase_start, phrase_end in _matches(_PHRASE, text, start, end):
            yield from range(phrase_start + longest, phrase_end, longest)
            yield phrase_end


def _matches(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text, start, end):
        if match.end() > match.start():
            yield match.start(), match.end()


def _tidy(text: str, piece: Piece) -> Piece:
    inner = text[piece.start : piece.end]
    return replace(
        piece,
        start=piece.start + len(inner) - len(inner.lstrip()),
        end=piece.end - (len(inner) - len(inner.rstrip())),
    )
