"""Frozen data that passes between ingestion, index and search.

Dates are calendar days in Asia/Shanghai; a validity interval is half-open, ``[effective_from, repealed_on)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

_NUMBER = "第[零〇一二三四五六七八九十百千0-9]+"
_CLAUSE = re.compile(f"{_NUMBER}(条(之[一二三四五六七八九十]+)?|[款项目])(至{_NUMBER}[款项目])?")


@dataclass(frozen=True, slots=True)
class Validity:
    """When a text is law: in force on ``day`` iff ``effective_from <= day < repealed_on``; ``None`` leaves an end open."""

    effective_from: date | None = None
    repealed_on: date | None = None

    def covers(self, day: date) -> bool:
        started = self.effective_from is None or self.effective_from <= day
        return started and (self.repealed_on is None or day < self.repealed_on)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One article a guide rests on: ``law`` is the statute's title, ``article`` its number as printed (第二十条)."""

    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one policy document.

    ``region`` is ``None`` for national texts, else a place from wide to narrow (北京市, 北京市朝阳区).
    ``series_id`` is shared by all versions of one title; ``successor_id`` names the version that replaced this one.
    ``asked_as`` says for headings of a guide how people ask for what stands below.
    """

    id: str
    title: str
    kind: str = "notice"
    level: str | None = None
    region: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    category: str | None = None
    validity: Validity = field(default_factory=Validity)
    series_id: str | None = None
    successor_id: str | None = None
    predecessor_id: str | None = None
    owner_unit: str | None = None
    review_date: date | None = None
    verified: bool = False
    basis: tuple[LegalBasis, ...] = ()
    keywords: tuple[str, ...] = ()
    asked_as: tuple[tuple[str, tuple[str, ...]], ...] = ()
    source: str | None = None
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest citable piece: one clause, one item, one guide section.

    ``path`` is the place inside the document from wide to narrow (第三章, 第十二条, 第二款). ``start`` and ``end`` are
    character offsets into the parsed text of the document. ``id`` is stable across runs for unchanged text and place.
    ``row_id`` is the id of the corpus row the passage was read from, where rows are finer than documents (one article a row).
    ``keywords`` are those of the document, ``asked_as`` how people ask for this very section.
    """

    id: str
    document_id: str
    title: str
    text: str
    path: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    ordinal: int = 0
    validity: Validity = field(default_factory=Validity)
    region: str | None = None
    level: str | None = None
    kind: str = "notice"
    document_number: str | None = None
    issuer: str | None = None
    basis: tuple[LegalBasis, ...] = ()
    keywords: tuple[str, ...] = ()
    asked_as: tuple[str, ...] = ()
    unverified: bool = False
    """A guide that no person has confirmed yet."""
    row_id: str = ""

    @property
    def clause(self) -> str:
        """The citable place, e.g. ``第十二条第二款``; empty when the document has no clauses."""
        return "".join(part for part in self.path if _CLAUSE.fullmatch(part))


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question to the index, as of a day.

    ``region`` also admits every wider region and national texts; 全国 admits only those, ``None`` every place. ``levels``
    empty admits all.
    """

    text: str
    as_of: date
    region: str | None = None
    levels: tuple[str, ...] = ()
    k: int = 10


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage and its final relevance score (higher is better; comparable within one result only)."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked passages plus how sure the engine is that they answer at all (``answerability`` in [0, 1], calibrated)."""

    hits: tuple[ScoredPassage, ...]
    answerability: float
    index_version: str = ""
    degraded: tuple[str, ...] = ()
