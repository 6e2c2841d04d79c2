"""What is kept of people is their keeper's alone, and processes that start together agree on the secret."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assistant.bootstrap.orders import appellant_secret, open_work_orders
from assistant.settings import Settings


def test_the_database_of_orders_is_its_owners_alone(tmp_path: Path) -> None:
    opened = open_work_orders(Settings(_env_file=None, data_dir=tmp_path))
    opened.store.id_of("")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    opened.close()
    assert {"orders.db", "orders.db-wal", "appellants.key"} <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


def test_whoever_starts_at_the_same_time_gets_the_same_secret(tmp_path: Path) -> None:
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        with ThreadPoolExecutor(8) as pool:
            told = set(pool.map(appellant_secret, [folder] * 8))
        assert len(told) == 1
        assert len(told.pop()) == 64


def test_a_secret_that_was_never_written_is_made(tmp_path: Path) -> None:
    (tmp_path / "appellants.key").touch()
    made = appellant_secret(tmp_path)
    assert len(made) == 64
    assert appellant_secret(tmp_path) == made
