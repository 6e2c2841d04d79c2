"""``hotline rates`` as an operator runs it, over invented orders (演示数据)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main

PERIOD = ("--from", "2026-08-19", "--to", "2026-10-18")


@pytest.fixture(autouse=True)
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))
    assert main(["orders", "seed", "--count", "300", "--until", "2026-11-20"]) == 0
    capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["rates", *PERIOD, *words, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_article_32_groups_add_up_and_drill_down(capsys: pytest.CaptureFixture[str]) -> None:
    report = told(capsys, "--by", "category")
    names = [row["group"] for row in report["groups"]]
    assert names == sorted(names)
    assert len(names) > 1
    assert sum(row["valid"] for row in report["groups"]) == report["total"]["valid"] > 0
    assert report["samples"] == report["total"]["orders"]
    assert report["total"]["composite"] is None
    behind = told(capsys, "--orders", "unsolved")
    assert behind["total"] == len(behind["orders"]) == report["total"]["valid"] - report["total"]["solved"]


def test_article_32_weights_and_exclusions_are_the_operators(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(capsys)["total"]
    monkeypatch.setenv("HOTLINE_RATES__WEIGHTS", "[0, 1, 0]")
    monkeypatch.setenv("HOTLINE_RATES__EXCLUDED_CHANNELS", '["电话"]')
    after = told(capsys)
    assert after["total"]["composite"] == pytest.approx(after["total"]["resolution"])
    assert after["composite_note"] == "口径可配置"
    assert after["total"]["excluded"] > before["excluded"] == 0
    monkeypatch.setenv("HOTLINE_RATES__WEIGHTS", "[0, 0, 0]")
    assert main(["rates", *PERIOD]) == 2
    assert "HOTLINE_RATES" in capsys.readouterr().err


def test_article_34_what_is_published_hides_the_small(capsys: pytest.CaptureFixture[str]) -> None:
    rows = told(capsys, "--by", "unit", "--public")["groups"]
    assert any(row["hidden"] for row in rows)
    assert all(row["hidden"] == (row["valid"] is None) for row in rows)
    assert not any("solved" in row or "orders" in row for row in rows)
    assert told(capsys, "--public")["samples"] is True
    assert main(["rates", *PERIOD, "--public"]) == 0
    assert "含演示数据" in capsys.readouterr().out


def test_people_read_it_and_slips_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rates", *PERIOD]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("2026-08-19 至 2026-10-18  响应率  解决率  满意率")
    assert "合计" in shown
    assert "其中演示数据" in shown
    assert main(["rates", "--from", "2026-10-18", "--to", "2026-08-19"]) == 2
    assert main(["rates", *PERIOD, "--orders", "best"]) == 2
    assert "one of orders" in capsys.readouterr().err
