"""``hotline serve`` asked to end while pages are open: it does not wait for streams that never end, and says no error."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.test_program import hotline

NOTICE = "关于示例小区停车的通告（演示数据）\n\n一、收费\n夜间停车每次收费三元。\n本通告自2026年1月1日起施行。\n"
GRACE_S = 300


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ends")
    (folder / "notice.txt").write_text(NOTICE, encoding="utf-8")
    assert hotline("corpus", "add", "notice.txt", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def running(place: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    plain["HOTLINE_API__SHUTDOWN_GRACE_S"] = str(GRACE_S)
    command = [Path(sys.executable).parent / "hotline", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=place, env=plain, stderr=subprocess.PIPE, text=True)
    try:
        until_it_answers(process, port)
        yield process
    finally:
        process.kill()
        process.wait()


def until_it_answers(process: subprocess.Popen[str], port: int) -> None:
    """However long it takes on a slow machine, as long as the program lives."""
    end = time.monotonic() + GRACE_S
    while process.poll() is None and time.monotonic() < end:
        try:
            httpx.get(f"http://127.0.0.1:{port}/livez", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    process.kill()
    raise AssertionError(process.stderr.read() if process.stderr else "it did not start")


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_open_pages_do_not_hold_it_up(running: subprocess.Popen[str], port: int, word: signal.Signals) -> None:
    with httpx.stream("GET", f"http://127.0.0.1:{port}/v1/events", timeout=60) as page:
        lines = page.iter_lines()
        assert next(lines).startswith("retry:")
        running.send_signal(word)
        assert all("error" not in line for line in lines), "the stream ends by itself"
    _, said = running.communicate(timeout=GRACE_S / 2)
    assert running.returncode == {signal.SIGTERM: -signal.SIGTERM, signal.SIGINT: 0}[word]
    assert "Application shutdown complete" in said
    assert "Exception" not in said


def test_a_taken_port_is_said(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = hotline("serve", "--port", str(taken.getsockname()[1]), cwd=place)
    assert refused.returncode == 1
    assert "is the port taken?" in refused.stderr


@pytest.mark.parametrize(("part", "said"), [("category", "不是模型目录"), ("similar", "相似工单的索引不能用")])
def test_what_was_learned_and_is_damaged_is_said_in_a_sentence(
    place: Path, port: int, tmp_path: Path, part: str, said: str
) -> None:
    (tmp_path / part).mkdir()
    (tmp_path / part / "model.json").write_text("{", encoding="utf-8")
    refused = hotline("serve", "--port", str(port), cwd=place, HOTLINE_MODELS_DIR=str(tmp_path))
    assert refused.returncode == 1
    assert said in refused.stderr and "hotline learn" in refused.stderr
    assert "Traceback" not in refused.stderr
