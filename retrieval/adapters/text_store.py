"""Passage texts beside the embedded index: one SQLite file, rows numbered as the index numbers its points.

Recall then returns numbers only, and nothing that a query does not need is read. What all passages of a document share
(its *head*) is stored once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from retrieval.adapters.passage_codec import (
    article_of,
    by_age,
    decode,
    head_fields,
    is_version_of,
    own_fields,
    section_of,
)
from retrieval.adapters.text_schema import NAMED, SCHEMA
from retrieval.contracts import Passage
from retrieval.references import short_title_key, title_key

_MOST_PARAMETERS = 500
_BODIES = "SELECT heads.body, passages.body FROM passages JOIN heads USING (head) WHERE "
_KEYED = "SELECT {key}, heads.body, passages.body FROM passages JOIN heads USING (head) WHERE {key} IN ({marks})"
_PUT = """
INSERT INTO passages (id, head, ordinal, article, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET head = excluded.head, ordinal = excluded.ordinal, article = excluded.article,
    body = excluded.body
RETURNING row
"""


class TextStore:
    """Passages by id, row, document and article. Safe to share between threads.

    Opened for reading it takes the file as unchanging and locks nothing.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        self._lock = RLock()
        name = f"{path.absolute().as_uri()}?{'mode=rwc' if writable else 'mode=ro&immutable=1'}"
        self._connection = sqlite3.connect(name, uri=True, timeout=5.0, check_same_thread=False, isolation_level=None)
        if writable:
            self._connection.executescript(SCHEMA)

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
        heads: dict[str, int] = {}
        rows = [self._put(passage, heads) for passage in passages]
        self._connection.executemany("INSERT OR REPLACE INTO changed_rows VALUES (?, 0)", ((row,) for row in rows))
        return rows

    def remove_documents(self, document_ids: Iterable[str]) -> list[int]:
        """Inside a transaction; the rows that are gone."""
        doomed = list(document_ids)
        heads = [head for (head,) in self._in("SELECT head FROM heads WHERE document_id IN ({marks})", doomed)]
        rows = [row for (row,) in self._in("SELECT row FROM passages WHERE head IN ({marks})", heads)]
        self._connection.executemany("DELETE FROM passages WHERE head = ?", ((head,) for head in heads))
        self._connection.executemany("DELETE FROM heads WHERE head = ?", ((head,) for head in heads))
        self._connection.executemany("INSERT OR IGNORE INTO changed_documents VALUES (?)", ((each,) for each in doomed))
        return rows

    def changes(self) -> tuple[list[int], list[str]]:
        """Rows put, and documents removed, since ``forget_changes``; a removed document may have new rows."""
        rows = self._all("SELECT row FROM changed_rows JOIN passages USING (row) ORDER BY row")
        return [row for (row,) in rows], [name for (name,) in self._all("SELECT document_id FROM changed_documents")]

    def unflushed(self) -> set[int]:
        """Rows put since ``flushed``, whose points a kill may have lost."""
        return {row for (row,) in self._all("SELECT row FROM changed_rows WHERE NOT flushed")}

    def flushed(self) -> None:
        """Inside a transaction: the points of all rows are on disk."""
        self._connection.execute("UPDATE changed_rows SET flushed = 1 WHERE NOT flushed")

    def forget_changes(self) -> None:
        """Inside a transaction."""
        self._connection.execute("DELETE FROM changed_rows")
        self._connection.execute("DELETE FROM changed_documents")

    def ids(self) -> list[tuple[int, str]]:
        """Every (row, passage id), rows ascending."""
        return self._all("SELECT row, id FROM passages ORDER BY row")

    def passages_in(self, rows: Sequence[int]) -> tuple[list[int], list[Passage]]:
        """The rows that exist, and their passages."""
        found = self._in(_KEYED.replace("{key}", "row"), rows)
        return [row for row, _, _ in found], [_passage(head, own) for _, head, own in found]

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        """In the order asked for; unknown ids are left out."""
        found = {name: (head, own) for name, head, own in self._in(_KEYED.replace("{key}", "id"), passage_ids)}
        return [_passage(*found[passage_id]) for passage_id in passage_ids if passage_id in found]

    def neighbours(self, passage: Passage) -> list[Passage]:
        """The article or section that holds ``passage``, in document order."""
        where = _BODIES + "document_id = ? AND article = ? ORDER BY ordinal"
        found = [_passage(*bodies) for bodies in self._all(where, (passage.document_id, article_of(passage)))]
        section = section_of(passage)
        return [other for other in found if section_of(other) == section]

    def versions(self, passage: Passage) -> list[Passage]:
        """Every version of the article or section, oldest first."""
        where = _BODIES + "title_key = ? AND article = ?"
        bodies = self._all(where, (title_key(passage.title), article_of(passage)))
        found = [_passage(*each) for each in bodies]
        return sorted((other for other in found if is_version_of(passage, other)), key=by_age)

    def named(self, laws: Sequence[str], article: str) -> list[Passage]:
        """An article by its key and the keys that its law's title may have."""
        statement = _BODIES + NAMED.format(marks=",".join("?" * len(laws)))
        return [_passage(*bodies) for bodies in self._all(statement, (article, *laws, *laws))]

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _put(self, passage: Passage, heads: dict[str, int]) -> int:
        head = _json(head_fields(passage))
        if head not in heads:
            heads[head] = self._head(passage, head)
        own = (passage.id, heads[head], passage.ordinal, article_of(passage), _json(own_fields(passage)))
        return int(self._connection.execute(_PUT, own).fetchone()[0])

    def _head(self, passage: Passage, body: str) -> int:
        known = self._all("SELECT head FROM heads WHERE document_id = ? AND body = ?", (passage.document_id, body))
        if known:
            return int(known[0][0])
        values = (passage.document_id, title_key(passage.title), short_title_key(passage.title), body)
        statement = "INSERT INTO heads (document_id, title_key, short_key, body) VALUES (?, ?, ?, ?) RETURNING head"
        return int(self._all(statement, values)[0][0])

    def _in(self, statement: str, values: Sequence[str | int]) -> list[Any]:
        found = []
        for start in range(0, len(values), _MOST_PARAMETERS):
            part = values[start : start + _MOST_PARAMETERS]
            found += self._all(statement.replace("{marks}", ",".join("?" * len(part))), tuple(part))
        return found

    def _all(self, statement: str, values: tuple[str | int, ...] = ()) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _passage(head: str, own: str) -> Passage:
    return decode(json.loads(head) | json.loads(own))
