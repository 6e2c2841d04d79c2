"""Work beside the requests: its end is never silent."""

from __future__ import annotations

import asyncio
import logging

import pytest

from assistant.live.pulse import Pulse


class Failing(Pulse):
    async def _run(self) -> None:
        raise ValueError("a fault")


class Resting(Pulse):
    async def _run(self) -> None:
        await asyncio.Event().wait()


async def test_a_fault_that_ends_it_is_told(caplog: pytest.LogCaptureFixture) -> None:
    pulse = Failing()
    with caplog.at_level(logging.ERROR):
        pulse.start()
        await asyncio.sleep(0)  # it runs and ends
        await pulse.stop()
    assert [record.getMessage() for record in caplog.records] == ["Failing._run has ended, restart the service"]


async def test_being_stopped_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    pulse = Resting()
    with caplog.at_level(logging.ERROR):
        pulse.start()
        await asyncio.sleep(0)
        await pulse.stop()
    assert caplog.records == []
