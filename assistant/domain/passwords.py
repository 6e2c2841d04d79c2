"""Passwords: hashed with scrypt (RFC 7914), compared in constant time, made at random where nobody chose one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

SHORTEST, LONGEST = 12, 128
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is misread: i l o 0 1
_STORED = re.compile(r"scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """``2**log_n`` blocks of ``128 * r`` bytes, ``p`` times. The default takes 16 MiB and about 0.3 s of one core.

    OWASP's Password Storage Cheat Sheet gives N=2^14, r=8, p=5 as equal to N=2^17, p=1 with an eighth of its memory:
    signing in must not become a way to exhaust the machine.
    """

    log_n: int = 14
    r: int = 8
    p: int = 5


def hash_password(password: str, cost: ScryptCost = ScryptCost()) -> str:
    """``scrypt$log_n$r$p$salt$hash``."""
    salt = secrets.token_bytes(16)
    return f"scrypt${cost.log_n}${cost.r}${cost.p}${_text(salt)}${_text(_derive(password, salt, cost))}"


def password_fits(password: str, stored: str) -> bool:
    """``False`` too for a stored value that is no hash: an account without a password cannot be opened by one."""
    found = _STORED.fullmatch(stored)
    if found is None:
        return False
    cost = ScryptCost(*(int(part) for part in found.groups()[:3]))
    return hmac.compare_digest(_derive(password, _bytes(found[4]), cost), _bytes(found[5]))


def needs_rehash(stored: str, cost: ScryptCost) -> bool:
    return not stored.startswith(f"scrypt${cost.log_n}${cost.r}${cost.p}$")


def random_password() -> str:
    """Sixteen characters of 31, 79 bits, in four groups that can be read out."""
    characters = [secrets.choice(_ALPHABET) for _ in range(16)]
    return "-".join("".join(characters[start : start + 4]) for start in range(0, 16, 4))


def weakness(password: str, login: str) -> str | None:
    """What is wrong with a chosen password, in Chinese; ``None`` when it will do. Length counts, not kinds of characters."""
    if len(password) < SHORTEST:
        return f"密码至少{SHORTEST}个字符，建议用几个不相干的词组成一句话。"
    if len(password) > LONGEST:
        return f"密码最多{LONGEST}个字符。"
    if len(set(password)) < 5 or login.lower() in password.lower():
        return "密码过于简单：不能包含登录名，也不能只重复几个字符。"
    return None


def _derive(password: str, salt: bytes, cost: ScryptCost) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=2**cost.log_n,
        r=cost.r,
        p=cost.p,
        maxmem=2**28,
        dklen=32,
    )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
