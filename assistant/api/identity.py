"""Who is asking: one answer per request, given by the middleware ``Authentication`` and read everywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fastapi import Request

from assistant.desks.sign_in import SignedIn
from assistant.domain.accounts import AccountRole


class Kind(Enum):
    """How the caller made themselves known."""

    ACCOUNT = "a person who signed in"
    KEY = "a system or script with an API key"
    OPEN = "a caller on this machine, in development without any key"
    NOBODY = "anyone else"


@dataclass(frozen=True, slots=True)
class Identity:
    """``principal`` is opaque: a login, the head of a key's digest, or a hashed address.

    ``fault`` is why a caller that showed something is nobody: ``invalid_api_key`` or ``not_signed_in``.
    """

    kind: Kind
    principal: str
    role: AccountRole | None = None
    unit: str | None = None
    signed_in: SignedIn | None = None
    fault: str = ""


def identity_of(request: Request) -> Identity:
    identity: Identity = request.scope["hotline.identity"]
    return identity
