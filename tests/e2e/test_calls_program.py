"""``hotline calls`` as an operator runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import main

FILE = "日期,呼入量,接通量,15秒接通量\n2026-03-01,1000,970,900\n2026-03-02,1000,930,880\n"
PERIOD = ["--from", "2026-03-01", "--to", "2026-03-31", "--json"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))


def written(folder: Path, text: str, encoding: str = "utf-8") -> str:
    file = folder / "calls.csv"
    file.write_text(text, encoding=encoding)
    return str(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_taken_in_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    assert main(["calls", "import", written(tmp_path, FILE, encoding)]) == 0
    capsys.readouterr()
    assert main(["calls", "show", *PERIOD]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert total == {
        "offered": 2000, "answered": 1900, "within_15s": 1780, "connected": 0.95, "connected_in_15s": 0.89,
    }  # fmt: skip
    assert main(["calls", "show", *PERIOD[:-1]]) == 0
    assert "95.0%" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE + "2026-03-03,10,11,9\n", "line 4"),
        (FILE + "2026-03-01,10,9,9\n", "出现了两次"),
        (FILE.replace("接通量,15", "接听,15"), "缺少列"),
        ("日期,呼入量,接通量,15秒接通量\n", "no rows"),
    ],
)
def test_a_file_with_a_bad_row_is_refused_as_a_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert main(["calls", "import", written(tmp_path, text)]) == 1
    assert said in capsys.readouterr().err
    assert main(["calls", "show", *PERIOD]) == 0
    assert json.loads(capsys.readouterr().out)["days"] == []


def test_a_dry_run_stores_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", "import", written(tmp_path, FILE), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "days": 2, "first": "2026-03-01", "last": "2026-03-02", "stored": False,
    }  # fmt: skip
    assert main(["calls", "show", *PERIOD]) == 0
    assert json.loads(capsys.readouterr().out)["days"] == []
