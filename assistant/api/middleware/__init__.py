"""Hardening as pure ASGI middleware, one concern per file; ``stack`` lists them in order."""

from __future__ import annotations

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str:
    """First value of a header (lower-case ``name``), empty when absent."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
