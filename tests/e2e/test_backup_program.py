"""``hotline backup``: a machine is lost; orders, documents, people and the audit log come back on another one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.e2e.test_program import hotline
from tests.real_postgres import program, running_postgres

NOTICE = (
    "关于示例小区停车秩序的通告（演示数据）\n\n一、收费\n示例小区夜间停车每次收费三元。\n本通告自2026年1月1日起施行。\n"
)


def said(*words: str, cwd: Path, **more: str) -> dict[str, object]:
    done = hotline(*words, "--json", cwd=cwd, **more)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine with a document of its own, orders and an administrator; no test changes it."""
    folder = tmp_path_factory.mktemp("lost")
    (folder / "notice.txt").write_text(NOTICE, encoding="utf-8")
    said("corpus", "add", "notice.txt", cwd=folder)
    said("orders", "seed", "--count", "150", "--until", "2026-11-20", cwd=folder)
    assert hotline("accounts", "add", "chief", "--role", "admin", cwd=folder).returncode == 0
    return folder


def test_everything_that_cannot_be_made_anew_comes_back(lost: Path, tmp_path: Path) -> None:
    copy, machine = tmp_path / "backup", tmp_path / "machine"
    machine.mkdir()
    taken = said("backup", "take", str(copy), cwd=lost)
    orders = said("orders", "list", "--limit", "3", cwd=lost)
    assert said("backup", "check", str(copy), cwd=lost) == taken
    assert said("backup", "restore", str(copy), cwd=machine) == taken
    synced = said("corpus", "sync", cwd=machine)
    assert synced["passages"], "the index is made anew from the ledger"
    assert said("orders", "list", "--limit", "3", cwd=machine) == orders
    assert "chief" in hotline("accounts", "list", cwd=machine).stdout
    assert "夜间停车每次收费三元" in hotline("search", "示例小区夜间停车收费", "--json", cwd=machine).stdout


def test_a_folder_in_use_is_left_alone(lost: Path, tmp_path: Path) -> None:
    said("backup", "take", str(tmp_path / "backup"), cwd=lost)
    refused = hotline("backup", "restore", str(tmp_path / "backup"), cwd=lost)
    assert refused.returncode == 1
    assert "stop the service" in refused.stderr


def test_orders_in_postgresql_are_named_as_missing(lost: Path, tmp_path: Path) -> None:
    address = {"HOTLINE_ORDERS__DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    told = hotline("backup", "take", str(tmp_path / "backup"), cwd=lost, **address)
    assert told.returncode == 0
    assert "pg_dump" in told.stdout


def test_orders_in_postgresql_come_back_by_the_runbook(tmp_path: Path) -> None:
    dump, restored = program("pg_dump"), program("pg_restore")
    with running_postgres() as address:
        there = {"HOTLINE_ORDERS__DATABASE_URL": address}
        said("orders", "seed", "--count", "150", "--until", "2026-11-20", cwd=tmp_path, **there)
        listed = said("orders", "list", "--limit", "3", cwd=tmp_path, **there)
        file = str(tmp_path / "orders.dump")
        subprocess.run([dump, "--format=custom", f"--file={file}", address], check=True)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        command = [restored, "--clean", "--if-exists", "--no-owner", f"--dbname={address}", file]
        subprocess.run(command, check=True)
        assert said("orders", "list", "--limit", "3", cwd=tmp_path, **there) == listed


def test_an_older_program_leaves_a_newer_schema_alone_and_says_so(lost: Path, tmp_path: Path) -> None:
    said("backup", "take", str(tmp_path / "backup"), cwd=lost)
    machine = tmp_path / "machine"
    machine.mkdir()
    said("backup", "restore", str(tmp_path / "backup"), cwd=machine)
    with closing(sqlite3.connect(machine / "var" / "orders.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    refused = hotline("orders", "list", "--json", cwd=machine)
    assert refused.returncode == 1
    assert "newer" in refused.stderr
    assert "Traceback" not in refused.stderr
