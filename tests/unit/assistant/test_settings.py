from __future__ import annotations

import pytest

from assistant.setting_sections import ExtractiveChat, OpenAIChat, RedisState, ServerIndex
from assistant.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _no_inherited_settings(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("HOTLINE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"HOTLINE_{name}", value)
    return load_settings()


def test_defaults_need_no_key_and_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(monkeypatch)
    assert isinstance(loaded.chat, ExtractiveChat)
    assert (loaded.index.kind, loaded.state.kind) == ("embedded", "in_process")
    assert loaded.api.host == "127.0.0.1"


def test_an_address_is_enough_to_choose_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(
        monkeypatch,
        CHAT__BASE_URL="http://model:8000/v1",
        CHAT__MODEL="qwen3",
        INDEX__URL="http://qdrant:6333",
        STATE__URL="redis://redis:6379/0",
    )
    assert isinstance(loaded.chat, OpenAIChat)
    assert loaded.chat.model == "qwen3"
    assert isinstance(loaded.index, ServerIndex)
    assert isinstance(loaded.state, RedisState)


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("CHTA__BASE_URL", "http://x", "HOTLINE_CHTA__BASE_URL"),
        ("CHAT__BASE_URL", "http://x", "HOTLINE_CHAT__MODEL"),
        ("API__PORT", "99999", "HOTLINE_API__PORT"),
        ("API__PROT", "1", "HOTLINE_API__PROT"),
        ("ENVIRONMENT", "prod", "HOTLINE_ENVIRONMENT"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        settings(monkeypatch, **{name: value})


def test_an_empty_value_is_one_that_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    left_out = settings(monkeypatch, CHAT__BASE_URL="", CHAT__MODEL="", CHAT__API_KEY="", ORDERS__DATABASE_URL="")
    assert isinstance(left_out.chat, ExtractiveChat)
    assert left_out.orders.database_url is None


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(monkeypatch, CHAT__BASE_URL="http://x", CHAT__MODEL="m", CHAT__API_KEY="sk-very-secret")
    assert "sk-very-secret" not in repr(loaded) + loaded.model_dump_json()


def test_a_wrong_secret_is_not_echoed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(monkeypatch, STATE__URL="redis://:hunter2@h", STATE__TIMEOUT_S="never")
    assert "hunter2" not in str(refused.value)
