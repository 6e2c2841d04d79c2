"""Reads ``policy_corpus/documents/**/*.md``: front matter as declared, and claims with their （依据：《…》第…条）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.data_files import DataFileError, StrictModel, declared, parse_yaml, read_text
from assistant.domain.pack_documents import Claim, PackDocument
from assistant.domain.pack_report import Finding, error
from retrieval.contracts import Document, LegalBasis, Validity
from retrieval.ingestion.basis import basis_in

FENCE = "---"
MARKER_STARTS = ("（依据：", "(依据:", "（依据:", "(依据：")
_LIST_NUMBER = re.compile(r"^\s*(?:[-*]|\d{1,2}\.)\s+")
_PARENTHESES = {"（": 1, "(": 1, "）": -1, ")": -1}


class _Basis(StrictModel):
    law: str = Field(min_length=2)
    article: str = Field(pattern=r"^第[零〇一二三四五六七八九十百千]+条(之[一二三四五六七八九十]+)?$")


class _FrontMatter(StrictModel):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=4)
    kind: Literal["guide", "regulation", "plan", "notice"]
    issuer: str = Field(min_length=2)
    document_number: str | None
    region: str = Field(min_length=2)
    level: str = Field(min_length=2)
    category: str
    effective_from: date
    repealed_on: date | None
    supersedes: str | None
    superseded_by: str | None
    basis: list[_Basis]
    owner_unit: str
    review_date: date
    verified: bool
    keywords: list[str] = Field(min_length=1)
    asked_as: dict[str, list[str]] = Field(default_factory=dict)


def read_documents(pack: Path) -> tuple[list[PackDocument], list[Finding]]:
    """Every document under ``pack``/documents, and an error for each file that is not as declared."""
    read: list[PackDocument] = []
    refused: list[Finding] = []
    for path in sorted((pack / "documents").rglob("*.md")):
        place = path.relative_to(pack).as_posix()
        try:
            read.append(parse_document(read_text(path), place))
        except DataFileError as fault:
            refused.append(error(place, str(fault)))
    return read, refused


def parse_document(text: str, place: str) -> PackDocument:
    """Raises ``DataFileError``: no front matter, or not as declared."""
    lines = text.split("\n")
    if lines[0] != FENCE or FENCE not in lines[1:]:
        raise DataFileError(f"begins with no front matter between two lines {FENCE}")
    end = lines.index(FENCE, 1)
    facts = declared(parse_yaml("\n".join(lines[1:end]), "front matter"), _FrontMatter, "front matter")
    body = lines[end + 1 :]
    heading = next((line[2:].strip() for line in body if line.startswith("# ")), "")
    claims = tuple(claim for number, line in enumerate(body, end + 2) for claim in claims_of(line, number))
    return PackDocument(place, _document(facts), heading, "\n".join(body), claims)


def claims_of(line: str, number: int) -> Iterator[Claim]:
    """Each stretch of ``line`` that ends with a marker."""
    start = numbered.end() if (numbered := _LIST_NUMBER.match(line)) else 0
    while (opening := _next_marker(line, start)) >= 0:
        closing = _closing(line, opening)
        marker = line[opening:closing]
        yield Claim(number, line[start:opening].strip("。；，、 \t"), marker, basis_in(marker))
        start = closing


def _next_marker(line: str, start: int) -> int:
    return min((place for begin in MARKER_STARTS if (place := line.find(begin, start)) >= 0), default=-1)


def _closing(line: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(line)):
        depth += _PARENTHESES.get(line[place], 0)
        if depth == 0:
            return place + 1
    return len(line)


def _document(facts: _FrontMatter) -> Document:
    return Document(
        id=facts.id,
        title=facts.title,
        kind=facts.kind,
        level=facts.level,
        region=facts.region,
        issuer=facts.issuer,
        document_number=facts.document_number,
        category=facts.category,
        validity=Validity(facts.effective_from, facts.repealed_on),
        successor_id=facts.superseded_by,
        predecessor_id=facts.supersedes,
        owner_unit=facts.owner_unit,
        review_date=facts.review_date,
        verified=facts.verified,
        basis=tuple(LegalBasis(basis.law, basis.article) for basis in facts.basis),
        keywords=tuple(facts.keywords),
        asked_as=tuple((heading, tuple(words)) for heading, words in facts.asked_as.items()),
    )
