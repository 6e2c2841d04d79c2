"""The ``hotline`` program as its user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def hotline(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "hotline"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HOTLINE_")}
    return subprocess.run(
        [program, *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=inherited | environment,
        timeout=240,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = hotline("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in ("serve", "ask", "search", "corpus", "doctor", "config", "evals"):
        assert command in shown.stdout


@pytest.mark.parametrize("words", [[], ["frobnicate"], ["config"], ["ask"]])
def test_wrong_use_ends_with_status_2_and_says_so_on_stderr(tmp_path: Path, words: list[str]) -> None:
    shown = hotline(*words, cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "usage:" in shown.stderr


def test_a_misspelt_setting_stops_the_program(tmp_path: Path) -> None:
    shown = hotline("config", "show", cwd=tmp_path, HOTLINE_CHTA__MODEL="m")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "HOTLINE_CHTA__MODEL" in shown.stderr


def test_config_show_masks_secrets(tmp_path: Path) -> None:
    secret = {"HOTLINE_CHAT__BASE_URL": "http://x/v1", "HOTLINE_CHAT__MODEL": "m", "HOTLINE_CHAT__API_KEY": "sk-secret"}
    shown = hotline("config", "show", "--json", cwd=tmp_path, **secret)
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["chat"]["model"] == "m"
    assert "sk-secret" not in shown.stdout + shown.stderr


def test_config_list_says_what_every_setting_means(tmp_path: Path) -> None:
    listed = hotline("config", "list", cwd=tmp_path)
    assert "HOTLINE_API__PORT=8000\n    Port to listen on" in listed.stdout
    rows = json.loads(hotline("config", "list", "--json", cwd=tmp_path).stdout)["items"]
    assert {"name": "HOTLINE_CHAT__MODEL", "default": "(needed)", "meaning": "Its name there."} in rows


def test_an_extension_says_itself_what_it_does(tmp_path: Path) -> None:
    assert "measure quality over a dataset" in hotline("--help", cwd=tmp_path).stdout


def test_config_show_masks_passwords_in_addresses(tmp_path: Path) -> None:
    shown = hotline("config", "show", cwd=tmp_path, HOTLINE_ORDERS__RECEIVER_URL="https://relay:hush@units.example/in")
    assert "https://**********@units.example/in" in shown.stdout
    assert "hush" not in shown.stdout + shown.stderr


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "latin-1"}]
)
def test_a_locale_without_chinese_stops_nothing(tmp_path: Path, locale: dict[str, str]) -> None:
    shown = hotline("config", "show", cwd=tmp_path, **locale)
    assert shown.returncode == 0
    assert "HOTLINE_REGION=北京市朝阳区" in shown.stdout


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shown = hotline("corpus", "sync", cwd=tmp_path, HOTLINE_DATA_DIR=str(tmp_path / "file" / "below"))
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr.startswith("hotline: ") and "Traceback" not in shown.stderr
    assert "Not a directory" in shown.stderr


def test_version(tmp_path: Path) -> None:
    assert hotline("--version", cwd=tmp_path).stdout.startswith("hotline 0.")


def test_completion_knows_every_command() -> None:
    from assistant.cli import BUILT_IN, plugins
    from assistant.commands.completion import WORDS

    assert set(WORDS) == {*BUILT_IN, *plugins()}
