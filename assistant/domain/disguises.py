"""See through disguises: the same text as its reader (or a model) would decode it, one plain view after another.

Covers look-alike letters, traditional characters, spread-out characters, pinyin, leet, rot13, reversal, file-name
separators, Unicode tags, and base64, hexadecimal, percent, ``\\u`` and HTML escapes. Nothing decoded is ever executed.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from assistant.domain.normalise import fold

MAX_DECODED_CHARS = 4000
MAX_SEGMENTS = 8

_SPREAD_HAN = re.compile(r"(?:[\u4e00-\u9fff](?:[^\w。！？!?（）()《》“”]|_){1,3}){3,400}[\u4e00-\u9fff]")
_SPREAD_LATIN = re.compile(r"(?:(?<![A-Za-z])[A-Za-z][\s.\-_*·|/~,+=#^&]{1,3}){5,400}[A-Za-z](?![A-Za-z])")
_NOT_LETTER = re.compile(r"[\W_]+")
_FILE_SEPARATORS = re.compile(r"[_\-+]|%20|(?<=[^\d\s])\.(?=[^\d\s])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{16,8000}={0,2}")
_HEX = re.compile(r"(?:(?:\\x|0x|%)?[0-9A-Fa-f]{2}[ ,:]?){8,4000}")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){3,2000}")
_UNICODE_ESCAPE = re.compile(r"\\u\{?[0-9A-Fa-f]{4,5}\}?")
_ENTITY = re.compile(r"&#(?:x[0-9A-Fa-f]{2,6}|[0-9]{2,7});")
_BINARY = re.compile(r"(?:[01]{8}[ ,]?){4,500}")
_TAGS = re.compile("[\U000e0020-\U000e007e]{2,}")
_LEET = str.maketrans("013457@$!|", "oieastasii")
_LEET_WORD = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9@$!|]{0,12}[A-Za-z])(?=[A-Za-z@$!|]{0,12}[0-9@$!|])[A-Za-z0-9@$!|]{4,20}"
)
_ROT13_SIGNS = re.compile("vtaber|qvfertneq|sbetrg|cebzcg|vafgehpgvba|flfgrz|eriryn|erirny")
_REVERSED_SIGNS = re.compile("略忽|视无|令指|词示提|则规|erongi|tpmorp|snoitcurtsni|drageries?id|metsys")
_LATIN_RUN = re.compile(r"[a-zü' 1-5]{12,2000}")
_PINYIN_SIGN = re.compile(r"[aeiouü]")


@dataclass(frozen=True, slots=True)
class Variants:
    """Character tables and spellings of ``assistant/screening/variants.yaml``."""

    characters: Mapping[int, str]
    spellings: tuple[tuple[re.Pattern[str], str], ...]

    def plain(self, text: str) -> str:
        """Folded, lower case, simplified, Latin letters in place of look-alikes."""
        return fold(text).text.translate(self.characters).lower()


def views(text: str, variants: Variants) -> Iterator[tuple[str, str]]:
    """(name, text) of every reading of ``text``; the first is the plain one. Decoded views are plain too."""
    plain = variants.plain(text)
    yield "plain", plain
    for name, view in _respelled(plain, variants):
        yield name, view
    for name, decoded in _decoded(text):
        yield name, variants.plain(decoded[:MAX_DECODED_CHARS])


def _respelled(plain: str, variants: Variants) -> Iterator[tuple[str, str]]:
    candidates: Sequence[tuple[str, Callable[[str], str]]] = (
        ("spelling", lambda text: _spell(text, variants)),
        ("spread", _spread),
        ("file_name", lambda text: _FILE_SEPARATORS.sub(" ", text)),
        ("leet", lambda text: _LEET_WORD.sub(lambda word: word[0].translate(_LEET), text)),
        ("rot13", lambda text: codecs.encode(text, "rot13") if _ROT13_SIGNS.search(text) else text),
        ("reversed", lambda text: text[::-1] if _REVERSED_SIGNS.search(text) else text),
        ("pinyin", _pinyin),
    )
    for name, respell in candidates:
        view = respell(plain)
        if view and view != plain:
            yield name, view


def _spell(text: str, variants: Variants) -> str:
    for pattern, plain in variants.spellings:
        text = pattern.sub(plain, text)
    return text


def _spread(text: str) -> str:
    """Characters written apart (忽 略 以 上, i g n o r e) joined; the rest untouched."""
    joined = _SPREAD_HAN.sub(lambda stretch: _NOT_LETTER.sub("", stretch[0]), text)
    return _SPREAD_LATIN.sub(lambda stretch: _NOT_LETTER.sub("", stretch[0]), joined)


def _pinyin(text: str) -> str:
    """Letters of pinyin without tones and spaces; empty where there is no long run of Latin letters."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    runs = (re.sub("[' 1-5]", "", run[0]) for run in _LATIN_RUN.finditer(bare) if _PINYIN_SIGN.search(run[0]))
    return "\n".join(runs)


def _decoded(text: str) -> Iterator[tuple[str, str]]:
    for name, pattern, decode in _DECODERS:
        for count, match in enumerate(pattern.finditer(text)):
            if count >= MAX_SEGMENTS:
                break
            decoded = decode(match[0])
            if decoded and _is_readable(decoded):
                yield name, decoded
    for name, pattern, unescape in _UNESCAPERS:
        if pattern.search(text):
            yield name, pattern.sub(lambda match, unescape=unescape: unescape(match[0]), text)  # type: ignore[misc]  # a default binds the loop variable


def _is_readable(text: str) -> bool:
    visible = sum(c.isalnum() or c.isspace() or c in "，。！？、：；,.!?:;'\"-_<>|()[]{}/=" for c in text)
    return len(text) >= 4 and visible >= 0.85 * len(text)


def _from_base64(segment: str) -> str:
    body = segment.rstrip("=").replace("-", "+").replace("_", "/")
    return _as_text(lambda: base64.b64decode(body + "=" * (-len(body) % 4), validate=True))


def _from_hex(segment: str) -> str:
    digits = re.sub(r"\\x|0x|[ ,:%]", "", segment)
    return _as_text(lambda: binascii.unhexlify(digits[: len(digits) // 2 * 2]))


def _from_binary(segment: str) -> str:
    digits = re.sub("[ ,]", "", segment)
    return _as_text(lambda: bytes(int(digits[at : at + 8], 2) for at in range(0, len(digits) - 7, 8)))


def _as_text(decode: Callable[[], bytes]) -> str:
    try:
        raw = decode()
    except (ValueError, binascii.Error):
        return ""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _from_tags(segment: str) -> str:
    return "".join(chr(ord(character) - 0xE0000) for character in segment)


def _from_unicode_escape(escape: str) -> str:
    value = int(escape.strip("\\u{}"), 16)
    return chr(value) if value < 0xD800 or 0xE000 <= value < 0x110000 else ""


_DECODERS: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("base64", _BASE64, _from_base64),
    ("hex", _HEX, _from_hex),
    ("binary", _BINARY, _from_binary),
    ("tags", _TAGS, _from_tags),
)
_UNESCAPERS: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("percent", _PERCENT, unquote),
    ("unicode_escape", _UNICODE_ESCAPE, _from_unicode_escape),
    ("entity", _ENTITY, html.unescape),
)
