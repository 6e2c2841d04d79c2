"""Of a call no turn may give the caller's name away, whatever stands around it (personal-information law; Article 8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.domain.appeal import Intake, Utterance
from assistant.stages.redact_appeal import RedactAppeal

RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)


async def masked(*turns: str) -> list[str]:
    """``turns``: agent and citizen by turns, the agent first."""
    said = tuple(Utterance("citizen" if at % 2 else "seat_agent", text) for at, text in enumerate(turns))
    appeal = await RedactAppeal(b"secret")(Intake("", RECEIVED, transcript=said))
    return [turn.text for turn in appeal.transcript]


@pytest.mark.parametrize(
    ("asked", "answer", "kept"),
    [
        ("您贵姓？", "王小明", "〔姓名1〕"),
        ("怎么称呼您", "免贵姓李，李建国", "免贵姓〔姓名1〕，〔姓名2〕"),
        ("您的姓名？", "嗯，欧阳娜娜。", "嗯，〔姓名1〕。"),
        ("您贵姓？", "王翀骞", "〔姓名1〕"),
        ("联系人写谁？", "写我老伴吧，赵桂芝", "写我老伴吧，〔姓名1〕"),
        ("您好", "何志强", "〔姓名1〕"),
    ],
)
async def test_a_bare_name_as_a_turn_is_masked(asked: str, answer: str, kept: str) -> None:
    assert await masked(asked, answer) == [asked, kept]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("您贵姓？", "我不想说"),
        ("您贵姓？", "不方便"),
        ("请讲", "水费"),
        ("请讲", "高空抛物"),
        ("请讲", "安全问题，马路不平"),
    ],
)
async def test_an_ordinary_answer_stays(asked: str, answer: str) -> None:
    assert await masked(asked, answer) == [asked, answer]


async def test_a_name_that_one_turn_tells_is_masked_in_all() -> None:
    turns = await masked("您贵姓？", "王小明", "王小明先生，您反映什么？", "路灯不亮，就说王小明反映的")
    assert not any("小明" in turn for turn in turns)
    assert turns[3] == "路灯不亮，就说〔姓名1〕反映的"
