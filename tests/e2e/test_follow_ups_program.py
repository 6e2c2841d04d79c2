"""``hotline follow-ups`` and ``hotline orders draft-reply`` as an operator runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main


@pytest.fixture(autouse=True)
def own_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))
    assert main(["orders", "seed", "--count", "400", "--until", "2026-11-20"]) == 0
    capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main([*words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_article_23_list_script_record_and_reopen(capsys: pytest.CaptureFixture[str]) -> None:
    queue = told(capsys, "follow-ups", "list", "--limit", "100")
    assert sum(queue["counts"].values()) == len(queue["items"]) > 0
    number = queue["items"][0]["number"]
    assert number in told(capsys, "follow-ups", "script", number)["opening"]
    assert main(["follow-ups", "record", number]) == 2
    assert main(["follow-ups", "record", "absent", "--unanswered"]) == 1
    assert told(capsys, "follow-ups", "record", number, "--unanswered")["attempts"] == 1
    assert number not in [row["number"] for row in told(capsys, "follow-ups", "list", "--limit", "100")["items"]]
    answers = ("--contacted", "yes", "--solved", "no", "--satisfaction", "不满意", "--opinion", "请打13812345678")
    recorded = told(capsys, "follow-ups", "record", number, *answers)
    assert recorded["follow_ups"][-1]["solved"] is False
    assert "13812345678" not in str(recorded)


def test_an_order_that_is_over_gets_no_draft(capsys: pytest.CaptureFixture[str]) -> None:
    (closed,) = told(capsys, "orders", "list", "--state", "办结", "--limit", "1")["items"]
    assert main(["orders", "draft-reply", closed["number"]]) == 1
    assert "不需要起草答复" in capsys.readouterr().err
    assert main(["orders", "draft-reply", "absent"]) == 1


def test_an_index_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    (late, *_) = told(capsys, "orders", "list", "--state", "办理", "--limit", "1")["items"]
    assert main(["orders", "draft-reply", late["number"], "--note", "已到现场核查"]) == 1
    assert "hotline corpus add" in capsys.readouterr().err
