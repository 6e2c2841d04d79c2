"""Cuts a parsed document into passages: what one quotes, with its place in the document.

Statutes: one article, cut at 款, then 项, then sentence ends where it is too long. Notices: numbered items, small
neighbours of one heading together. Guides: one heading section, because a list of materials or steps is only right
when whole; questions of an FAQ stand alone. Tables: one row.

``passage.text == parsed.text[passage.start:passage.end]`` always holds.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.contracts import Document, Passage
from retrieval.ingestion.basis import basis_in
from retrieval.ingestion.group import Piece, group_blocks
from retrieval.ingestion.normalise import is_citable
from retrieval.ingestion.outline import read_outline
from retrieval.ingestion.parsed import ParsedDocument, Span
from retrieval.ingestion.trim import cut_article, cut_long

SPLITTER_VERSION = "4"


@dataclass(frozen=True, slots=True)
class SplitOptions:
    """Lengths in characters. No passage is longer than ``longest``, none of running text longer than ``prose``, and
    small neighbours of a notice are joined up to ``joined``.

    Chosen for quoting, not for ranking: on half of the notice questions of the dev set, 100–300 joined and 300–600 at
    most all gave nDCG@10 .894–.903 behind the learned reranker, which is noise.
    """

    longest: int = 600
    prose: int = 400
    joined: int = 300


DEFAULT_SPLIT = SplitOptions()


def split_document(parsed: ParsedDocument, options: SplitOptions = DEFAULT_SPLIT) -> tuple[Passage, ...]:
    """The passages of a document in order. Same document, same options: same ids, on every machine and run."""
    spans = _cut_rows(parsed, options) if parsed.spans else _cut_outline(parsed, options)
    seen: Counter[str] = Counter()
    guide = parsed.document.kind == "guide"
    citable = (span for span in spans if span.row_id or is_citable(parsed.text[span.start : span.end]))
    return tuple(_passage(parsed, span, ordinal, seen, guide) for ordinal, span in enumerate(citable))


def _cut_rows(parsed: ParsedDocument, options: SplitOptions) -> Iterator[Span]:
    for span in parsed.spans:
        for piece in cut_article(parsed.text, Piece(span.start, span.end, span.path), options.longest):
            yield Span(piece.start, piece.end, piece.path, span.row_id)


def _cut_outline(parsed: ParsedDocument, options: SplitOptions) -> Iterator[Span]:
    guide = parsed.document.kind == "guide"
    blocks = list(read_outline(parsed.text, parsed.document.title))
    joined = options.longest if guide else options.joined
    for piece in group_blocks(blocks, joined, guide=guide):
        cut = cut_article if piece.article else cut_long
        longest = options.longest if piece.article or guide else min(options.prose, options.longest)
        for part in cut(parsed.text, piece, longest):
            yield Span(part.start, part.end, part.path)


def _passage(parsed: ParsedDocument, span: Span, ordinal: int, seen: Counter[str], guide: bool) -> Passage:
    document, text = parsed.document, parsed.text[span.start : span.end]
    return Passage(
        id=_passage_id(document, span, text, seen),
        document_id=document.id,
        title=document.title,
        text=text,
        path=span.path,
        start=span.start,
        end=span.end,
        ordinal=ordinal,
        validity=document.validity,
        region=document.region,
        level=document.level,
        kind=document.kind,
        document_number=document.document_number,
        issuer=document.issuer,
        basis=basis_in(text) if guide else (),
        keywords=document.keywords,
        asked_as=_asked_as(document, span.path),
        unverified=guide and not document.verified,
        row_id=span.row_id or document.id,
    )


def _asked_as(document: Document, path: tuple[str, ...]) -> tuple[str, ...]:
    """How people ask for what stands under the headings of ``path``."""
    return tuple(words for heading, phrases in document.asked_as if heading in path for words in phrases)


def _passage_id(document: Document, span: Span, text: str, seen: Counter[str]) -> str:
    """Depends on document, place and words only; a row that is one passage keeps the row's own id."""
    key = (
        span.row_id or hashlib.blake2b("\0".join([document.id, *span.path, text]).encode(), digest_size=12).hexdigest()
    )
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}~{seen[key]}"
