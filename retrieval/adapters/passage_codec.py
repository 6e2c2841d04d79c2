"""A passage as the plain data that an index stores, and the fields its filters and look-ups read."""

from __future__ import annotations

from datetime import date
from typing import Any

from retrieval.contracts import LegalBasis, Passage, Validity
from retrieval.filters import region_key, validity_days
from retrieval.references import article_key, short_title_key, title_key

_PLAIN = (
    *("id", "document_id", "row_id", "title", "text", "start", "end", "ordinal"),
    *("region", "level", "kind", "document_number", "issuer"),
)
_DAYS = ("effective_from", "repealed_on")


def encode(passage: Passage) -> dict[str, Any]:
    """JSON-ready fields; what is empty is left out."""
    fields: dict[str, Any] = {name: getattr(passage, name) for name in _PLAIN if getattr(passage, name)}
    fields |= {name: list(getattr(passage, name)) for name in ("path", "keywords") if getattr(passage, name)}
    fields |= {name: day.isoformat() for name in _DAYS if (day := getattr(passage.validity, name))}
    if passage.basis:
        fields["basis"] = [[basis.law, basis.article] for basis in passage.basis]
    return fields


def decode(fields: dict[str, Any]) -> Passage:
    """The passage that ``encode`` was given."""
    plain = {name: fields[name] for name in _PLAIN if name in fields}
    return Passage(
        **{"text": "", "title": ""} | plain,
        path=tuple(fields.get("path", ())),
        keywords=tuple(fields.get("keywords", ())),
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


def article_of(passage: Passage) -> str:
    return next((key for part in passage.path if (key := article_key(part))), "")


def section_of(passage: Passage) -> str:
    """The path down to the article, or the whole path where there are no articles."""
    depth = next((depth for depth, part in enumerate(passage.path, 1) if article_key(part)), len(passage.path))
    return "\n".join(passage.path[:depth])


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
