"""``hotline orders export`` and ``whistles`` as an operator runs them, on sample orders (演示数据)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import main


@pytest.fixture(autouse=True)
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))
    assert main(["orders", "seed", "--count", "400", "--until", "2026-11-20"]) == 0
    capsys.readouterr()


def test_article_28_a_units_orders_are_exported_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "wangjing.jsonl"
    assert main(["orders", "export", "--unit", "street-wangjing", "--out", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert capsys.readouterr().err == f"{len(rows)} orders\n"
    assert main(["orders", "list", "--unit", "street-wangjing", "--limit", "400", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["items"]
    assert {row["id"] for row in rows} == {row["id"] for row in listed}
    assert any(row["follow_ups"] for row in rows)
    assert "演示诉求人" not in out.read_text("utf-8")


def test_an_export_keeps_to_its_days(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["orders", "export", "--unit", "street-wangjing", "--from", "2026-10-01", "--to", "2026-11-20"]
    assert main(words) == 0
    days = [json.loads(line)["received_at"][:10] for line in capsys.readouterr().out.splitlines()]
    assert days == sorted(days, reverse=True)
    assert all("2026-10-01" <= day <= "2026-11-20" for day in days)
    assert main([*words[:4], "--from", "2026-11-20", "--to", "2026-11-01"]) == 2
    assert main(["orders", "export", "--unit", "nobody"]) == 2


def test_article_33_how_whistles_went_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["orders", "whistles", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["called"] >= found["arrived"] >= found["on_time"]
    assert found["whistles"] > 0
    assert main(["orders", "whistles", "--unit", "street-wangjing"]) == 0
    assert capsys.readouterr().out.startswith("吹哨 ")
