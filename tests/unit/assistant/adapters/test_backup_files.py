"""A backup is whole or it is none: taken while others write, checked to the last byte, never put over what is there."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.adapters.backup_files import BackupUnusable, check, restore, take
from assistant.adapters.jsonl_audit import JsonlAudit


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    (folder / "drafts").mkdir(parents=True)
    (folder / "drafts" / "one.json").write_text("{}", encoding="utf-8")
    (folder / "appellants.key").write_text("演示密钥", encoding="utf-8")
    (folder / "index").mkdir()
    (folder / "index" / "big").write_bytes(b"x" * 100)
    audit = JsonlAudit(folder / "audit.jsonl")
    for number in range(3):
        asyncio.run(audit.append("asked", {"number": number}))
    return folder


@pytest.fixture
def writer(data: Path) -> Iterator[sqlite3.Connection]:
    """A service at work: one order saved, in the write-ahead log only, and another in a transaction that is still open."""
    with closing(sqlite3.connect(data / "orders.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE orders (number TEXT)")
        connection.execute("INSERT INTO orders VALUES ('saved')")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO orders VALUES ('half')")
        yield connection


def orders_in(folder: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(folder / "orders.db")) as connection:
        return connection.execute("SELECT number FROM orders").fetchall()


@pytest.mark.usefixtures("writer")
def test_what_was_saved_comes_back_and_nothing_that_was_not(data: Path, tmp_path: Path) -> None:
    taken = take(data, tmp_path / "backup", "0.1.0")
    back = tmp_path / "new"
    assert restore(tmp_path / "backup", back) == taken
    assert orders_in(back) == [("saved",)]
    assert (back / "appellants.key").read_text(encoding="utf-8") == "演示密钥"
    assert (back / "drafts" / "one.json").exists()
    assert (back / "audit.jsonl").read_bytes() == (data / "audit.jsonl").read_bytes()
    assert taken.audit is not None and taken.audit.count == 3
    assert not (back / "index").exists(), "what can be made anew is not carried"


@pytest.mark.usefixtures("writer")
def test_only_the_owner_can_read_it(data: Path, tmp_path: Path) -> None:
    take(data, tmp_path / "backup", "0.1.0")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "backup" / "orders.db").stat().st_mode) == 0o600


@pytest.mark.usefixtures("writer")
@pytest.mark.parametrize("name", ["orders.db", "audit.jsonl", "appellants.key", "drafts/one.json"])
@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_harm_is_found_and_nothing_is_restored(data: Path, tmp_path: Path, name: str, harm: str) -> None:
    take(data, tmp_path / "backup", "0.1.0")
    file = tmp_path / "backup" / name
    if harm == "changed":
        file.write_bytes(file.read_bytes()[:-1] + b"!")
    else:
        file.unlink()
    with pytest.raises(BackupUnusable, match=name):
        check(tmp_path / "backup")
    with pytest.raises(BackupUnusable):
        restore(tmp_path / "backup", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_over(data: Path, tmp_path: Path) -> None:
    take(data, tmp_path / "backup", "0.1.0")
    with pytest.raises(BackupUnusable, match="exists"):
        take(data, tmp_path / "backup", "0.1.0")
    with pytest.raises(BackupUnusable, match="stop the service"):
        restore(tmp_path / "backup", data)


def test_an_index_left_behind_would_not_fit_and_stops_the_restore(data: Path, tmp_path: Path) -> None:
    take(data, tmp_path / "backup", "0.1.0")
    (tmp_path / "new" / "index").mkdir(parents=True)
    with pytest.raises(BackupUnusable, match="index"):
        restore(tmp_path / "backup", tmp_path / "new")


def test_one_that_was_killed_half_way_is_none_and_stands_in_nobodys_way(data: Path, tmp_path: Path) -> None:
    half = tmp_path / "backup.partial"
    half.mkdir()
    (half / "orders.db").write_bytes(b"half")
    with pytest.raises(BackupUnusable, match="no whole backup"):
        check(half)
    take(data, tmp_path / "backup", "0.1.0")
    assert check(tmp_path / "backup").audit is not None
    assert not half.exists()


def test_a_broken_audit_log_is_kept_and_told(data: Path, tmp_path: Path) -> None:
    log = data / "audit.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace('"number": 1', '"number": 7'), encoding="utf-8")
    taken = take(data, tmp_path / "backup", "0.1.0")
    assert taken.audit is None and "record 2" in taken.audit_fault
    assert check(tmp_path / "backup") == taken


def test_an_empty_folder_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match="HOTLINE_DATA_DIR"):
        take(tmp_path, tmp_path / "backup", "0.1.0")
