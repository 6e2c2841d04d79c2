"""``hotline watch`` as a supervisor runs it: signals, the orders behind one, what they tell of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main

ROWS = (
    ("演示街演示家园2号院停暖", "从昨晚开始没有暖气，老人冻得睡不着，供热单位电话没人接。"),
    ("演示街演示家园2号院没有热水", "公共浴室两天没有热水，贴了通知说设备检修，没有写恢复时间。"),
)


@pytest.fixture(autouse=True)
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve invented calls of one evening: eight say one thing, four another."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))
    rows = [
        {"编号": f"YS{n:02}", "标题": title, "内容": f"演示：{content}", "分类": "公共服务/供暖", "地址": "朝阳区演示家园2号院"}
        | {"时间": f"2026-03-02 19:{n:02}", "电话": f"139000000{n:02}"}
        for n in range(12)
        for title, content in [ROWS[n % 3 == 2]]
    ]  # fmt: skip
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert main(["orders", "import", str(file), "--json"]) == 0


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["watch", *words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def burst(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (signal,) = told(capsys, "--at", "2026-03-03", "--kind", "burst")["signals"]
    return dict(signal)


def test_a_burst_leads_to_its_orders(capsys: pytest.CaptureFixture[str]) -> None:
    signal = burst(capsys)
    found = told(capsys, "--orders", signal["id"])
    assert found["total"] == signal["count"] == 12
    assert all("caller" not in order for order in found["orders"])


def test_a_burst_leads_to_what_its_callers_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "--topics", burst(capsys)["id"])
    assert [(topic["count"], topic["title"].split("〕")[1]) for topic in found["topics"]] == [
        (8, "停暖"), (4, "没有热水")
    ]  # fmt: skip
    assert (found["total"], found["compared"], found["alone"]) == (12, 12, 0)


def test_the_same_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    signal = burst(capsys)
    assert main(["watch", "--topics", signal["id"]]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "12件工单，2个话题，另有0件各不相同"
    assert [line.split("件")[0].strip() for line in lines] == ["8", "4"]


@pytest.mark.parametrize("option", ["--orders", "--topics"])
def test_what_is_no_signal_is_said(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", option, "nothing"]) == 1
    assert f"{option} nothing: no signal" in capsys.readouterr().err
