"""What ``deploy/`` says must be something the service understands, must hold no secret, and must stop and start cleanly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.adapters.prompted_model import ModelLimits
from assistant.prompting import load_prompt
from assistant.setting_sections import Api, ExtractiveChat, OpenAIChat
from assistant.settings import Settings, load_settings, refuse_unknown

VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
FILLED = {
    "HOTLINE_API__KEYS": f'["{"ab" * 32}"]',
    "HOTLINE_API__ALLOWED_HOSTS": '["hotline.example"]',
    "HOTLINE_SIGN_IN__ORIGIN": "https://hotline.example",
    "QDRANT_API_KEY": "q",
    "REDIS_PASSWORD": "r",
}
OWN = ("assistant", "sync", "relay")


@pytest.fixture
def deploy(repository: Path) -> Path:
    return repository / "deploy"


@pytest.fixture
def text(deploy: Path) -> str:
    return (deploy / "compose.yaml").read_text(encoding="utf-8")


@pytest.fixture
def compose(text: str) -> dict[str, Any]:
    return yaml.safe_load(text)


def resolved(value: str, given: Mapping[str, str]) -> str:
    """A value as compose fills it in: ``:-`` gives a default, ``:?`` stops without one."""

    def fill(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        assert given.get(name) or kind == "-", f"compose stops: {name} {rest}"
        return given.get(name) or rest or ""

    return VARIABLE.sub(fill, value)


def started_with(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **more: str) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name, value in compose["services"]["assistant"]["environment"].items():
        monkeypatch.setenv(name, resolved(value, FILLED | more))
    return load_settings()


def test_every_setting_of_the_service_is_known(compose: dict[str, Any]) -> None:
    names = compose["services"]["assistant"]["environment"]
    assert "HOTLINE_CHAT__BASE_URL" in names
    refuse_unknown(name for name in names if name.startswith("HOTLINE_"))


def test_five_values_are_enough_to_start(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = started_with(compose, monkeypatch, tmp_path)
    assert isinstance(settings.chat, ExtractiveChat)
    assert settings.orders.database_url is None
    assert settings.widget.allowed_origins == ()


def test_what_the_profiles_need_is_taken(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    more = {"CHAT_BASE_URL": "http://vllm:8000/v1", "CHAT_MODEL": "hotline-chat", "CHAT_API_KEY": "c"}
    more |= {
        "DATABASE_URL": "postgresql+psycopg://hotline:p@postgres:5432/hotline",
        "RECEIVER_URL": "https://u.example",
    }
    settings = started_with(compose, monkeypatch, tmp_path, **more)
    assert isinstance(settings.chat, OpenAIChat)
    assert settings.orders.database_url is not None
    assert settings.orders.receiver_url is not None


def test_no_secret_has_a_default(text: str) -> None:
    secrets = [found for found in VARIABLE.findall(text) if re.search(r"(KEYS?|PASSWORD|TOKEN)$", found[0])]
    assert len(secrets) >= 7
    assert [name for name, kind, rest in secrets if kind != "?" and rest] == []


def test_the_example_names_every_variable_and_fills_none_in(deploy: Path, text: str) -> None:
    lines = (deploy / "example.env").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in named if not line.endswith("=")] == []
    assert {line.rstrip("=") for line in named} == {found[0] for found in VARIABLE.findall(text)} - {"HOTLINE_VERSION"}


def test_only_the_service_and_monitoring_publish_a_port_and_on_loopback(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"assistant": ["127.0.0.1:8000:8000"], "prometheus": ["127.0.0.1:9090:9090"]}
    assert compose["networks"]["back"] == {"internal": True}


@pytest.mark.parametrize("name", OWN)
def test_our_containers_can_write_nothing_but_their_data(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["hotline-data:/var/lib/hotline"]
    assert service["init"] is True


def test_nobody_waits_for_a_health_that_is_never_told(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, wait in service.get("depends_on", {}).items():
            checked = "healthcheck" in services[other]
            assert wait["condition"] != "service_healthy" or checked, f"{name} waits for {other}"


def test_the_index_is_filled_before_the_service_answers(compose: dict[str, Any]) -> None:
    assert compose["services"]["sync"]["command"] == ["corpus", "sync"]
    assert compose["services"]["assistant"]["depends_on"]["sync"] == {"condition": "service_completed_successfully"}


def test_open_answers_may_end_before_the_container_is_killed(compose: dict[str, Any]) -> None:
    assert int(compose["services"]["assistant"]["stop_grace_period"].removesuffix("s")) > Api().shutdown_grace_s


def test_logs_do_not_fill_the_disk(compose: dict[str, Any]) -> None:
    assert [
        name for name, service in compose["services"].items() if "max-size" not in service["logging"]["options"]
    ] == []


def test_the_longest_prompt_fits_the_served_context(compose: dict[str, Any], repository: Path) -> None:
    """Counted as one token a character, more than any model that knows Chinese needs."""
    flags = dict(
        flag.removeprefix("--").split("=", 1) for flag in compose["services"]["vllm"]["command"] if "=" in flag
    )
    limits, prompt = ModelLimits(), load_prompt(repository / "prompts", "compose_answer").file
    question, titles, frame = Api().max_question_chars, 16 * 120, 200
    longest = len(prompt.system) + len(prompt.user) + limits.prompt_characters + question + titles + frame
    assert longest + prompt.limits.max_tokens <= int(flags["max-model-len"])


def test_the_image_is_built_from_files_that_are_there_and_runs_as_a_number(repository: Path, deploy: Path) -> None:
    lines = (deploy / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert copied
    assert [path for path in copied if not (repository / path).exists()] == []
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    ignored = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".env", "**/.env", ".git", "var"} <= set(ignored)
    assert not {"assistant", "retrieval", "evals", "prompts", "policy_corpus", "web"} & set(ignored)
