"""Documents as JSON for the ledger; the text goes compressed beside it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from retrieval.contracts import Document, LegalBasis, Validity
from retrieval.ingestion.parsed import ParsedDocument, Span


def content_hash(parsed: ParsedDocument, recipe: str) -> str:
    """Changes when facts, text or own cuts change, or the ``recipe`` by which it is split."""
    content = json.dumps([recipe, encode_facts(parsed), parsed.text, encode_spans(parsed)], ensure_ascii=False)
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def encode_facts(parsed: ParsedDocument) -> str:
    facts = asdict(parsed.document)
    for linked in ("series_id", "predecessor_id", "successor_id", "source", "content_hash"):
        del facts[linked]
    links = {"repeals": parsed.repeals, "supersedes": parsed.supersedes, "superseded_by": parsed.superseded_by}
    return json.dumps({**facts, **links}, ensure_ascii=False, default=date.isoformat)


def decode_document(facts: Mapping[str, Any], **linked: Any) -> Document:
    """The document of ``encode_facts``; ``linked`` are the ledger's own columns and win over the stored facts."""
    fields = {key: value for key, value in facts.items() if key not in ("repeals", "supersedes", "superseded_by")}
    validity = fields.pop("validity")
    repealed_on = linked.pop("repealed_on", validity["repealed_on"])
    return Document(
        **{
            **fields,
            "validity": Validity(_day(validity["effective_from"]), _day(repealed_on)),
            "review_date": _day(fields["review_date"]),
            "basis": tuple(LegalBasis(**entry) for entry in fields["basis"]),
            "keywords": tuple(fields["keywords"]),
            "asked_as": tuple((heading, tuple(words)) for heading, words in fields.get("asked_as", ())),
            **linked,
        }
    )


def encode_spans(parsed: ParsedDocument) -> str:
    spans = [[span.start, span.end, span.path, span.row_id] for span in parsed.spans]
    return json.dumps(spans, ensure_ascii=False, separators=(",", ":")) if spans else ""


def decode_spans(stored: str) -> tuple[Span, ...]:
    return tuple(Span(start, end, tuple(path), row_id) for start, end, path, row_id in json.loads(stored or "[]"))


def pack(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "replace"), 6)


def unpack(stored: bytes) -> str:
    return zlib.decompress(stored).decode("utf-8")


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
