"""Settings of the service: environment variables ``HOTLINE_…``, nested with ``__``, and a ``.env`` file.

Only ``bootstrap``, ``commands`` and ``cli`` know them; ``api`` is given its sections, every other part what it needs at
construction. A misspelt name stops the start (pydantic-settings alone would ignore it).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.setting_sections import (
    TAGS,
    Api,
    Chat,
    EmbeddedIndex,
    ExtractiveChat,
    Index,
    InProcessState,
    Knowledge,
    Orders,
    Rates,
    RemoteModel,
    SignIn,
    State,
    Watch,
    Widget,
)

PREFIX = "HOTLINE_"
# Read by the tests and the evaluation harness only, never by the service.
FOREIGN = frozenset(
    {
        "HOTLINE_SHARED_DATA",
        "HOTLINE_REQUIRE_REAL",
        "HOTLINE_TEST_QDRANT_URL",
        "HOTLINE_TEST_VLLM_URL",
        "HOTLINE_SCREENSHOTS",
    }
)


class SettingsError(Exception):
    """The environment cannot be used; the message names the variable and what to do."""


class Settings(BaseSettings):
    """Everything the service can be told. Defaults run on a laptop with no key, no service and no GPU."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,  # compose hands on what the operator left out as an empty value
        extra="forbid",
        frozen=True,
    )

    environment: Literal["development", "production"] = "development"
    """Outside development the service does not start unprotected."""
    data_dir: Path = Path("var")
    """Folder of everything that is kept; see docs/architecture.md."""
    city_pack: Path | None = None
    """Folder of another city's guides and catalogues; left out: Chaoyang, Beijing."""
    prompts_dir: Path | None = None
    """Folder of released prompts; left out: those of this version."""
    models_dir: Path | None = None
    """Folder that `hotline learn --out` wrote; left out: triage by the catalogue alone."""
    region: str = "北京市朝阳区"
    """Whose rules count where a question names no place."""
    index: Index = EmbeddedIndex()
    chat: Chat = ExtractiveChat()
    state: State = InProcessState()
    embedder: RemoteModel | None = None
    reranker: RemoteModel | None = None
    orders: Orders = Orders()
    rates: Rates = Rates()
    watch: Watch = Watch()
    api: Api = Api()
    widget: Widget = Widget()
    sign_in: SignIn = SignIn()
    knowledge: Knowledge = Knowledge()


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment.

    Raises:
        SettingsError: a ``HOTLINE_*`` name is unknown, or a value does not fit; nothing secret is quoted.
    """
    refuse_unknown(environment)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error))) from None


def refuse_unknown(environment: Iterable[str]) -> None:
    for name in sorted(environment):
        head = name.upper().removeprefix(PREFIX).split("__")[0].lower()
        if name.upper().startswith(PREFIX) and name not in FOREIGN and head not in Settings.model_fields:
            known = ", ".join(PREFIX + field.upper() for field in Settings.model_fields)
            raise SettingsError(f"{name}: unknown setting; known are {known} (nested parts after __)")


def _explain(error: ValidationError) -> Iterable[str]:
    for item in error.errors(include_input=False, include_url=False):
        place = "__".join(str(part).upper() for part in item["loc"] if part not in TAGS)
        yield f"{PREFIX}{place}: {item['msg']}"
