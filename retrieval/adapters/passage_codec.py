"""A passage as the plain data that an index stores, and the fields its filters and look-ups read."""

from __future__ import annotations

from datetime import date
from typing import Any

from retrieval.contracts import LegalBasis, Passage, Validity
from retrieval.filters import region_key, validity_days
from retrieval.references import article_key, short_title_key, title_key

_OF_DOCUMENT = ("document_id", "title", "region", "level", "kind", "document_number", "issuer", "unverified")
_OF_PASSAGE = ("id", "row_id", "text", "start", "end", "ordinal")
_LISTS = ("path", "keywords", "asked_as")
_DAYS = ("effective_from", "repealed_on")


def encode(passage: Passage) -> dict[str, Any]:
    """JSON-ready fields; what is empty is left out."""
    return head_fields(passage) | own_fields(passage)


def head_fields(passage: Passage) -> dict[str, Any]:
    """What a passage shares with the others of its document."""
    fields = {name: getattr(passage, name) for name in _OF_DOCUMENT if getattr(passage, name)}
    validity = passage.validity
    return fields | {name: day.isoformat() for name in _DAYS if (day := getattr(validity, name))}


def own_fields(passage: Passage) -> dict[str, Any]:
    """What is a passage's own."""
    fields = {name: getattr(passage, name) for name in _OF_PASSAGE if getattr(passage, name)}
    fields |= {name: list(getattr(passage, name)) for name in _LISTS if getattr(passage, name)}
    if passage.basis:
        fields["basis"] = [[basis.law, basis.article] for basis in passage.basis]
    return fields


def decode(fields: dict[str, Any]) -> Passage:
    """The passage that ``encode`` was given."""
    plain = {name: fields[name] for name in (*_OF_DOCUMENT, *_OF_PASSAGE) if name in fields}
    return Passage(
        **{"text": "", "title": ""} | plain,
        path=tuple(fields.get("path", ())),
        keywords=tuple(fields.get("keywords", ())),
        asked_as=tuple(fields.get("asked_as", ())),
        validity=Validity(_day(fields.get("effective_from")), _day(fields.get("repealed_on"))),
        basis=tuple(LegalBasis(law, article) for law, article in fields.get("basis", ())),
    )


def filter_fields(passage: Passage) -> dict[str, Any]:
    """What the index filters on: region key, level, and validity as two day ordinals."""
    first_day, end_day = validity_days(passage.validity)
    return {"region": region_key(passage.region), "level": passage.level or "", "from": first_day, "until": end_day}


def look_up_fields(passage: Passage) -> dict[str, str]:
    """Keys for ``named`` and ``neighbours``."""
    return {
        "title_key": title_key(passage.title),
        "short_key": short_title_key(passage.title),
        "article": article_of(passage),
        "section": section_of(passage),
    }


WHOLE_KINDS = ("guide", "plan")
"""Short documents whose sections answer together: the neighbours of one are all of them."""


def article_of(passage: Passage) -> str:
    """Key of the article that the path leads through; "" outside statutes."""
    return next((key for part in passage.path if part[:1] == "第" and (key := article_key(part))), "")


def section_of(passage: Passage) -> str:
    """The path down to the article, or the whole path where there are no articles; a guide is one section."""
    if passage.kind in WHOLE_KINDS:
        return ""
    depth = next((depth for depth, part in enumerate(passage.path, 1) if article_key(part)), len(passage.path))
    return "\n".join(passage.path[:depth])


def is_version_of(passage: Passage, other: Passage) -> bool:
    """The same article, or section where there are none, of the same title and place."""
    place = article_of(passage) or section_of(passage)
    same_place = place == (article_of(other) or section_of(other))
    same_document = title_key(passage.title) == title_key(other.title)
    return same_place and same_document and region_key(passage.region) == region_key(other.region)


def by_age(passage: Passage) -> tuple[date, int]:
    """Sort key: oldest version first, in the order of the document within one."""
    return passage.validity.effective_from or date.min, passage.ordinal


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
