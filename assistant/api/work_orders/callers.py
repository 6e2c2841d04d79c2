"""Who is at work on orders: the person who signed in, or the person whom a key's holder names."""

from __future__ import annotations

import re
from urllib.parse import unquote

from fastapi import Request

from assistant.api.identity import Kind, identity_of
from assistant.api.problems import Problem
from assistant.domain.accounts import order_actor
from assistant.domain.work_order_events import Actor

PERSON_HEADER = "x-person"
_PERSON = re.compile(r"[^\x00-\x1f\x7f/]{1,64}")


def actor_of(request: Request) -> Actor:
    """The person who asks. ``X-Person`` (percent-encoded UTF-8) tells apart the people behind one key; an account is one.

    Raises ``Problem`` 403 for somebody without a part in orders, 422 for an unusable name.
    """
    identity = identity_of(request)
    named = identity.principal if identity.kind is Kind.ACCOUNT else _named(identity.principal, request)
    actor = order_actor(named, identity.role, identity.unit)
    if actor is None:
        raise Problem(403, "wrong_role", "您的身份不能办理工单，请联系管理员。")
    return actor


def _named(principal: str, request: Request) -> str:
    person = unquote(request.headers.get(PERSON_HEADER, ""))
    if person and not _PERSON.fullmatch(person):
        raise Problem(422, "invalid_person", "X-Person 最多64个字，不含控制字符和斜杠。", param="X-Person")
    return f"{principal}/{person}" if person else principal
