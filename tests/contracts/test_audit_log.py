"""The audit log and the six ways to tamper with it; ``verify`` names the first record that does not fit."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.adapters.jsonl_audit import AuditBroken, Checkpoint, JsonlAudit, verify


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "audit.jsonl"
    audit = JsonlAudit(path)
    for number in range(5):
        await audit.append("inquiry_finished", {"question": f"〔手机1〕第{number}问"})
    return path


def rewrite(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    path.write_text("".join(line + "\n" for line in change(path.read_text().splitlines())))


def test_a_sound_log_verifies(log: Path) -> None:
    found = verify(log)
    assert found.count == 5
    assert verify(log, found) == found
    assert log.stat().st_mode & 0o077 == 0


def test_records_hold_event_time_and_payload(log: Path) -> None:
    record = json.loads(log.read_text().splitlines()[2])
    assert (record["seq"], record["event"], record["payload"]) == (
        3,
        "inquiry_finished",
        {"question": "〔手机1〕第2问"},
    )
    assert record["at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("change", "sequence"),
    [
        (lambda lines: [*lines[:1], lines[1].replace("第1问", "第9问"), *lines[2:]], 2),
        (lambda lines: [*lines[:2], *lines[3:]], 3),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:3], "not json", *lines[3:]], 4),
    ],
    ids=["edited", "deleted", "reordered", "beginning cut", "foreign line"],
)
def test_the_chain_names_the_first_bad_record(
    log: Path, change: Callable[[list[str]], list[str]], sequence: int
) -> None:
    rewrite(log, change)
    with pytest.raises(AuditBroken) as broken:
        verify(log)
    assert broken.value.sequence == sequence


def test_a_cut_tail_needs_the_checkpoint(log: Path) -> None:
    checkpoint = verify(log)
    rewrite(log, lambda lines: lines[:3])
    assert verify(log).count == 3
    with pytest.raises(AuditBroken, match="record 4"):
        verify(log, checkpoint)


async def test_a_full_rewrite_needs_the_checkpoint(log: Path) -> None:
    checkpoint = verify(log)
    log.unlink()
    forged = JsonlAudit(log)
    for _ in range(6):
        await forged.append("inquiry_finished", {"question": "改写"})
    assert verify(log).count == 6
    with pytest.raises(AuditBroken, match="record 5: differs"):
        verify(log, checkpoint)


async def test_a_clock_moved_back_is_found(tmp_path: Path) -> None:
    noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    times = iter([noon, noon + timedelta(seconds=1), noon - timedelta(minutes=10), noon + timedelta(seconds=2)])
    audit = JsonlAudit(tmp_path / "audit.jsonl", clock=lambda: next(times))
    for number in range(4):
        await audit.append("x", {"n": number})
    with pytest.raises(AuditBroken, match="record 3: is dated before"):
        verify(audit.path)


async def test_after_a_clock_was_set_back_the_log_is_verified_from_a_checkpoint_on(tmp_path: Path) -> None:
    """Or one correction of the clock would end verification for ever."""
    noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    times = iter([noon, noon - timedelta(minutes=10), noon - timedelta(minutes=9), noon - timedelta(minutes=30)])
    audit = JsonlAudit(tmp_path / "audit.jsonl", clock=lambda: next(times))
    for number in range(3):
        await audit.append("x", {"n": number})
    last = json.loads(audit.path.read_text().splitlines()[-1])
    checkpoint = Checkpoint(last["seq"], last["hash"])
    assert verify(audit.path, checkpoint) == checkpoint
    await audit.append("x", {"n": 3})
    with pytest.raises(AuditBroken, match="record 4: is dated before"):
        verify(audit.path, checkpoint)


async def test_a_line_cut_off_by_a_crash_is_removed_and_the_chain_goes_on(log: Path) -> None:
    with log.open("a") as file:
        file.write('{"seq": 6, "at": "20')
    await JsonlAudit(log).append("after", {})
    assert verify(log).count == 6


async def test_long_records_do_not_break_the_search_for_the_last_one(log: Path) -> None:
    audit = JsonlAudit(log)
    await audit.append("long", {"text": "长" * 200_000})
    await audit.append("short", {})
    assert verify(log).count == 7


async def test_sixteen_writers_make_one_chain(tmp_path: Path) -> None:
    audits = [JsonlAudit(tmp_path / "audit.jsonl") for _ in range(16)]
    await asyncio.gather(*(audit.append("x", {"n": n}) for audit in audits for n in range(10)))
    assert verify(tmp_path / "audit.jsonl").count == 160


def _write(path: Path) -> None:
    audit = JsonlAudit(path)
    for number in range(20):
        asyncio.run(audit.append("x", {"n": number}))


def test_processes_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_write, [path, path]))
    assert verify(path).count == 40


async def test_a_record_is_on_the_disk_before_its_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "audit.jsonl", []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(path.read_bytes().count(b"\n"))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    audit = JsonlAudit(path)
    for _ in range(3):
        await audit.append("looked", {})
    assert synced == [1, 1, 2, 3]  # the first record's folder too: a new file is lost without its name
