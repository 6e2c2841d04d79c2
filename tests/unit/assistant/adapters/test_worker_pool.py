"""Batches come back in their order and none is lost, also when a worker is killed; nobody works on for a dead parent."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.adapters.worker_pool import AHEAD, MOST_WORKERS, in_order


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)


def is_worker() -> bool:
    return multiprocessing.parent_process() is not None


def told(batch: int) -> tuple[int, bool]:
    return batch, is_worker()


def killed_at_seven(batch: int) -> int:
    if batch == 7 and is_worker():
        os.kill(os.getpid(), signal.SIGKILL)
    return batch


def test_batches_keep_their_order_and_go_through_other_processes() -> None:
    done = list(in_order(told, range(20), __name__))
    assert [batch for batch, _ in done] == list(range(20))
    assert [elsewhere for _, elsewhere in done] == [False, *[True] * 19]


def test_no_batch_is_lost_when_a_worker_is_killed() -> None:
    assert list(in_order(killed_at_seven, range(20), __name__)) == list(range(20))


def test_one_batch_starts_no_process() -> None:
    assert list(in_order(told, [5], __name__)) == [(5, False)]


def test_one_core_does_all_of_it_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert list(in_order(told, range(3), __name__)) == [(batch, False) for batch in range(3)]


def test_only_what_is_in_work_is_read_ahead() -> None:
    read: list[int] = []

    def batches() -> Iterator[int]:
        for batch in range(1000):
            read.append(batch)
            yield batch

    found = in_order(told, batches(), __name__)
    for taken in range(30):
        assert next(found)[0] == taken
        assert len(read) <= taken + 1 + MOST_WORKERS + AHEAD
    found.close()  # type: ignore[attr-defined]


SCRIPT = """
import multiprocessing, os, time
from assistant.adapters.worker_pool import in_order

def pid(batch):
    time.sleep(0 if batch < 4 else 3600)
    return os.getpid()

if __name__ == "__main__":
    os.cpu_count = lambda: 4
    for worker in in_order(pid, range(20), "json"):
        print(worker, flush=True)
"""


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    """The pipe that every worker holds ends only when the last of them is gone."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    read, write = os.pipe()
    parent = subprocess.Popen([sys.executable, script], stdout=write, cwd=Path(__file__).parents[4])
    os.close(write)
    with os.fdopen(read) as lines:
        pids = [int(next(lines)) for _ in range(4)]
        assert parent.pid == pids[0]
        assert parent.pid not in pids[1:]
        parent.kill()
        parent.wait()
        ended, _, _ = select.select([lines], [], [], 60)
        for worker in set(pids[1:]) if not ended else ():
            os.kill(worker, signal.SIGKILL)
        assert ended
        assert lines.read() == ""
