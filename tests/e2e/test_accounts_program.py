"""``hotline accounts`` as a program: passwords shown once, refusals with a status, a record of who did it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.jsonl_audit import verify
from assistant.bootstrap.orders import open_work_orders
from assistant.desks.sign_in import WrongCredentials
from assistant.settings import Settings


def hotline(
    folder: Path, *words: str, command: str = "accounts", **environment: str
) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    settings = {"HOTLINE_DATA_DIR": str(folder / "var"), **environment}
    program = [sys.executable, "-m", "assistant.cli", *([command] if command else []), *words]
    return subprocess.run(program, env=plain | settings, cwd=folder, capture_output=True, text=True, check=False)


def made(folder: Path, *words: str) -> Any:
    ended = hotline(folder, *words, "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    return told.get("items", told)


def test_an_account_from_its_making_to_its_end(tmp_path: Path) -> None:
    [chief] = made(tmp_path, "add", "Chief", "--role", "admin", "--name", "演示管理员")
    assert (chief["login"], chief["must_change_password"]) == ("chief", True)
    desk = open_work_orders(Settings(data_dir=tmp_path / "var")).sign_in
    assert desk.sign_in("chief", chief["password"], "here").account.name == "演示管理员"
    [reset] = made(tmp_path, "reset-password", "chief")
    with pytest.raises(WrongCredentials):
        desk.sign_in("chief", chief["password"], "here")
    session = desk.sign_in("chief", reset["password"], "here")
    assert made(tmp_path, "disable", "chief")["disabled"] is True
    assert desk.resolve(session.token) is None
    assert [account["disabled"] for account in made(tmp_path, "list")] == [True]
    audit = (tmp_path / "var" / "audit.jsonl").read_text(encoding="utf-8")
    assert verify(tmp_path / "var" / "audit.jsonl").count == 3
    assert "operator:" in audit
    assert chief["password"] not in audit and reset["password"] not in audit


def test_refusals_say_what_to_do(tmp_path: Path) -> None:
    made(tmp_path, "add", "one", "--role", "supervisor")
    for words, status, said in (
        (("add", "one", "--role", "supervisor"), 1, "taken"),
        (("add", "two", "--role", "unit_handler"), 2, "所属单位"),
        (("add", "two", "--role", "unit_handler", "--unit", "community-1"), 2, "单位目录"),
        (("disable", "nobody"), 1, "no such account"),
    ):
        ended = hotline(tmp_path, *words)
        assert (ended.returncode, said in ended.stderr) == (status, True), ended.stderr


def test_doctor_says_who_can_sign_in(tmp_path: Path) -> None:
    def sign_in(**environment: str) -> tuple[str, str]:
        ended = hotline(tmp_path, *("doctor", "--json"), command="", **environment)
        found = {finding["check"]: finding for finding in json.loads(ended.stdout)["findings"]}
        return found["sign-in"]["state"], found["sign-in"]["found"]

    assert sign_in() == ("warn", "0 accounts, 0 of them administrators")
    assert not (tmp_path / "var").exists()
    made(tmp_path, "demo")
    assert sign_in() == ("ok", "5 accounts, 1 of them administrators")
    assert sign_in(HOTLINE_ENVIRONMENT="production") == ("warn", "off")
    assert sign_in(HOTLINE_ORDERS__DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")[0] == "warn"


def test_demo_accounts_are_made_once_and_never_in_production(tmp_path: Path) -> None:
    first = made(tmp_path, "demo")
    assert {account["role"] for account in first} == {
        *("seat_agent", "unit_handler", "supervisor", "knowledge_editor", "admin"),
    }
    assert len({account["password"] for account in first}) == 5
    assert made(tmp_path, "demo") == []
    again = {account["login"]: account["password"] for account in made(tmp_path, "demo", "--reset")}
    assert all(again[account["login"]] != account["password"] for account in first)
    refused = hotline(tmp_path, "demo", HOTLINE_ENVIRONMENT="production", HOTLINE_DATA_DIR=str(tmp_path / "other"))
    assert (refused.returncode, "development" in refused.stderr) == (2, True)
    assert not (tmp_path / "other").exists()
