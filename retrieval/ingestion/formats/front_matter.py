"""Writes a document as Markdown with front matter, the form that ``parse_markdown`` reads."""

from __future__ import annotations

from typing import Any

import yaml

from retrieval.ingestion.parsed import ParsedDocument

_PLAIN = ("id", "title", "kind", "issuer", "document_number", "region", "level", "category")


def as_markdown(parsed: ParsedDocument) -> str:
    """Everything that the front matter can say, then the text. ``region`` is spelled out for national texts."""
    document = parsed.document
    facts: dict[str, Any] = {name: getattr(document, name) for name in _PLAIN}
    facts |= {
        "region": document.region or "全国",
        "effective_from": document.validity.effective_from,
        "repealed_on": document.validity.repealed_on,
        "supersedes": parsed.supersedes,
        "superseded_by": parsed.superseded_by,
        "basis": [{"law": basis.law, "article": basis.article} for basis in document.basis],
        "owner_unit": document.owner_unit,
        "review_date": document.review_date,
        "verified": document.verified,
        "keywords": list(document.keywords),
    }
    if document.asked_as:
        facts["asked_as"] = {heading: list(words) for heading, words in document.asked_as}
    head = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{head}---\n{parsed.text.strip()}\n"
