"""Opaque identifiers (UUIDv7, RFC 9562 §5.7): ordered by time of creation, otherwise random."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_id() -> str:
    """A UUIDv7 with 74 random bits; ``time.time`` in milliseconds is its head."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))
