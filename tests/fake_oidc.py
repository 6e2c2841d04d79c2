"""An OpenID provider on a real socket: signs in whoever comes, checks PKCE and the client, and lies where it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.api.conftest import serving_app

CLIENT_ID, SECRET = "hotline", "demo-client-secret"


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """``claims`` are added to each token; ``forge`` makes the token instead of the honest way."""

    port: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    forge: str = ""
    key: Any = field(default_factory=rsa_key)
    kid: str = "k-1"
    algorithm: str = "RS256"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    exchanges: int = 0
    keys_fetched: int = 0
    deny: bool = False
    broken: str = ""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.jwks),
            ]
        )

    async def describe(self, request: Request) -> Response:
        if self.broken == "discovery":
            return Response("<html>login</html>", media_type="text/html")
        about = {
            "issuer": "http://other.example" if self.broken == "issuer" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        return JSONResponse(about)

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        back = {"error": "access_denied"} if self.deny else {"code": code}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back | {'state': asked['state']})}", 302)

    async def token(self, request: Request) -> Response:
        self.exchanges += 1
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        asked = self.asked.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        honest = (
            asked is not None
            and request.headers.get("authorization") == f"Basic {basic}"
            and asked["code_challenge"] == proof
            and asked["redirect_uri"] == form["redirect_uri"]
        )
        if not honest or asked is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse({"token_type": "Bearer", "access_token": "x", "id_token": self.id_token(asked["nonce"])})

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "u-1", "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        if self.forge == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": self.kid})
        if self.forge == "hs256":
            # The public key as a shared secret: the classic confusion of algorithms.
            return _signed_with_public_key(claims, self.public_jwk(), self.kid)
        key = rsa_key() if self.forge == "stranger" else self.key
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": self.kid} | self.header)

    def public_jwk(self) -> dict[str, Any]:
        kinds = jwt.algorithms.ECAlgorithm if isinstance(self.key, ec.EllipticCurvePrivateKey) else None
        text = (kinds or jwt.algorithms.RSAAlgorithm).to_jwk(self.key.public_key())
        return json.loads(str(text)) | {"kid": self.kid, "use": "sig", "alg": self.algorithm}

    async def jwks(self, request: Request) -> Response:
        self.keys_fetched += 1
        return JSONResponse({"keys": [self.public_jwk()]})


def _signed_with_public_key(claims: dict[str, Any], jwk: dict[str, Any], kid: str) -> str:
    import hmac

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    head = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{part(claims)}"
    mac = hmac.new(json.dumps(jwk).encode(), head.encode(), "sha256").digest()
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@contextmanager
def running_provider(**knobs: Any) -> Iterator[Provider]:
    provider = Provider(**knobs)
    config = uvicorn.Config(provider.app(), port=0, log_level="error", ws="none")
    with serving_app(config) as (_, port):
        provider.port = port
        yield provider
