"""Everything under ``data_dir`` that cannot be made anew, copied into one folder while the service runs, and put back.

Databases go through SQLite's own copying, which sees a whole state; the audit log is cut after its last full record. The
index and the likeness of past orders are copies already and stay out.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.adapters.jsonl_audit import AuditBroken, Checkpoint, verify

DATABASES = ("orders.db", "registry.db")
AUDIT = "audit.jsonl"
APPELLANTS = "appellants.key"
FOLDERS = ("drafts", "approved_documents")
MANIFEST = "manifest.json"
DERIVED = ("index", "similar")
BLOCK = 1 << 20


class BackupUnusable(Exception):  # noqa: N818 - a finding; the sentence tells what to do
    """The folder is no whole backup, or may not be written to."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``files`` maps a path in the backup to its SHA-256; ``audit`` is the checkpoint that the copied log ends with.

    ``audit_fault`` says what was wrong with the log already: a broken one is kept all the same.
    """

    made_at: str
    version: str
    files: dict[str, str]
    audit: Checkpoint | None
    audit_fault: str = ""


def take(data_dir: Path, target: Path, version: str) -> Manifest:
    """Copies into ``target``, which appears only when it is whole.

    Raises:
        BackupUnusable: ``target`` exists, or there is nothing to keep.
    """
    if target.exists():
        raise BackupUnusable(f"{target} exists: each backup gets a folder of its own")
    kept = present(data_dir)
    if not kept:
        raise BackupUnusable(f"{data_dir} holds nothing to keep; is HOTLINE_DATA_DIR set?")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    for name in kept:
        _copy(data_dir / name, partial / name)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(made_at, version, _hashes(partial), *_state_of(partial / AUDIT))
    (partial / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    partial.rename(target)
    return manifest


def check(target: Path) -> Manifest:
    """Reads every byte. Raises ``BackupUnusable`` naming what is missing, changed or damaged."""
    manifest = _manifest(target)
    found = _hashes(target)
    wrong = sorted(name for name in {*manifest.files, *found} if manifest.files.get(name) != found.get(name))
    if wrong:
        raise BackupUnusable(f"{target}: not as it was written: {', '.join(wrong[:5])}")
    for name in DATABASES:
        if name in found and (fault := _fault_of(target / name)):
            raise BackupUnusable(f"{target / name}: {fault}")
    if _state_of(target / AUDIT) != (manifest.audit, manifest.audit_fault):
        raise BackupUnusable(f"{target / AUDIT}: other records than when it was written")
    return manifest


def restore(target: Path, data_dir: Path) -> Manifest:
    """Puts a checked backup into a folder that holds nothing of the kind.

    Raises:
        BackupUnusable: see ``check``, or ``data_dir`` is in use.
    """
    manifest = check(target)
    held = [*present(data_dir), *(name for name in DERIVED if (data_dir / name).exists())]
    if held:
        raise BackupUnusable(f"{data_dir} holds {', '.join(held)}: stop the service and move them away first")
    data_dir.mkdir(parents=True, exist_ok=True)
    for name in present(target):
        _copy(target / name, data_dir / name)
    return manifest


def present(folder: Path) -> list[str]:
    """Names of what is kept that ``folder`` holds."""
    return [name for name in (*DATABASES, AUDIT, APPELLANTS, *FOLDERS) if (folder / name).exists()]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.name in DATABASES:
        _copy_database(source, target)
    elif source.name == AUDIT:
        _copy_whole_lines(source, target)
    else:
        shutil.copyfile(source, target)
    if target.is_file():
        target.chmod(0o600)


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as running, closing(sqlite3.connect(target)) as copy:
        running.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the copy is carried on


def _copy_whole_lines(source: Path, target: Path) -> None:
    with source.open("rb") as running, target.open("wb") as copy:
        fcntl.flock(running, fcntl.LOCK_SH)
        size = os.fstat(running.fileno()).st_size
        fcntl.flock(running, fcntl.LOCK_UN)
        while size and (block := running.read(min(BLOCK, size))):
            copy.write(block)
            size -= len(block)


def _state_of(log: Path) -> tuple[Checkpoint | None, str]:
    """Where the log stands, or what is wrong with it."""
    if not log.exists():
        return None, ""
    try:
        return verify(log), ""
    except AuditBroken as broken:
        return None, str(broken)


def _hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): _sha256(path) for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _fault_of(database: Path) -> str:
    """Empty for a sound file. Opened as immutable: looking changes nothing beside it."""
    try:
        with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as connection:
            said = str(connection.execute("PRAGMA quick_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else said


def _manifest(target: Path) -> Manifest:
    try:
        told: dict[str, Any] = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        audit = Checkpoint(**told["audit"]) if told["audit"] else None
        return Manifest(told["made_at"], told["version"], dict(told["files"]), audit, told["audit_fault"])
    except FileNotFoundError:
        raise BackupUnusable(f"{target} is no whole backup: it has no {MANIFEST}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnusable(f"{target / MANIFEST} cannot be read: {type(error).__name__}") from error
