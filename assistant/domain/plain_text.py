"""Model output and citizen text as inert plain text: no HTML, links, images, terminal escapes or special tokens."""

from __future__ import annotations

import re
import unicodedata

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
IMAGE = re.compile(r"!\[[^\]\n]{0,500}\](?:\([^)\n]{0,2000}\)?|\[[^\]\n]{0,200}\])?")
LINK = re.compile(r"\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)?")
TAG = re.compile(r"<[!/?]?[A-Za-z|][^<>]{0,2000}>?")
SCHEME = re.compile(r"(?i)(?:https?|ftp|javascript|data|file|vbscript):\S*")
WEB_NAME = re.compile(r"(?i)(?<![A-Za-z0-9])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![A-Za-z0-9])")
EMPHASIS = re.compile(r"\*\*|__|`+|^#{1,6}\s+", re.MULTILINE)
NOT_PUNCTUATION = re.compile(r"[^，：；！？（）～…]+")
SPECIAL = str.maketrans({"<": "〈", ">": "〉", "|": "¦", "＜": "〈", "＞": "〉", "｜": "¦"})
BRACKET_TOKEN = re.compile(r"\[\s*(/?(?:INST|SYS|gMASK|sMASK|P\s*\d+))\s*\]", re.IGNORECASE)


def folded(text: str) -> str:
    """NFKC, except Chinese sentence punctuation, which is shown as printed."""
    return NOT_PUNCTUATION.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def inert(text: str) -> str:
    """``text`` as it may be shown: normalised (NFKC), markup removed with what it would load, line breaks kept."""
    text = folded(text).replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROL.sub("", ANSI.sub("", text))
    text = LINK.sub(r"\1", IMAGE.sub("", text))
    return EMPHASIS.sub("", TAG.sub("", text))


def web_names(text: str) -> set[str]:
    """Addresses and domain names in ``text``, lower case; an answer may name only those of its sources."""
    return {name.lower() for name in WEB_NAME.findall(text)} | {name.lower() for name in SCHEME.findall(text)}


def literal(text: str) -> str:
    """``text`` for a prompt: chat-template tokens (``<|im_start|>``, ``[INST]``) and our own ``[P1]`` lose their power.

    Source: OWASP AISVS 1.0, 2.1.7 (reserved special tokens are encoded as literals). Stable under NFKC.
    """
    text = CONTROL.sub("", folded(text))
    return BRACKET_TOKEN.sub(r"〔\1〕", text).translate(SPECIAL)
