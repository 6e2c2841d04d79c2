"""Who somebody is by the word of a city's own sign-in (OpenID Connect), and what that gives them here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.domain.accounts import AccountRole


class NoRole(Exception):  # noqa: N818 - an answer
    """None of the person's roles means anything here: they do not get in."""


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """``role_claim`` and ``unit_claim`` may be paths with dots (``realm_access.roles``). The first of ``roles`` that fits counts."""

    issuer: str
    role_claim: str
    roles: Mapping[str, AccountRole]
    unit_claim: str


@dataclass(frozen=True, slots=True)
class OutsidePerson:
    login: str
    name: str
    role: AccountRole
    unit: str | None


def person_of(claims: Mapping[str, Any], rules: ClaimRules) -> OutsidePerson:
    """The login is made of issuer and subject (Core 1.0 §5.7: nothing else stays with one person). Raises ``NoRole``."""
    held = _claim(claims, rules.role_claim)
    values = {str(value) for value in held} if isinstance(held, list) else {str(held)}
    role = next((role for value, role in rules.roles.items() if value in values), None)
    if role is None:
        raise NoRole
    subject = hashlib.sha256(f"{rules.issuer}\n{claims['sub']}".encode()).hexdigest()[:24]
    name = str(claims.get("name") or claims.get("preferred_username") or "统一认证用户")[:100]
    unit = _claim(claims, rules.unit_claim) if role is AccountRole.UNIT_HANDLER else None
    return OutsidePerson(f"oidc-{subject}", name, role, str(unit) if unit else None)


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


@dataclass(frozen=True, slots=True)
class SignInFlow:
    """One journey to the other sign-in and back. All its values come from one random ``seed`` that only the browser keeps.

    ``state`` ties the answer to this browser, ``nonce`` the token to this journey, ``verifier`` the code to whoever asked
    for it (PKCE, RFC 7636). None of them tells the seed or another.
    """

    seed: str

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _derived(self, purpose: str) -> str:
        return _text(hashlib.sha256(f"{purpose}\n{self.seed}".encode()).digest())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
