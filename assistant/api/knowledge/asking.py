"""How an endpoint asks the knowledge desk, which blocks, and notes who did what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from assistant.api.answering import record
from assistant.api.identity import identity_of
from assistant.api.problems import Problem
from assistant.api.state import state_of
from assistant.domain.pii import TokenNumbering, redact
from assistant.domain.policy_draft import DraftRefused
from assistant.ports.knowledge import KnowledgeUnavailable

T = TypeVar("T")
STATUSES = {
    "draft_not_found": 404,
    "document_not_found": 404,
    "draft_decided": 409,
    "draft_changed": 409,
    "second_person_needed": 403,
}


async def desk_says(work: Callable[[], T]) -> T:
    """Runs the blocking desk in a thread. Raises ``Problem`` 403, 404, 409, 422 or 503."""
    try:
        return await asyncio.to_thread(work)
    except DraftRefused as refusal:
        raise Problem(STATUSES.get(refusal.code, 422), refusal.code, refusal.detail) from None
    except KnowledgeUnavailable as error:
        raise Problem(503, "knowledge_unavailable", str(error), headers={"retry-after": "5"}) from None


async def noted(request: Request, event: str, about: str, reason: str = "") -> None:
    said = {"actor": identity_of(request).principal, "about": about, "reason": redact(reason, TokenNumbering())[0]}
    await record(state_of(request), event, said)
