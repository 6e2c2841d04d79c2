"""``AuditLog`` as append-only JSON Lines, each record chained to the one before by SHA-256.

Editing, deleting or reordering records breaks the chain. Cutting the tail or rewriting everything does not: for that,
keep a ``Checkpoint`` somewhere else and give it to ``verify``. Records hold masked text only; the caller sees to it.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

GENESIS = "0" * 64
WRITERS = 8


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many records there were and the hash of the last one."""

    count: int
    head: str


class AuditBroken(Exception):  # noqa: N818 - a finding, told by its name
    """``sequence`` (1-based) is the first record that does not fit."""

    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(f"record {sequence}: {reason}")
        self.sequence, self.reason = sequence, reason


class JsonlAudit:
    """Safe for many writers, threads and processes alike: each append locks the file and reads its last record.

    A record is on the disk before its append returns; writers that wait for the disk at once share the wait.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path, self._clock = path, clock
        # Threads of its own: every answer ends with a record, and must not wait behind looks at a database that hangs.
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="audit")

    async def append(self, event: str, payload: dict[str, Any]) -> None:
        """Raises ``OSError`` when the record cannot be written."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._append, event, payload)

    def _append(self, event: str, payload: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            sequence, head = _last(file)
            record = {"seq": sequence + 1, "at": self._clock().isoformat(), "event": event, "payload": payload}
            line = json.dumps({**record, "prev": head, "hash": _digest(record, head)}, ensure_ascii=False)
            file.write(line.encode() + b"\n")
            fcntl.flock(file, fcntl.LOCK_UN)  # the next writer need not wait for our disk
            os.fsync(file.fileno())
        if is_new:
            _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    """A file's name is lost with the machine until its folder is synced."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify(path: Path, checkpoint: Checkpoint | None = None) -> Checkpoint:
    """The state of a sound log. ``checkpoint`` vouches for all before it: a clock that went back there was looked into then.

    Raises:
        AuditBroken: naming the first record that was edited, removed, moved, cut off or dated before its predecessor.
    """
    count, head, at = 0, GENESIS, ""
    for count, record in enumerate(_records(path), start=1):
        claimed = record.pop("hash", ""), record.pop("prev", "")
        if record.get("seq") != count or claimed[1] != head:
            raise AuditBroken(count, "does not follow the record before it")
        if claimed[0] != _digest(record, head):
            raise AuditBroken(count, "was changed")
        if record["at"] < at and not (checkpoint and count <= checkpoint.count):
            raise AuditBroken(count, "is dated before its predecessor")
        head, at = claimed[0], record["at"]
        if checkpoint and count == checkpoint.count and head != checkpoint.head:
            raise AuditBroken(count, "differs from the checkpoint")
    if checkpoint and count < checkpoint.count:
        raise AuditBroken(count + 1, "is missing")
    return Checkpoint(count, head)


def _digest(record: dict[str, Any], head: str) -> str:
    canonical = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{head}\n{canonical}".encode()).hexdigest()


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for sequence, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                raise AuditBroken(sequence, "is not a record") from None


def _last(file: IO[bytes], block: int = 65_536) -> tuple[int, str]:
    """Sequence and hash of the last record. A line cut off by a crash was never acknowledged and is removed."""
    start, tail = file.seek(0, os.SEEK_END), b""
    while start > 0 and tail.count(b"\n") < 2:
        end, start = start, max(0, start - block)
        file.seek(start)
        tail = file.read(end - start) + tail
    whole, _, torn = tail.rpartition(b"\n")
    if torn:
        file.truncate(start + len(tail) - len(torn))
    if not whole:
        return 0, GENESIS
    record = json.loads(whole.rpartition(b"\n")[2])
    return record["seq"], record["hash"]
