"""The sections of the settings, each with what its values mean; ``assistant.settings`` puts them together.

The sentence below a value is its meaning in ``docs/settings.md``. Times end in ``_s`` and are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Discriminator, Field, SecretStr, Tag, model_validator

Seconds = Annotated[float, Field(gt=0)]
Site = Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:\d{1,5})?$")]
RoleName = Literal["seat_agent", "unit_handler", "supervisor", "knowledge_editor", "admin"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EmbeddedIndex(Section):
    """Qdrant Edge in this process, under ``data_dir``."""

    kind: Literal["embedded"] = "embedded"


class ServerIndex(Section):
    """A Qdrant server or cluster."""

    kind: Literal["server"] = "server"
    url: AnyHttpUrl
    """Of the server; naming it is enough to choose it."""
    api_key: SecretStr | None = None
    """Its key."""
    collection: str = "passages"
    """Collection of the passages; two cities on one server take two."""
    timeout_s: float = 2.0
    """Longest wait for one search."""


class ExtractiveChat(Section):
    """No model: answers quote the best clauses (摘录式答复)."""

    kind: Literal["extractive"] = "extractive"


class OpenAIChat(Section):
    """Any OpenAI-compatible endpoint: vLLM, vllm-ascend, a city's shared model service."""

    kind: Literal["openai"] = "openai"
    base_url: AnyHttpUrl
    """Of the chat model, up to `/v1`; naming it is enough to choose it."""
    model: str
    """Its name there."""
    api_key: SecretStr | None = None
    """Its key."""
    first_token_timeout_s: Seconds = 4.0
    """From the question to the first word; then the answer is extractive."""
    timeout_s: Seconds = 30.0
    """For the whole answer."""


class InProcessState(Section):
    """Sessions, limits and caches in this process: one process, lost at restart."""

    kind: Literal["in_process"] = "in_process"


class RedisState(Section):
    """Sessions, limits and caches shared by processes; never the source of truth."""

    kind: Literal["redis"] = "redis"
    url: SecretStr
    """Redis for conversations, limits and live events of several processes; naming it is enough to choose it."""
    timeout_s: Seconds = 0.25
    """Longest wait for one command; then this process goes on alone."""


class RemoteModel(Section):
    """An OpenAI-compatible embedding or rerank endpoint."""

    base_url: AnyHttpUrl
    """Of the model, up to `/v1`."""
    model: str
    """Its name there."""
    api_key: SecretStr | None = None
    """Its key."""
    timeout_s: Seconds = 0.5
    """Longest wait for one search; then the search goes on without it."""


class Caller(Section):
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


class Api(Section):
    """The HTTP surface. ``keys`` are SHA-256 hex digests of the callers' API keys."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    """Names under which the service is called; any other `Host` is refused."""
    allowed_origins: tuple[str, ...] = ()
    """Sites whose pages may call the API (CORS)."""
    keys: tuple[SecretStr, ...] = ()
    """SHA-256 of keys that may ask; outside development this or signing in is needed."""
    callers: tuple[Caller, ...] = ()
    """Keys that may work on orders, with `key` (SHA-256), `role` and, for a unit_handler, `unit`."""
    docs: bool = False
    """Show the description of the API at `/docs`."""
    metrics_token: SecretStr | None = None
    """Bearer token of `/metrics`; without one only this machine reads them."""
    max_question_chars: int = Field(default=1000, ge=1)
    """Longest question."""
    max_body_bytes: int = Field(default=65_536, ge=1024)
    """Largest body of a request."""
    requests_per_minute: int = Field(default=120, ge=1)
    """Of one key, or of one address without a key."""
    max_concurrency: int = Field(default=256, ge=1)
    """Requests worked on at a time; more are told to come again (503)."""
    max_url_bytes: int = Field(default=8192, ge=512)
    """Longest address."""
    max_header_bytes: int = Field(default=16_384, ge=1024)
    """All headers of a request together."""
    header_timeout_s: Seconds = 10.0
    """For the headers of a request to arrive."""
    body_timeout_s: Seconds = 10.0
    """For the body of a request to arrive."""
    stream_heartbeat_s: Seconds = 15.0
    """A sign of life in a silent stream, so that proxies keep it open."""
    shutdown_grace_s: int = Field(default=20, ge=0)
    """For running requests to finish when the service is asked to end."""
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Metrics on a port of their own instead of `/metrics`."""
    landing_page: bool | None = None
    """The page for people at `/`; left out: in development only."""
    session_ttl_s: int = Field(default=7200, ge=60)
    """How long a conversation is remembered after its last question."""


class Widget(Section):
    """The citizens' side: the widget at ``/widget.js``, its plain pages, ``/v1/citizen``. Anybody may call these."""

    enabled: bool | None = None
    """Left out: in development, and wherever a site is named."""
    allowed_origins: tuple[Site, ...] = ()
    """Sites that may embed the window, beside this service's own pages (`https://www.example.gov.cn`)."""
    max_question_chars: int = Field(default=300, ge=1)
    """Longest question in the window."""
    filings_per_hour: int = Field(default=60, ge=1)
    """Orders filed, and codes tried, by one address or IPv6 /64."""
    demo: bool | None = None
    """The page `/demo`; left out: in development only."""

    def settled(self, is_development: bool) -> Widget:
        """With ``enabled`` and ``demo`` decided."""
        enabled = is_development or bool(self.allowed_origins) if self.enabled is None else self.enabled
        demo = is_development if self.demo is None else self.demo
        return self.model_copy(update={"enabled": enabled, "demo": enabled and demo})


class Oidc(Section):
    """A city's own sign-in (统一身份认证) by OpenID Connect. Somebody without a mapped role does not get in."""

    issuer: AnyHttpUrl
    """Of the provider; its `/.well-known/openid-configuration` is read."""
    client_id: str
    """This service's name there."""
    client_secret: SecretStr | None = None
    """Left out: a public client."""
    name: str = "统一身份认证"
    """What the button on the sign-in page says."""
    scopes: tuple[str, ...] = ("openid", "profile")
    """What is asked for."""
    role_claim: str = "roles"
    """Claim that holds the person's roles."""
    roles: dict[str, RoleName] = Field(default_factory=dict)
    """Its values and our roles: seat_agent, unit_handler, supervisor, knowledge_editor, admin."""
    unit_claim: str = "unit"
    """Claim that holds a unit id of the city pack."""
    timeout_s: Seconds = 5.0
    """Longest wait for the provider."""


class SignIn(Section):
    """Signing in to the pages. Outside development ``origin`` is needed, and says that TLS ends in front of this service."""

    origin: Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\[\]:-]+$")] | None = None
    """Where browsers find this service (`https://hotline.example`); needed outside development."""
    idle_s: int = Field(default=3600, ge=60)
    """A session ends after so long without use."""
    absolute_s: int = Field(default=43_200, ge=300)
    """A session ends after so long in any case."""
    requests_per_minute: int = Field(default=600, ge=1)
    """Of one person who is signed in."""
    oidc: Oidc | None = None
    """The city's own sign-in; left out: accounts of this service only."""


class Orders(Section):
    """Work orders. Dispatches leave for ``receiver_url`` (the units' system); without one they wait in the outbox."""

    database_url: SecretStr | None = None
    """PostgreSQL of orders, accounts and feedback; left out: SQLite in the data folder."""
    receiver_url: AnyHttpUrl | None = None
    """The units' system, to which `hotline orders relay` sends dispatches; left out: they wait."""
    receiver_token: SecretStr | None = None
    """Bearer token for it."""
    receiver_timeout_s: Seconds = 5.0
    """Longest wait for its reply to one message."""


class Watch(Section):
    """Bursts and what follows from them (ordinance Article 29)."""

    receivers: tuple[str, ...] = ("district-command-centre",)
    """Ids of the units that are told of a burst through the outbox."""
    every_s: Annotated[float, Field(ge=10)] = 300.0
    """How often a serving process looks for bursts."""


class Rates(Section):
    """Three rates: what the operator leaves out and how a composite weighs them. No law settles either."""

    weights: tuple[float, float, float] | None = None
    """Of response, resolution and satisfaction in a composite; left out: there is none."""
    excluded_orders: frozenset[str] = frozenset()
    """Ids of orders that do not count."""
    excluded_types: frozenset[str] = frozenset()
    """Types that do not count, as 咨询."""
    excluded_endings: frozenset[str] = frozenset()
    """Endings that do not count, as 直接答复."""
    excluded_channels: frozenset[str] = frozenset()
    """Channels that do not count."""
    excluded_categories: frozenset[str] = frozenset()
    """Categories that do not count, with all below them."""

    @model_validator(mode="after")
    def _weights_fit(self) -> Rates:
        if self.weights is not None and not (
            all(0 <= part < float("inf") for part in self.weights) and any(self.weights)
        ):
            raise ValueError("three weights, not negative and not all zero")
        return self


class Knowledge(Section):
    """The knowledge desk."""

    second_person: bool = False
    """A draft is approved by somebody who did not write it."""


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
