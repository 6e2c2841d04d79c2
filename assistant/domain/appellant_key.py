"""The opaque key by which orders of one caller find each other, without anybody keeping the number."""

from __future__ import annotations

import hashlib
import hmac

from assistant.domain.normalise import canonical

LENGTH = 32
_COUNTRY = "86"
_MOBILE = 11


def appellant_key(secret: bytes, phone: str) -> str | None:
    """The same for the same number however it is written; ``None`` for an unknown caller.

    HMAC-SHA256 (RFC 2104), cut to 128 bits: without ``secret`` the few numbers there are could all be tried.

    Raises:
        ValueError: no secret.
    """
    digits = "".join(character for character in canonical(phone) if character.isdecimal())
    if len(digits) == _MOBILE + len(_COUNTRY):
        digits = digits.removeprefix(_COUNTRY)
    if not digits:
        return None
    if not secret:
        raise ValueError("an unkeyed hash of a phone number can be found by trying all numbers")
    return hmac.new(secret, digits.encode(), hashlib.sha256).hexdigest()[:LENGTH]
