"""What is kept of people is their keeper's alone, and processes that start together agree on the secret."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import HEAD, current, migrate
from assistant.bootstrap.orders import OrdersSeen, appellant_secret, look_at_orders, open_work_orders
from assistant.ports.orders import StoreUnavailable
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


def test_a_folder_that_cannot_be_made_is_an_outage_and_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match=r"file: .*nothing was saved"):
        open_work_orders(Settings(_env_file=None, data_dir=tmp_path / "file"))


def test_looking_makes_and_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    assert look_at_orders(settings) is None
    assert list(tmp_path.iterdir()) == []
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine, "0004")
    assert look_at_orders(settings) == OrdersSeen("SQLite", "0004", is_current=False)
    assert current(engine) == "0004"
    migrate(engine)
    assert look_at_orders(settings) == OrdersSeen("SQLite", HEAD, is_current=True)


NO_MORE_FILES = """
import sys
from pathlib import Path
from assistant.bootstrap.orders import OpenOnce
from assistant.settings import Settings

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sqlalchemy", "alembic", "sqlite3"):
            raise OSError(24, "Too many open files", name)

once = OpenOnce(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
once.load_code()
sys.meta_path.insert(0, Refusing())
print(once().store.id_of("1"))
"""


def test_what_opening_needs_is_loaded_before_there_are_callers(tmp_path: Path) -> None:
    """An import that fails half way because file handles ran out leaves SQLAlchemy broken for as long as the process lives."""
    done = subprocess.run(
        [sys.executable, "-c", NO_MORE_FILES, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("None\n", "")
