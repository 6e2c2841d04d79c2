"""The service as ``hotline serve`` runs it, in a process of its own, on an index of the city pack with invented orders."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import SecretStr

from assistant.bootstrap.orders import open_work_orders
from assistant.domain.accounts import AccountRole
from assistant.setting_sections import Orders
from assistant.settings import Settings
from tests.real_redis import RedisServer, free_port, running_redis

PEOPLE = {
    "seat": ("演示坐席 王敏", AccountRole.SEAT_AGENT, None),
    "heating": ("演示经办 赵明", AccountRole.UNIT_HANDLER, "heating-supplier"),
    "housing": ("演示经办 李强", AccountRole.UNIT_HANDLER, "housing-administration"),
    "boss": ("演示班长 陈静", AccountRole.SUPERVISOR, None),
    "editor": ("演示编辑 刘洋", AccountRole.KNOWLEDGE_EDITOR, None),
    "admin": ("演示管理员", AccountRole.ADMIN, None),
}


@dataclass
class Service:
    """``stop`` and ``start`` make an outage; the port stays."""

    folder: Path
    port: int
    environment: dict[str, str]
    passwords: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hotline(self, *arguments: str) -> None:
        run = [sys.executable, "-m", "assistant.cli", *arguments]
        subprocess.run(run, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        log = (self.folder / "serve.log").open("ab")
        run = [sys.executable, "-m", "assistant.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(run, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 150  # 3 s of work, on a machine whose disk is busy with something else
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "serve.log").read_text()[-2000:])
            try:
                httpx.get(f"{self.url}/livez", timeout=1)
                return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise RuntimeError("the service did not start in 150 s")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None


def clean_environment(folder: Path, redis: RedisServer | None, database: str | None = None) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    made = {
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_API__REQUESTS_PER_MINUTE": "100000",
        "HOTLINE_WIDGET__FILINGS_PER_HOUR": "10000",  # all tests file from one address
        "PYTHONUNBUFFERED": "1",
    }
    made |= {"HOTLINE_STATE__URL": redis.url} if redis else {}
    return given | made | ({"HOTLINE_ORDERS__DATABASE_URL": database} if database else {})


def prepare(folder: Path, orders: int = 120, database: str | None = None) -> dict[str, str]:
    """An index of the city pack, invented orders and a person of each role; their passwords."""
    service = Service(folder, 0, clean_environment(folder, None, database), {})
    service.hotline("corpus", "sync")
    service.hotline("orders", "seed", "--count", str(orders))
    return make_accounts(folder, database)


def prepared_once(shared: Path, folder: Path) -> dict[str, str]:
    """A copy in ``folder`` of what the first of the test processes prepared under ``shared``."""
    made, passwords = shared / "desk", shared / "desk.json"
    with (shared / "desk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not passwords.is_file():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            passwords.write_text(json.dumps(prepare(made)))
    shutil.copytree(made, folder, dirs_exist_ok=True)
    found: dict[str, str] = json.loads(passwords.read_text())
    return found


@contextmanager
def running_service(
    folder: Path, passwords: dict[str, str] | None = None, *, orders: int = 120, database: str | None = None
) -> Iterator[Service]:
    """With a real Redis where the machine has one; orders in SQLite, or in the PostgreSQL at ``database``.

    ``passwords`` are those of a folder that is prepared; without them it is prepared here.
    """
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis()) if shutil.which("redis-server") else None
        passwords = passwords or prepare(folder, orders, database)
        service = Service(folder, free_port(), clean_environment(folder, redis, database), passwords)
        stack.callback(service.stop)  # also of one that starts too late
        service.start()
        yield service


def make_accounts(folder: Path, database: str | None) -> dict[str, str]:
    orders = Orders(database_url=SecretStr(database)) if database else Orders()
    opened = open_work_orders(Settings(_env_file=None, data_dir=folder, orders=orders))
    try:
        return {
            login: opened.accounts.create(login, name, role, unit, must_change=False)[1]
            for login, (name, role, unit) in PEOPLE.items()
        }
    finally:
        opened.close()
