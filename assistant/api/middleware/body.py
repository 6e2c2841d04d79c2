"""Reads the body once, bounded in size and time, checks what it is, and hands it on whole.

Nothing behind this middleware waits for a slow client. A body over the limit is refused before it is read.
"""

from __future__ import annotations

import asyncio
from email.message import Message as MediaType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api import strict_json
from assistant.api.middleware import header
from assistant.api.problems import Problem, send_problem

_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")
FORM = "application/x-www-form-urlencoded"
FORM_PAGES = ("/", "/complaint", "/progress")
FORM_ROUTES = "/open311/"
UPLOADS, UPLOAD_BYTES = ("/v1/knowledge/drafts", "/v1/knowledge/previews"), 12 * 1024 * 1024
"""Where documents come in, from editors only (permissions stand before this); Base64 takes a third more than the file."""


class StrictBody:
    def __init__(self, app: ASGIApp, *, max_bytes: int, timeout_s: float) -> None:
        self.app = app
        self.max_bytes, self.timeout_s = max_bytes, timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY or has_none(scope):
            await self.app(scope, receive, send)
            return
        try:
            limit = UPLOAD_BYTES if scope["path"].startswith(UPLOADS) else self.max_bytes
            refuse_declared(scope, limit)
            media_type = media_type_of(scope)
            body = await self._read(receive, limit)
            check(media_type, body)
        except Problem as problem:
            unread = receive if problem.status in (413, 415) else None
            await send_problem(scope, send, problem, close=problem.status in (408, 413), unread=unread)
            return
        if body is not None:
            await self.app(scope, replay(body.removeprefix(b"\xef\xbb\xbf"), receive), send)

    async def _read(self, receive: Receive, limit: int) -> bytes | None:
        """The whole body; ``None`` when the client left before its end."""
        chunks = bytearray()
        try:
            async with asyncio.timeout(self.timeout_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    chunks += message.get("body", b"")
                    if len(chunks) > limit:
                        raise too_large(limit)
                    if not message.get("more_body", False):
                        return bytes(chunks)
        except TimeoutError:
            raise Problem(408, "body_too_slow", "请求体没有在规定时间内传完。") from None


def too_large(limit: int) -> Problem:
    return Problem(413, "body_too_large", f"请求体超过 {limit} 字节。", limit=limit)


def has_none(scope: Scope) -> bool:
    """Whether the request says that it brings no body and no kind of one, as a browser's DELETE does."""
    declared = header(scope, b"content-length")
    framed = declared not in ("", "0") or header(scope, b"transfer-encoding")
    return not framed and not header(scope, b"content-type")


def refuse_declared(scope: Scope, limit: int) -> None:
    declared = header(scope, b"content-length")
    if declared.isascii() and declared.isdigit() and (len(declared) > 12 or int(declared) > limit):
        raise too_large(limit)
    if header(scope, b"content-encoding") not in ("", "identity"):
        raise Problem(415, "encoding_not_supported", "不接受压缩的请求体。")


def media_type_of(scope: Scope) -> str:
    """``application/json``, or a form for the page. Raises ``Problem`` 415 for anything else and for other charsets."""
    parsed = MediaType()
    parsed["content-type"] = header(scope, b"content-type")
    kind = parsed.get_content_type() if parsed["content-type"] else ""
    wanted = FORM if scope["path"] in FORM_PAGES or scope["path"].startswith(FORM_ROUTES) else "application/json"
    if kind != wanted:
        raise Problem(415, "media_type_not_supported", f"请使用 Content-Type: {wanted}。")
    charset = str(parsed.get_param("charset", "utf-8")).lower()
    if charset not in ("utf-8", "utf8"):
        raise Problem(415, "charset_not_supported", "请使用UTF-8编码（charset=utf-8）。")
    return wanted


def check(media_type: str, body: bytes | None) -> None:
    if body is not None and media_type == "application/json":
        if not body.strip():
            raise Problem(422, "body_missing", "请求体为空。")
        strict_json.parse(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives ``body`` once and then waits for the real disconnect."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return message

    return receive_again
