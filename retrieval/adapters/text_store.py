"""Passage texts beside the embedded index: one SQLite file, rows numbered as the index numbers its points.

Recall then returns numbers only, and nothing that a query does not need is read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from retrieval.adapters.passage_codec import decode, encode, look_up_fields
from retrieval.contracts import Passage

_SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
CREATE TABLE IF NOT EXISTS passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL, ordinal INTEGER NOT NULL,
    title_key TEXT NOT NULL, short_key TEXT NOT NULL, article TEXT NOT NULL, section TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_document ON passages (document_id, ordinal);
CREATE INDEX IF NOT EXISTS by_title ON passages (title_key, article) WHERE article <> '';
CREATE INDEX IF NOT EXISTS by_short_title ON passages (short_key, article) WHERE article <> '';
CREATE TABLE IF NOT EXISTS changed_rows (row INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS changed_documents (document_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS version (writes INTEGER NOT NULL);
INSERT INTO version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM version);
"""
_PUT = """
INSERT INTO passages (id, document_id, ordinal, title_key, short_key, article, section, body)
VALUES (:id, :document_id, :ordinal, :title_key, :short_key, :article, :section, :body)
ON CONFLICT (id) DO UPDATE SET document_id = excluded.document_id, ordinal = excluded.ordinal,
    title_key = excluded.title_key, short_key = excluded.short_key, article = excluded.article,
    section = excluded.section, body = excluded.body
RETURNING row
"""
_SECTION = "SELECT body FROM passages WHERE document_id = ? AND section = ? ORDER BY ordinal"
_NAMED = """
SELECT body FROM passages WHERE article <> '' AND article = ? AND (title_key IN ({marks}) OR short_key IN ({marks}))
ORDER BY document_id, ordinal
"""
_MOST_PARAMETERS = 500


class TextStore:
    """Passages by id, row, document and article. Safe to share between threads.

    Opened for reading it takes the file as unchanging and locks nothing.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        self._lock = RLock()
        name = f"{path.absolute().as_uri()}?{'mode=rwc' if writable else 'mode=ro&immutable=1'}"
        self._connection = sqlite3.connect(name, uri=True, timeout=5.0, check_same_thread=False, isolation_level=None)
        if writable:
            self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside stand or fall together, and count as one step of ``version``."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("UPDATE version SET writes = writes + 1")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @property
    def version(self) -> int:
        return int(self._all("SELECT writes FROM version")[0][0])

    def put(self, passages: Sequence[Passage]) -> list[int]:
        """Insert or replace inside a transaction; the rows, in the order given. A known id keeps its row."""
        rows = [self._put(passage) for passage in passages]
        self._connection.executemany("INSERT OR IGNORE INTO changed_rows VALUES (?)", ((row,) for row in rows))
        return rows

    def remove_documents(self, document_ids: Iterable[str]) -> list[int]:
        """Inside a transaction; the rows that are gone."""
        doomed = list(document_ids)
        rows = [row for (row,) in self._in("SELECT row FROM passages WHERE document_id IN ({})", doomed)]
        self._connection.executemany("DELETE FROM passages WHERE row = ?", ((row,) for row in rows))
        self._connection.executemany("INSERT OR IGNORE INTO changed_documents VALUES (?)", ((each,) for each in doomed))
        return rows

    def changes(self) -> tuple[list[int], list[str]]:
        """Rows put, and documents removed, since ``forget_changes``; a removed document may have new rows."""
        rows = self._all("SELECT row FROM changed_rows JOIN passages USING (row) ORDER BY row")
        return [row for (row,) in rows], [name for (name,) in self._all("SELECT document_id FROM changed_documents")]

    def forget_changes(self) -> None:
        """Inside a transaction."""
        self._connection.execute("DELETE FROM changed_rows")
        self._connection.execute("DELETE FROM changed_documents")

    def ids(self) -> list[tuple[int, str]]:
        """Every (row, passage id), rows ascending."""
        return self._all("SELECT row, id FROM passages ORDER BY row")

    def passages_in(self, rows: Sequence[int]) -> tuple[list[int], list[Passage]]:
        """The rows that exist, and their passages."""
        found = self._in("SELECT row, body FROM passages WHERE row IN ({})", rows)
        return [row for row, _ in found], [_passage(body) for _, body in found]

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        """In the order asked for; unknown ids are left out."""
        found = dict(self._in("SELECT id, body FROM passages WHERE id IN ({})", passage_ids))
        return [_passage(found[passage_id]) for passage_id in passage_ids if passage_id in found]

    def section(self, document_id: str, section: str) -> list[Passage]:
        """One article or section of a document, in document order."""
        return [_passage(body) for (body,) in self._all(_SECTION, (document_id, section))]

    def named(self, laws: Sequence[str], article: str) -> list[Passage]:
        """An article by its key and the keys that its law's title may have."""
        statement = _NAMED.format(marks=",".join("?" * len(laws)))
        return [_passage(body) for (body,) in self._all(statement, (article, *laws, *laws))]

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _put(self, passage: Passage) -> int:
        body = json.dumps(encode(passage), ensure_ascii=False, separators=(",", ":"))
        fields = {"id": passage.id, "document_id": passage.document_id, "ordinal": passage.ordinal, "body": body}
        return int(self._connection.execute(_PUT, fields | look_up_fields(passage)).fetchone()[0])

    def _in(self, statement: str, values: Sequence[str | int]) -> list[Any]:
        found = []
        for start in range(0, len(values), _MOST_PARAMETERS):
            part = values[start : start + _MOST_PARAMETERS]
            found += self._all(statement.format(",".join("?" * len(part))), tuple(part))
        return found

    def _all(self, statement: str, values: tuple[str | int, ...] = ()) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _passage(body: str) -> Passage:
    return decode(json.loads(body))
