"""A city's own sign-in by OpenID Connect: authorization code with PKCE, and an ID token whose signature is checked.

OpenID Connect Core 1.0 §3.1, Discovery 1.0, RFC 7636. Only asymmetric signatures are taken: neither ``none`` nor a token
"signed" with the public key.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from assistant.domain.outside_identity import SignInFlow
from assistant.ports.accounts import OutsideRefused, OutsideUnavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
REQUIRED = ["exp", "iat", "iss", "aud", "sub"]
LEEWAY_S = 60
KNOWN_FOR_S = 3600.0
REFETCH_AFTER_S = 60.0


class OidcSignIn:
    """``issuer`` as configured; what it says about itself is asked once an hour, its keys again for an unknown one."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        *,
        scopes: tuple[str, ...] = ("openid",),
        timeout_s: float = 5.0,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self.issuer, self.client_id, self.client_secret, self.scopes = issuer, client_id, client_secret, scopes
        self.client = client or httpx.AsyncClient(timeout=timeout_s, follow_redirects=False)
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None

    async def close(self) -> None:
        await self.client.aclose()

    async def way_out(self, flow: SignInFlow, redirect_uri: str) -> str:
        about = await self._describe()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.scopes),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        address = str(about["authorization_endpoint"])
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    async def claims(self, flow: SignInFlow, code: str, redirect_uri: str) -> Mapping[str, Any]:
        about = await self._describe()
        given = await self._exchange(about, flow, code, redirect_uri)
        claims = await self._verified(about, str(given.get("id_token", "")))
        if claims.get("nonce") != flow.nonce:
            raise OutsideRefused("nonce")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.client_id:
            raise OutsideRefused("azp")
        return claims

    async def _exchange(self, about: dict[str, Any], flow: SignInFlow, code: str, redirect_uri: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": flow.verifier,
            "client_id": self.client_id,
        }
        basic: httpx.BasicAuth | httpx._client.UseClientDefault = httpx.USE_CLIENT_DEFAULT
        if self.client_secret is not None:
            if "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ("client_secret_basic",)):
                basic = httpx.BasicAuth(self.client_id, self.client_secret)
            else:
                form["client_secret"] = self.client_secret
        try:
            answer = await self.client.post(str(about["token_endpoint"]), data=form, auth=basic)
        except httpx.HTTPError as error:
            raise OutsideUnavailable(type(error).__name__) from error
        if answer.status_code in (400, 401, 403):
            raise OutsideRefused("code")
        return _object(answer)

    async def _verified(self, about: dict[str, Any], token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise OutsideRefused("algorithm")
            key = await self._key(about, str(header.get("kid", "")))
            found: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[header["alg"]],
                audience=self.client_id,
                issuer=about["issuer"],
                leeway=LEEWAY_S,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise OutsideRefused(type(error).__name__) from error
        return found

    async def _key(self, about: dict[str, Any], kid: str) -> jwt.PyJWK:
        """A key that nobody knew may be a new one: the set is fetched again, at most once a minute."""
        keys = await self._key_set(about, KNOWN_FOR_S)
        found = _of(keys, kid)
        if found is None:
            found = _of(await self._key_set(about, REFETCH_AFTER_S), kid)
        if found is None:
            raise OutsideRefused("key")
        return found

    async def _key_set(self, about: dict[str, Any], known_for_s: float) -> jwt.PyJWKSet:
        if self._keys is None or time.monotonic() - self._keys[0] > known_for_s:
            self._keys = time.monotonic(), jwt.PyJWKSet.from_dict(await self._get(str(about["jwks_uri"])))
        return self._keys[1]

    async def _describe(self) -> dict[str, Any]:
        if self._about is None or time.monotonic() - self._about[0] > KNOWN_FOR_S:
            about = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._check(about)
            self._about = time.monotonic(), about
        return self._about[1]

    def _check(self, about: dict[str, Any]) -> None:
        """Another issuer's description, or one that leads from TLS to plain HTTP, is none."""
        if str(about.get("issuer", "")).rstrip("/") != self.issuer.rstrip("/"):
            raise OutsideUnavailable("issuer")
        scheme = urlsplit(self.issuer).scheme
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if urlsplit(str(about.get(name, ""))).scheme not in ("https", scheme):
                raise OutsideUnavailable(name)

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            answer = await self.client.get(address)
        except httpx.HTTPError as error:
            raise OutsideUnavailable(type(error).__name__) from error
        return _object(answer)


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json() if answer.is_success else None
    except ValueError as error:
        raise OutsideUnavailable("garbled") from error
    if not isinstance(found, dict):
        raise OutsideUnavailable(f"status_{answer.status_code}")
    return found


def _of(keys: jwt.PyJWKSet, kid: str) -> jwt.PyJWK | None:
    """Without a ``kid`` only the sole key can be meant."""
    if not kid:
        return keys.keys[0] if len(keys.keys) == 1 else None
    return next((key for key in keys.keys if key.key_id == kid), None)
