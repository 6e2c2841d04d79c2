"""Folders of successive states: one is current, a writer works on a copy of it and then makes the copy current.

``current`` is a file with the name of the folder that readers use; it changes by renaming, so a reader sees the old
state or the new one. A copy left behind by a killed writer is gone on with.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

_PREFIX = "generation-"


class Generations:
    """The states under ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._locked: IO[bytes] | None = None

    def lock(self) -> bool:
        """True when this process may write; it stays so until ``unlock``."""
        self._path.mkdir(parents=True, exist_ok=True)
        self._locked = (self._path / "writing").open("wb")
        try:
            fcntl.flock(self._locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.unlock()
        return self._locked is not None

    def unlock(self) -> None:
        if self._locked is not None:
            self._locked.close()
            self._locked = None

    def current(self) -> Path | None:
        """The published state; ``None`` before the first."""
        try:
            return self._path / (self._path / "current").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def stamp(self) -> tuple[int, int]:
        """Changes with every publication; far cheaper to ask for than ``current``."""
        try:
            found = (self._path / "current").stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns

    def unfinished(self) -> Path | None:
        """What a killed writer left behind."""
        newest = max(self._all(), key=_number, default=None)
        return None if newest is None or newest == self.current() else newest

    def begin(self) -> Path:
        """A folder to write to: the unfinished one, else a copy of the current one, else a new one."""
        left = self.unfinished()
        if left is not None:
            return left
        current = self.current()
        fresh = self._path / f"{_PREFIX}{_number(current) + 1 if current else 1:06d}"
        copy = self._path / "copying"
        shutil.rmtree(copy, ignore_errors=True)
        if current is None:
            copy.mkdir()
        else:
            shutil.copytree(current, copy)
        copy.rename(fresh)
        return fresh

    def publish(self, folder: Path) -> None:
        """Makes ``folder`` current and deletes what came before; who still reads that keeps it open."""
        pointer = self._path / "current.new"
        pointer.write_text(folder.name, encoding="utf-8")
        with pointer.open("rb") as written:
            os.fsync(written.fileno())
        pointer.rename(self._path / "current")
        for old in self._all():
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)

    def _all(self) -> list[Path]:
        return sorted(self._path.glob(f"{_PREFIX}*"), key=_number)


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix(_PREFIX))
