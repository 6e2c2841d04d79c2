"""What ``deploy/`` says must be something the service understands, and must hold no secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.settings import refuse_unknown


@pytest.fixture
def compose(repository: Path) -> dict[str, Any]:
    return yaml.safe_load((repository / "deploy" / "compose.yaml").read_text(encoding="utf-8"))


def test_every_setting_of_the_service_is_known(compose: dict[str, Any]) -> None:
    names = compose["services"]["assistant"]["environment"]
    assert "HOTLINE_CHAT__BASE_URL" in names
    refuse_unknown(names)


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = str(compose)
    secrets = re.findall(r"\$\{(\w*(?:KEYS?|PASSWORD)(?![A-Z_]))(:?[^}]*)\}", text)
    assert len(secrets) >= 5
    assert [name for name, rest in secrets if not rest.startswith(":?")] == []


def test_only_the_service_publishes_a_port_and_on_loopback(compose: dict[str, Any]) -> None:
    published = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert published.pop("assistant") == ["127.0.0.1:8000:8000"]
    assert not any(published.values())
    assert compose["networks"]["back"] == {"internal": True}


def test_example_environment_is_empty(repository: Path) -> None:
    lines = (repository / "deploy" / "example.env").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#") and not line.endswith("=")] == []
