"""Who is calling, for work orders: a key has a role, a unit's key its unit; the person behind it may be named."""

from __future__ import annotations

import re
from urllib.parse import unquote

from fastapi import Request

from assistant.api.problems import Problem
from assistant.api.state import state_of
from assistant.domain.work_order_events import Actor, Role

PERSON_HEADER = "x-person"
_PERSON = re.compile(r"[^\x00-\x1f\x7f/]{1,64}")


def actor_of(request: Request) -> Actor:
    """The person who asks. ``X-Person`` (percent-encoded UTF-8) tells apart the people behind one key.

    Without any key set, which only a service for this machine alone may be, the caller is a supervisor.
    Raises ``Problem`` 403 for a key without a role, 422 for an unusable name.
    """
    principal: str = request.scope["hotline.principal"]
    settings = state_of(request).settings
    for caller in settings.callers:
        if principal == f"key:{caller.key.get_secret_value().lower()[:16]}":
            return Actor(_named(principal, request), Role(caller.role), caller.unit)
    if settings.keys or settings.callers:
        raise Problem(
            403, "key_without_role", "这个 API 密钥没有办理工单的身份，请联系管理员（HOTLINE_API__CALLERS）。"
        )
    return Actor(_named(principal, request), Role.SUPERVISOR)


def _named(principal: str, request: Request) -> str:
    person = unquote(request.headers.get(PERSON_HEADER, ""))
    if person and not _PERSON.fullmatch(person):
        raise Problem(422, "invalid_person", "X-Person 最多64个字，不含控制字符和斜杠。", param="X-Person")
    return f"{principal}/{person}" if person else principal
