"""The ledger of documents in SQLite: what is known, from where, in which state, with its text.

A document goes ``pending`` (read, not in the index) → ``indexing`` (passages may be in the index) → ``indexed``, and
``removing`` → gone. Every step is one transaction, so whatever kills the process, the next run sees what is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from retrieval.contracts import Document
from retrieval.ingestion.codec import (
    content_hash,
    decode_document,
    decode_spans,
    encode_facts,
    encode_spans,
    pack,
    unpack,
)
from retrieval.ingestion.outline import first_article
from retrieval.ingestion.parsed import ParsedDocument
from retrieval.ingestion.sqlite_store import IngestionBusy, SqliteStore
from retrieval.ingestion.versions import Links, VersionFacts

_LINKS = "series_id, predecessor_id, successor_id, repealed_on"
_COLUMNS = f"id, source_name, hash, facts, {_LINKS}"
_SET_LINKS = (
    "UPDATE documents SET series_id = ?, predecessor_id = ?, successor_id = ?, repealed_on = ?, state = ? WHERE id = ?"
)


class Staged(Enum):
    """What staging a document found: new, changed, or the same as what is indexed."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PendingDocument:
    """A document to be indexed; ``touched`` if passages of it may already be in the index."""

    id: str
    chars: int
    touched: bool


@dataclass(frozen=True, slots=True)
class Retirement:
    """A document holds no more from ``repealed_on``; ``successor_id`` is what to read instead."""

    repealed_on: date
    successor_id: str | None = None
    reason: str = ""


class SqliteRegistry:
    """Implements ``retrieval.ports.DocumentRegistry``; safe for several threads, one writing process at a time.

    ``exclusive()`` holds the right to write (or raises ``IngestionBusy``), ``transaction()`` groups ``stage`` calls.
    """

    def __init__(self, path: Path) -> None:
        self._store = SqliteStore(path)
        self.exclusive, self.transaction = self._store.exclusive, self._store.transaction
        self._known: tuple[object, list[Document]] = None, []

    def close(self) -> None:
        self._store.close()

    def get(self, document_id: str) -> Document | None:
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM documents WHERE id = ? AND state != 'removing'", document_id)  # noqa: S608
        return _document(rows[0]) if rows else None

    def all(self) -> list[Document]:
        """Every known document, by id. Read anew when the ledger has changed: pages ask for it at every visit."""
        version = self._store.version()
        if self._known[0] != version:
            rows = self._store.rows(f"SELECT {_COLUMNS} FROM documents WHERE state != 'removing' ORDER BY id")  # noqa: S608
            self._known = version, [_document(row) for row in rows]
        return list(self._known[1])

    def passages_of(self, document_id: str) -> list[str]:
        """Passage ids in document order; empty while the document is not indexed."""
        rows = self._store.rows("SELECT passage_ids FROM texts WHERE id = ?", document_id)
        return rows[0][0].split("\n") if rows and rows[0][0] else []

    def text_of(self, document_id: str) -> str | None:
        """The parsed text that passages' ``start`` and ``end`` count in."""
        rows = self._store.rows("SELECT text FROM texts WHERE id = ?", document_id)
        return unpack(rows[0][0]) if rows else None

    def passage_count(self) -> int:
        return int(
            self._store.rows("SELECT coalesce(sum(passage_count), 0) FROM documents WHERE state = 'indexed'")[0][0]
        )

    def stage(self, parsed: ParsedDocument, source: str, source_name: str, recipe: str) -> Staged:
        """Records a document as read from ``source``; what changed becomes pending. Call inside ``transaction``.

        ``recipe`` names the way of splitting: a new one makes every document pending.
        """
        digest = content_hash(parsed, recipe)
        known = self._store.rows("SELECT hash, state, touched, source FROM documents WHERE id = ?", parsed.document.id)
        if known and known[0][3] != source:
            self._store.execute("DELETE FROM sources WHERE path = ?", known[0][3])
        if known and known[0][0] == digest and known[0][1] != "removing":
            self._store.execute(
                "UPDATE documents SET source = ?, source_name = ? WHERE id = ?", source, source_name, parsed.document.id
            )
            if known[0][1] == "indexed":
                return Staged.UNCHANGED
        else:
            self._write(parsed, digest, source, source_name)
        return Staged.UPDATED if known and known[0][2] else Staged.ADDED

    def pending(self) -> list[PendingDocument]:
        rows = self._store.rows(
            "SELECT id, chars, touched FROM documents WHERE state IN ('pending', 'indexing') ORDER BY rowid"
        )
        return [PendingDocument(row[0], row[1], bool(row[2])) for row in rows]

    def load(self, document_id: str) -> ParsedDocument:
        """A document as it goes into the index: with its linked validity."""
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM documents WHERE id = ?", document_id)  # noqa: S608
        text, spans = self._store.rows("SELECT text, spans FROM texts WHERE id = ?", document_id)[0]
        return ParsedDocument(_document(rows[0]), unpack(text), decode_spans(spans))

    def mark_indexing(self, document_ids: Sequence[str]) -> None:
        with self._store.transaction():
            self._store.execute_many(
                "UPDATE documents SET state = 'indexing', touched = 1 WHERE id = ?", [(one,) for one in document_ids]
            )

    def mark_indexed(self, passage_ids: Mapping[str, Sequence[str]]) -> None:
        with self._store.transaction():
            counts = [(len(ids), document_id) for document_id, ids in passage_ids.items()]
            self._store.execute_many("UPDATE documents SET state = 'indexed', passage_count = ? WHERE id = ?", counts)
            lists = [("\n".join(ids), document_id) for document_id, ids in passage_ids.items()]
            self._store.execute_many("UPDATE texts SET passage_ids = ? WHERE id = ?", lists)

    def mark_pending(self, document_ids: Iterable[str]) -> None:
        with self._store.transaction():
            self._store.execute_many(
                "UPDATE documents SET state = 'pending' WHERE id = ?", [(one,) for one in document_ids]
            )

    def mark_removing(self, document_ids: Iterable[str]) -> None:
        with self._store.transaction():
            self._store.execute_many(
                "UPDATE documents SET state = 'removing' WHERE id = ?", [(one,) for one in document_ids]
            )

    def removing(self) -> list[str]:
        return [row[0] for row in self._store.rows("SELECT id FROM documents WHERE state = 'removing' ORDER BY id")]

    def forget(self, document_ids: Iterable[str]) -> None:
        """Drops documents whose passages are out of the index; their sources are read anew next time."""
        ids = [(one,) for one in document_ids]
        with self._store.transaction():
            self._store.execute_many(
                "DELETE FROM sources WHERE path = (SELECT source FROM documents WHERE id = ?)", ids
            )
            self._store.execute_many("DELETE FROM documents WHERE id = ?", ids)
            self._store.execute_many("DELETE FROM texts WHERE id = ?", ids)

    def documents_from(self, source: str) -> list[str]:
        rows = self._store.rows("SELECT id FROM documents WHERE source = ? AND state != 'removing' ORDER BY id", source)
        return [row[0] for row in rows]

    def sources_below(self, folder: Path) -> list[str]:
        """Sources of documents that are files below ``folder``."""
        rows = self._store.rows("SELECT DISTINCT source FROM documents ORDER BY source")
        return [row[0] for row in rows if folder in Path(row[0]).parents]

    def notes_if_current(self, source: str, fingerprint: str) -> str | None:
        """The notes of the last reading, if ``source`` was then read to its end with this very content."""
        rows = self._store.rows("SELECT notes FROM sources WHERE path = ? AND fingerprint = ?", source, fingerprint)
        return str(rows[0][0]) if rows else None

    def record_source(self, source: str, fingerprint: str, notes: str) -> None:
        self._store.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", source, fingerprint, notes)

    def retire(self, document_id: str, retirement: Retirement) -> None:
        """A day decided by a person from which a document holds no more; it outlasts reading the source again.

        Takes effect with the next linking of versions; a document that ends earlier by itself still does.
        """
        ends, successor = retirement.repealed_on.isoformat(), retirement.successor_id
        self._store.execute(
            "INSERT OR REPLACE INTO retirements (id, repealed_on, successor_id, reason) VALUES (?, ?, ?, ?)",
            document_id,
            ends,
            successor,
            retirement.reason,
        )

    def retirement_of(self, document_id: str) -> Retirement | None:
        """What a person decided; ``None`` for a document that ends by itself or not at all."""
        rows = self._store.rows("SELECT repealed_on, successor_id, reason FROM retirements WHERE id = ?", document_id)
        return Retirement(date.fromisoformat(rows[0][0]), *rows[0][1:]) if rows else None

    def version_facts(self) -> list[VersionFacts]:
        rows = self._store.rows(
            "SELECT facts, first_article, r.repealed_on, r.successor_id FROM documents d"
            " LEFT JOIN retirements r ON r.id = d.id WHERE state != 'removing' ORDER BY d.id"
        )
        return [_ending(_version_facts(json.loads(facts), opening), *ended) for facts, opening, *ended in rows]

    def apply_links(self, links: Mapping[str, Links]) -> list[str]:
        """Stores the links; documents that are indexed with another end of validity become pending and are returned."""
        changed: list[str] = []
        with self._store.transaction():
            for row in self._store.rows(f"SELECT id, state, {_LINKS} FROM documents"):  # noqa: S608
                document_id, state, *stored = row
                if document_id not in links or (new := _stored(links[document_id])) == stored:
                    continue
                if state == "indexed" and new[-1] != stored[-1]:
                    changed.append(document_id)
                    state = "pending"
                self._store.execute(_SET_LINKS, *new, state, document_id)
        return changed

    def _write(self, parsed: ParsedDocument, digest: str, source: str, source_name: str) -> None:
        document, repealed_on = parsed.document, parsed.document.validity.repealed_on
        self._store.execute(
            "INSERT INTO documents (id, source, source_name, hash, facts, first_article, chars, state, repealed_on)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?) ON CONFLICT (id) DO UPDATE SET source = excluded.source,"
            " source_name = excluded.source_name, hash = excluded.hash, facts = excluded.facts,"
            " first_article = excluded.first_article, chars = excluded.chars, state = 'pending', passage_count = 0,"
            " repealed_on = excluded.repealed_on",
            document.id,
            source,
            source_name,
            digest,
            encode_facts(parsed),
            first_article(parsed.text),
            len(parsed.text),
            repealed_on.isoformat() if repealed_on else None,
        )
        self._store.execute(
            "INSERT OR REPLACE INTO texts (id, text, spans) VALUES (?, ?, ?)",
            document.id,
            pack(parsed.text),
            encode_spans(parsed),
        )


def _document(row: Sequence[Any]) -> Document:
    _, source_name, digest, facts, series_id, predecessor_id, successor_id, repealed_on = row
    return decode_document(
        json.loads(facts),
        repealed_on=repealed_on,
        series_id=series_id,
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        source=source_name,
        content_hash=digest,
    )


def _stored(links: Links) -> list[str | None]:
    repealed_on = links.repealed_on.isoformat() if links.repealed_on else None
    return [links.series_id, links.predecessor_id, links.successor_id, repealed_on]


def _ending(facts: VersionFacts, retired: str | None, successor_id: str | None) -> VersionFacts:
    if retired is None:
        return facts
    day = date.fromisoformat(retired)
    named = successor_id or facts.superseded_by
    return replace(facts, repealed_on=min(facts.repealed_on or day, day), superseded_by=named)


def _version_facts(facts: Mapping[str, Any], opening: str) -> VersionFacts:
    document = decode_document(facts)
    return VersionFacts(
        document.id,
        document.title,
        document.region,
        document.validity.effective_from,
        document.validity.repealed_on,
        tuple(facts["repeals"]),
        facts["supersedes"],
        facts["superseded_by"],
        opening,
    )


__all__ = ["IngestionBusy", "PendingDocument", "Retirement", "SqliteRegistry", "Staged"]
