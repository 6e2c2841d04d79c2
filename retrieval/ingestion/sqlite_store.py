"""One SQLite file for several threads of one process, with a lock that keeps a second writing process out."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, source_name TEXT NOT NULL, hash TEXT NOT NULL, facts TEXT NOT NULL,
    first_article TEXT NOT NULL, chars INTEGER NOT NULL, state TEXT NOT NULL, touched INTEGER NOT NULL DEFAULT 0,
    series_id TEXT, predecessor_id TEXT, successor_id TEXT, repealed_on TEXT,
    passage_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX documents_by_source ON documents (source);
CREATE INDEX documents_by_state ON documents (state);
CREATE TABLE texts (id TEXT PRIMARY KEY, text BLOB NOT NULL, spans TEXT NOT NULL, passage_ids TEXT NOT NULL DEFAULT '');
CREATE TABLE sources (path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, notes TEXT NOT NULL);
"""
# Younger than version 1, which ledgers keep: a program that does not know the table reads them as before.
_RETIREMENTS = "CREATE TABLE IF NOT EXISTS retirements (id TEXT PRIMARY KEY, repealed_on TEXT NOT NULL)"
_LATER = {"successor_id": "TEXT", "reason": "TEXT NOT NULL DEFAULT ''"}
"""Columns of retirements that ledgers of the first release lack."""


class IngestionBusy(Exception):  # noqa: N818 - says what the other process does
    """Another process is writing to the same ledger."""


class SqliteStore:
    """The ledger's file in WAL mode; statements are serialised, transactions are explicit.

    Raises:
        ValueError: the file was written by a newer version of the program.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.RLock()
        self._undone = 0
        self._connection = sqlite3.connect(path, timeout=5.0, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._create()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def execute(self, statement: str, *values: Any) -> None:
        with self._lock:
            self._connection.execute(statement, values)

    def execute_many(self, statement: str, values: Sequence[tuple[Any, ...]]) -> None:
        with self._lock:
            self._connection.executemany(statement, values)

    def version(self) -> tuple[int, int, int]:
        """Another one after every change, by whatever process: what was read at this one still stands."""
        with self._lock:
            by_others = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return by_others, self._connection.total_changes, self._undone

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                self._undone += 1
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Holds the right to write, across processes.

        Raises:
            IngestionBusy: another process holds it.
        """
        with Path(f"{self._path}.lock").open("w") as lock_file:
            try:
                fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise IngestionBusy("另一个导入正在进行，请等它结束后再试。") from error
            yield

    def _create(self) -> None:
        version = self.rows("PRAGMA user_version")[0][0]
        if version > _SCHEMA_VERSION:
            raise ValueError("索引目录由更新版本的程序写成，请升级程序，或换一个目录重新导入。")
        if version == 0:
            with self.transaction():
                for statement in _SCHEMA.split(";"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        self._connection.execute(_RETIREMENTS)
        if self._lacking():
            with self.transaction():  # another process may be opening the same ledger
                for name in self._lacking():
                    self._connection.execute(f"ALTER TABLE retirements ADD COLUMN {name} {_LATER[name]}")

    def _lacking(self) -> list[str]:
        known = {row[1] for row in self.rows("PRAGMA table_info(retirements)")}
        return [name for name in _LATER if name not in known]
