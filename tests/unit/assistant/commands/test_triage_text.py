"""What ``hotline triage`` prints is read by people: no identifier of the program stands in it."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.commands.triage import as_text
from assistant.domain.appeal import DispatchMode, Intake


def test_the_proposal_is_in_chinese_alone() -> None:
    flow = open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")
    intake = Intake("望京西园三区旁边的工地半夜施工", datetime(2026, 1, 15, 2, 0, tzinfo=UTC))
    report = asyncio.run(flow.triage_appeal(intake))
    printed = "\n".join(as_text(report))
    assert report.triages[0].units is not None and report.triages[0].units.mode in DispatchMode
    assert "派单方式：直派" in printed
    assert "待补充：请" in printed
    assert not re.search("[a-z_]{4,}", printed)
