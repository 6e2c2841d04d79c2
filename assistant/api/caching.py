"""Whether what a caller holds is still what it would get."""

from __future__ import annotations


def matches(header: str, tag: str) -> bool:
    """``If-None-Match``, weak comparison (RFC 9110 §13.1.2)."""
    return header.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in header.split(",")}
