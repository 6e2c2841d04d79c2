"""The client of a configured model is made once and closed with the service, whoever uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.bootstrap import triage
from assistant.bootstrap.models import chat_model
from assistant.settings import Settings


def test_fields_are_filled_through_the_client_that_the_service_closes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(
        data_dir=tmp_path, chat={"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "none"}
    )  # type: ignore[arg-type]
    chat = chat_model(settings)
    made: list[object] = []
    monkeypatch.setattr(triage, "chat_model", lambda _: made.append(1))
    used: list[object] = []
    monkeypatch.setattr(triage, "field_filler", lambda _, given: used.append(given))
    triage.build_triage(settings, chat=chat)
    assert used == [chat]
    assert made == []
