"""Settings of the service: environment variables ``HOTLINE_…``, nested with ``__``, and a ``.env`` file.

Only ``bootstrap``, ``commands`` and ``cli`` load them; ``api`` is given its sections, every other part what it needs at
construction. A misspelt name stops the start (pydantic-settings alone would ignore it).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

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


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EmbeddedIndex(_Section):
    """Qdrant Edge in this process, under ``data_dir``."""

    kind: Literal["embedded"] = "embedded"


class ServerIndex(_Section):
    """A Qdrant server or cluster."""

    kind: Literal["server"] = "server"
    url: AnyHttpUrl
    api_key: SecretStr | None = None
    collection: str = "passages"
    timeout_s: float = 2.0


class ExtractiveChat(_Section):
    """No model: answers quote the best clauses (摘录式答复)."""

    kind: Literal["extractive"] = "extractive"


class OpenAIChat(_Section):
    """Any OpenAI-compatible endpoint: vLLM, vllm-ascend, a city's shared model service."""

    kind: Literal["openai"] = "openai"
    base_url: AnyHttpUrl
    model: str
    api_key: SecretStr | None = None
    first_token_timeout_s: float = Field(default=4.0, gt=0)
    timeout_s: float = Field(default=30.0, gt=0)


class InProcessState(_Section):
    """Sessions, limits and caches in this process: one process, lost at restart."""

    kind: Literal["in_process"] = "in_process"


class RedisState(_Section):
    """Sessions, limits and caches shared by processes; never the source of truth."""

    kind: Literal["redis"] = "redis"
    url: SecretStr
    timeout_s: float = Field(default=0.25, gt=0)


class RemoteModel(_Section):
    """An OpenAI-compatible embedding or rerank endpoint."""

    base_url: AnyHttpUrl
    model: str
    api_key: SecretStr | None = None
    timeout_s: float = Field(default=0.5, gt=0)


class Caller(_Section):
    """What a key may do; ``key`` is its SHA-256 as in ``Api.keys``, ``unit`` a unit id of the city pack.

    ``unit`` is the earlier name of the role ``unit_handler``.
    """

    key: SecretStr
    role: Literal["seat_agent", "unit", "unit_handler", "supervisor", "knowledge_editor", "admin"]
    unit: str | None = None

    @model_validator(mode="after")
    def _unit_fits_role(self) -> Caller:
        if (self.role in ("unit", "unit_handler")) != (self.unit is not None):
            raise ValueError("a caller of role unit_handler, and no other, names its unit")
        return self


class Api(_Section):
    """The HTTP surface. ``keys`` are SHA-256 hex digests of the callers' API keys."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    allowed_origins: tuple[str, ...] = ()
    keys: tuple[SecretStr, ...] = ()
    callers: tuple[Caller, ...] = ()
    """Keys that may work on orders, with their role; a key of ``keys`` alone may not."""
    docs: bool = False
    metrics_token: SecretStr | None = None
    max_question_chars: int = Field(default=1000, ge=1)
    max_body_bytes: int = Field(default=65_536, ge=1024)
    requests_per_minute: int = Field(default=120, ge=1)
    max_concurrency: int = Field(default=256, ge=1)
    max_url_bytes: int = Field(default=8192, ge=512)
    max_header_bytes: int = Field(default=16_384, ge=1024)
    header_timeout_s: float = Field(default=10.0, gt=0)
    body_timeout_s: float = Field(default=10.0, gt=0)
    stream_heartbeat_s: float = Field(default=15.0, gt=0)
    shutdown_grace_s: int = Field(default=20, ge=0)
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    landing_page: bool | None = None
    """``None``: shown in development only."""
    session_ttl_s: int = Field(default=7200, ge=60)


class Widget(_Section):
    """The citizens' side: the widget at ``/widget.js``, its plain pages, ``/v1/citizen``. Anybody may call these.

    ``allowed_origins`` are the sites that may embed it (``https://www.example.gov.cn``), beside this service's own pages.
    """

    enabled: bool | None = None
    """``None``: in development, and wherever a site is named."""
    allowed_origins: tuple[Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:\d{1,5})?$")], ...] = ()
    max_question_chars: int = Field(default=300, ge=1)
    filings_per_hour: int = Field(default=60, ge=1)
    """Orders filed, and codes tried, by one address or IPv6 /64."""
    demo: bool | None = None
    """The page ``/demo``; ``None``: in development only."""

    def settled(self, is_development: bool) -> Widget:
        """With ``enabled`` and ``demo`` decided."""
        enabled = is_development or bool(self.allowed_origins) if self.enabled is None else self.enabled
        demo = is_development if self.demo is None else self.demo
        return self.model_copy(update={"enabled": enabled, "demo": enabled and demo})


class Oidc(_Section):
    """A city's own sign-in (统一身份认证) by OpenID Connect; ``roles`` maps values of ``role_claim`` to our roles.

    ``unit_claim`` holds a unit id of the city pack. Somebody without a mapped role does not get in.
    """

    issuer: AnyHttpUrl
    client_id: str
    client_secret: SecretStr | None = None
    name: str = "统一身份认证"
    scopes: tuple[str, ...] = ("openid", "profile")
    role_claim: str = "roles"
    roles: dict[str, Literal["seat_agent", "unit_handler", "supervisor", "knowledge_editor", "admin"]] = Field(
        default_factory=dict
    )
    unit_claim: str = "unit"
    timeout_s: float = Field(default=5.0, gt=0)


class SignIn(_Section):
    """Signing in to the pages. ``origin`` is where browsers find this service, e.g. ``https://hotline.example``.

    Outside development it is needed, and says that TLS ends in front of this service: the cookie travels over TLS only.
    """

    origin: Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\[\]:-]+$")] | None = None
    idle_s: int = Field(default=3600, ge=60)
    absolute_s: int = Field(default=43_200, ge=300)
    requests_per_minute: int = Field(default=600, ge=1)
    """Of one person; scripts with a key and everybody else have ``HOTLINE_API__REQUESTS_PER_MINUTE``."""
    oidc: Oidc | None = None


class Orders(_Section):
    """Work orders: SQLite under ``data_dir``, or the PostgreSQL that ``database_url`` names.

    Dispatches leave for ``receiver_url`` (the units' system); without one they wait in the outbox.
    """

    database_url: SecretStr | None = None
    receiver_url: AnyHttpUrl | None = None
    receiver_token: SecretStr | None = None
    receiver_timeout_s: float = Field(default=5.0, gt=0)


class Watch(_Section):
    """``receivers``: ids of the units that must be told of a sign of an emergency (ordinance Article 29); a notice of a burst is
    put into the outbox for each of them. Every ``every_s`` a serving process looks for bursts.
    """

    receivers: tuple[str, ...] = ("district-command-centre",)
    every_s: Annotated[float, Field(ge=10)] = 300.0


class Rates(_Section):
    """Three rates: what the operator leaves out and how a composite weighs response, resolution, satisfaction.

    No law settles either. ``excluded_orders`` are ids, ``excluded_endings`` words as 直接答复, categories take in what is below.
    """

    weights: tuple[float, float, float] | None = None
    excluded_orders: frozenset[str] = frozenset()
    excluded_types: frozenset[str] = frozenset()
    excluded_endings: frozenset[str] = frozenset()
    excluded_channels: frozenset[str] = frozenset()
    excluded_categories: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _weights_fit(self) -> Rates:
        if self.weights is not None and not (
            all(0 <= part < float("inf") for part in self.weights) and any(self.weights)
        ):
            raise ValueError("three weights, not negative and not all zero")
        return self


def _server_if_addressed(server: str, address: str, embedded: str) -> Discriminator:
    """An address is enough to choose the server: ``HOTLINE_CHAT__BASE_URL`` needs no ``HOTLINE_CHAT__KIND``."""

    def kind_of(value: Any) -> str:
        if isinstance(value, Mapping):
            return str(value.get("kind", server if address in value else embedded))
        return str(getattr(value, "kind", embedded))

    return Discriminator(kind_of)


Index = Annotated[
    Annotated[EmbeddedIndex, Tag("embedded")] | Annotated[ServerIndex, Tag("server")],
    _server_if_addressed("server", "url", "embedded"),
]
Chat = Annotated[
    Annotated[ExtractiveChat, Tag("extractive")] | Annotated[OpenAIChat, Tag("openai")],
    _server_if_addressed("openai", "base_url", "extractive"),
]
State = Annotated[
    Annotated[InProcessState, Tag("in_process")] | Annotated[RedisState, Tag("redis")],
    _server_if_addressed("redis", "url", "in_process"),
]


TAGS = frozenset({"embedded", "server", "extractive", "openai", "in_process", "redis"})


class Knowledge(_Section):
    """The knowledge desk."""

    second_person: bool = False
    """A draft is approved by somebody who did not write it."""


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
    data_dir: Path = Path("var")
    city_pack: Path | None = None
    prompts_dir: Path | None = None
    models_dir: Path | None = None
    """Folder that ``hotline learn --out`` wrote; ``None``: triage by the catalogue alone."""
    region: str = "北京市朝阳区"
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
