"""The client of a configured model is made once and closed with the service, whoever uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import bootstrap
from assistant.settings import Settings


def test_fields_are_filled_through_the_client_that_the_service_closes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(
        data_dir=tmp_path, chat={"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "none"}
    )  # type: ignore[arg-type]
    chat = bootstrap._chat_model(settings)
    made: list[object] = []
    monkeypatch.setattr(bootstrap, "_chat_model", lambda _: made.append(1))
    used: list[object] = []
    monkeypatch.setattr(bootstrap, "_field_filler", lambda _, given: used.append(given))
    bootstrap.build_triage(settings, chat=chat)
    assert used == [chat]
    assert made == []
