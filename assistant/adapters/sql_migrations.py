"""Brings the database of work orders to the schema of this version; the migrations are the same for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assistant.adapters import sql_account_schema, sql_answer_schema, sql_call_schema, sql_feedback_schema  # noqa: F401 - their tables belong to the schema
from assistant.adapters.sql_engine import reading, writing
from assistant.ports.orders import StoreUnavailable

HEAD = "0008"
FOLDER = Path(__file__).parent / "migrations"
_LOCK = 1234500
"""Key of the advisory lock under which one of several starting processes migrates."""


def migrate(engine: sa.Engine, target: str = "head") -> bool:
    """Whether anything had to be done. Safe when several processes start at once. Raises ``StoreUnavailable``."""
    if target == "head" and current(engine) == HEAD:
        return False
    # Imported late: a start on a current schema does not pay for it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    def work(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        with _alone_and_unhurried(connection):
            if target == "base":
                command.downgrade(config, target)
            else:
                command.upgrade(config, target)

    try:
        writing(engine, work)
    except CommandError as error:
        raise StoreUnavailable(
            f"the database's schema ({current(engine)}) is newer than this program ({HEAD}): start the newer version, "
            "or restore a backup that this one made"
        ) from error
    return True


@contextmanager
def _alone_and_unhurried(connection: sa.Connection) -> Iterator[None]:
    """An index over a city's orders takes longer than any request may. SQLite knows one writer and no hurry anyway."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    driver: Any = connection.connection.driver_connection
    driver.silence_s = None
    try:
        yield
    finally:
        del driver.silence_s  # the class has the usual limit


def current(engine: sa.Engine) -> str | None:
    """The revision of the database; ``None`` for an empty one."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return revision
