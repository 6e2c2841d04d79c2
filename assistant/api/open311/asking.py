"""What a GeoReport v2 client asks, checked: who it is, which requests it wants, what it files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from fastapi import Request

from assistant.api.identity import Identity, Kind, identity_of
from assistant.api.middleware.authentication import is_browser, is_loopback, known_digest
from assistant.api.open311.mapping import CLOSED, OPEN, Services
from assistant.api.open311.rendering import FORMATS
from assistant.api.problems import Problem
from assistant.api.state import ApiState
from assistant.domain.accounts import AccountRole, order_actor
from assistant.domain.appeal import AppealType
from assistant.domain.work_order_events import Actor

MOST_DAYS = timedelta(days=90)
MOST_FIELDS = 60
LIMITS = {
    "description": 5_000,
    "address_string": 300,
    "first_name": 50,
    "last_name": 50,
    "phone": 40,
    "media_url": 2_000,
}
SHORT = 200
_CODES = re.compile(r"[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64}){0,99}")


def format_of(extension: str) -> str:
    """Raises ``Problem`` 404: what is asked for in another format does not exist."""
    if extension not in FORMATS:
        raise Problem(404, "format_not_supported", "地址以 .json 或者 .xml 结尾。")
    return extension


def query_of(request: Request) -> dict[str, str]:
    return dict(request.query_params)


async def form_of(request: Request) -> dict[str, str]:
    """Raises ``Problem`` 400 for bytes that are no form and for texts that are too long."""
    try:
        body = (await request.body()).decode()
        pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Problem(400, "invalid_form", "请求体应为UTF-8编码的表单，最多60个字段。") from None
    fields = {name: value.replace("\x00", "").strip() for name, value in pairs}
    long = next((name for name, value in fields.items() if len(value) > LIMITS.get(name, SHORT)), None)
    if long is not None:
        raise Problem(400, "field_too_long", f"有字段过长：说明最多{LIMITS['description']}字，其他字段见接口说明。")
    return fields


def in_jurisdiction(state: ApiState, fields: Mapping[str, str]) -> None:
    """This endpoint serves one place, so the id may be left out. Raises ``Problem`` 404 for another."""
    if fields.get("jurisdiction_id") not in (None, "", state.container.region):
        raise Problem(404, "jurisdiction_not_found", "jurisdiction_id 不属于本热线；可以不填。")


def caller_of(request: Request, state: ApiState, fields: Mapping[str, str]) -> Actor:
    """Whoever holds a key of ``HOTLINE_API__CALLERS``, given as ``api_key`` or as a bearer token.

    Raises ``Problem`` 403, which the specification has for a missing key as well as for a wrong one.
    """
    identity = _identity(request, state, fields.get("api_key", ""))
    actor = order_actor(identity.principal, identity.role, identity.unit) if identity else None
    if actor is None:
        raise Problem(403, "invalid_api_key", "请用 api_key 给出有办理工单身份的密钥（HOTLINE_API__CALLERS）。")
    return actor


def _identity(request: Request, state: ApiState, given: str) -> Identity | None:
    held = identity_of(request)
    if held.kind is Kind.KEY:
        return held
    callers = {caller.key.get_secret_value().lower(): caller for caller in state.settings.callers}
    if given and (digest := known_digest(given, tuple(callers))):
        caller = callers[digest]
        role = AccountRole.UNIT_HANDLER if caller.role == "unit" else AccountRole(caller.role)
        return Identity(Kind.KEY, f"key:{digest[:16]}", role, caller.unit)
    keyless = state.open_metrics and not callers and not state.settings.keys
    if keyless and is_loopback(request.scope) and not is_browser(request.scope):
        return Identity(Kind.OPEN, held.principal, AccountRole.SUPERVISOR)
    return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """``ids`` stand alone; ``categories`` empty means all; ``status`` is open, closed or any. ``first`` ≤ received < ``end``."""

    ids: tuple[str, ...]
    categories: frozenset[str]
    status: str | None
    first: datetime
    end: datetime


def wanted_of(fields: Mapping[str, str], services: Services, now: datetime) -> Wanted:
    """Raises ``Problem`` 400 for what cannot be read, 404 for a service that is none."""
    codes = _listed(fields, "service_code")
    if any(code not in services.by_code for code in codes):
        raise Problem(404, "service_not_found", "没有这个 service_code，请先查询 services。")
    statuses = frozenset(fields.get("status", "").lower().split(",")) - {""}
    if not statuses <= {OPEN, CLOSED}:
        raise Problem(400, "invalid_status", "status 为 open、closed，或以逗号相连。")
    first, end = _span(fields, now)
    status = next(iter(statuses)) if len(statuses) == 1 else None
    categories = frozenset(services.by_code[code].name for code in codes)
    return Wanted(_listed(fields, "service_request_id"), categories, status, first, end)


def _listed(fields: Mapping[str, str], name: str) -> tuple[str, ...]:
    value = fields.get(name, "")
    if value and not _CODES.fullmatch(value):
        raise Problem(400, f"invalid_{name}", f"{name} 为编号，多个以逗号相连，最多100个。")
    return tuple(value.split(",")) if value else ()


def _span(fields: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """At most 90 days, by default the last ones."""
    first, end = _moment(fields, "start_date"), _moment(fields, "end_date")
    end = end or (min(first + MOST_DAYS, now) if first else now)
    first = first or end - MOST_DAYS
    if not timedelta(0) <= end - first <= MOST_DAYS:
        raise Problem(400, "invalid_period", "start_date 不晚于 end_date，相隔不超过90天。")
    return first, end


def _moment(fields: Mapping[str, str], name: str) -> datetime | None:
    if not (value := fields.get(name, "")):
        return None
    try:
        # An unescaped plus sign of a query arrives as a space.
        at = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 1949 <= at.year <= 2999:
        raise Problem(400, "invalid_datetime", f"{name} 应为带时区的时间，如 2026-01-15T08:00:00+08:00。")
    return at


@dataclass(frozen=True, slots=True)
class Filing:
    """A service request to be. ``place`` is an address or, failing one, coordinates in words."""

    category: str
    description: str
    place: str
    type: AppealType
    street: str | None
    confidential: bool
    name: str
    phone: str
    original: Mapping[str, str]


def filing_of(fields: Mapping[str, str], services: Services) -> Filing:
    """Raises ``Problem`` 400 for what is missing or impossible, 404 for a service that is none."""
    category = services.by_code.get(fields.get("service_code", ""))
    if category is None:
        raise Problem(404, "service_not_found", "没有这个 service_code，请先查询 services。")
    if not fields.get("description"):
        raise Problem(400, "description_missing", "请在 description 中说明发生了什么。")
    street = fields.get("attribute[street]") or None
    if street is not None and street not in services.unit_names:
        raise Problem(400, "invalid_attribute", "attribute[street] 不是服务定义中的街乡编号。")
    kept = {
        name: fields[name]
        for name in ("email", "device_id", "account_id", "media_url", "lat", "long")
        if fields.get(name)
    }
    return Filing(
        category.name,
        fields["description"],
        _place(fields),
        _type(fields.get("attribute[type]", "")),
        street,
        fields.get("attribute[confidential]", "").lower() == "true",
        f"{fields.get('last_name', '')}{fields.get('first_name', '')}",
        fields.get("phone", ""),
        kept,
    )


def _type(value: str) -> AppealType:
    try:
        return AppealType(value) if value else AppealType.HELP
    except ValueError:
        raise Problem(400, "invalid_attribute", "attribute[type] 不是服务定义中的诉求类型。") from None


def _place(fields: Mapping[str, str]) -> str:
    """The specification wants an address, an address id or coordinates."""
    if place := fields.get("address_string") or fields.get("address_id", ""):
        return place
    try:
        lat, long = float(fields["lat"]), float(fields["long"])
    except (KeyError, ValueError):
        raise Problem(400, "place_missing", "请给出 address_string，或者 lat 和 long。") from None
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise Problem(400, "place_missing", "lat 应在-90至90之间，long 应在-180至180之间。")
    return f"北纬{lat:.5f} 东经{long:.5f}"
