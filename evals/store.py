"""Outputs of earlier runs by the hash of all that they depend on: what did not change is not generated again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import assistant
import evals
import retrieval
from assistant.city_pack import city_pack_folder, prompts_folder
from evals.contracts import DatasetError

_CODE = {".py", ".yaml", ".json", ".npz", ".bin", ".md"}
_TABLE = "CREATE TABLE IF NOT EXISTS outputs (key TEXT PRIMARY KEY, output TEXT NOT NULL, seconds REAL NOT NULL)"


@dataclass(frozen=True, slots=True)
class Stored:
    """One generated output (JSON) and the seconds that it took when it was generated."""

    output: Mapping[str, Any]
    seconds: float


class OutputStore:
    """SQLite file of outputs by key.

    Raises:
        DatasetError: the file is no store of this program.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> Stored | None:
        row = self._connection.execute("SELECT output, seconds FROM outputs WHERE key = ?", (key,)).fetchone()
        return Stored(json.loads(row[0]), row[1]) if row else None

    def keep(self, key: str, stored: Stored) -> None:
        row = (key, json.dumps(stored.output, ensure_ascii=False), stored.seconds)
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?)", row)


@contextmanager
def open_store(path: Path | None) -> Iterator[OutputStore]:
    """A store in ``path``; without one a store that is forgotten on leaving."""
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path or ":memory:", timeout=30)) as connection:
        try:
            connection.execute(_TABLE)
        except sqlite3.DatabaseError as error:
            raise DatasetError(f"{path}: not a store of outputs ({error}); name another file with --store") from error
        yield OutputStore(connection)


def recall(
    store: OutputStore, keys: Sequence[str], generate: Callable[[Sequence[int]], Iterable[Stored]]
) -> tuple[list[Stored], frozenset[int]]:
    """Outputs in the order of ``keys``, and the places whose output ``generate`` had to make; each is kept at once."""
    found = {key: stored for key in keys if (stored := store.find(key))}
    fresh = [at for at, key in enumerate(keys) if key not in found]
    for at, stored in zip(fresh, generate(fresh) if fresh else (), strict=True):
        found[keys[at]] = stored
        store.keep(keys[at], stored)
    return [found[key] for key in keys], frozenset(fresh)


def key_of(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def data_hash(paths: Iterable[Path]) -> str:
    """SHA-256 over the bytes of the files, in order."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def code_hash() -> str:
    """SHA-256 over the program, its models, prompts and city pack, as installed."""
    folders = [Path(package.__path__[0]) for package in (retrieval, assistant, evals)]
    digest = hashlib.sha256()
    for folder in (*folders, prompts_folder(None), city_pack_folder(None)):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _CODE and path.is_file() and not _is_result(path):
                digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _is_result(path: Path) -> bool:
    """Datasets and baselines are hashed by the runs that use them; the built pages are no part of any stage."""
    return bool({"datasets", "baselines", "web", "node_modules"} & set(path.parts))
