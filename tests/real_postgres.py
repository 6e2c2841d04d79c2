"""A real PostgreSQL on a free port, started as an unprivileged user, gone after the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.real_redis import free_port


def program(name: str) -> str:
    """Skips where there is none, and fails instead where HOTLINE_REQUIRE_REAL says that it must be there."""
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        words = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("HOTLINE_REQUIRE_REAL"):
            pytest.fail(words)
        pytest.skip(words)
    return found


def owner() -> dict[str, object]:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of an empty database ``hotline``, in the locale C, where PostgreSQL knows no Chinese words."""
    initdb, postgres, createdb = program("initdb"), program("postgres"), program("createdb")
    folder, port, who = Path(tempfile.mkdtemp(prefix="postgres-")), free_port(), owner()
    if who:
        os.chown(folder, who["user"], who["group"])  # type: ignore[arg-type]
    data = str(folder / "data")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    command = [initdb, "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run(command, check=True, **quiet, **who)  # type: ignore[call-overload]
    options = ["-D", data, "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", "-c", "fsync=off"]
    server = subprocess.Popen([postgres, *options], **quiet, **who)  # type: ignore[call-overload]
    try:
        connect = ["-h", "127.0.0.1", "-p", str(port), "-U", "hotline"]
        deadline = time.monotonic() + 30
        while subprocess.run([createdb, *connect, "hotline"], check=False, **quiet).returncode:  # type: ignore[call-overload]
            if time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.1)
        yield f"postgresql://hotline@127.0.0.1:{port}/hotline"
    finally:
        server.send_signal(signal.SIGINT)  # at once, whoever is still connected
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)
