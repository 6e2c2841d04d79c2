"""How long a question is as its reader sees it, and whether it says anything at all.

Length counts user-perceived characters after folding (NFKC, invisible characters removed): a family emoji, a flag or a letter
under ten accents is one. Folding is for measuring only; the flow masks and screens the text as it was sent.
"""

from __future__ import annotations

import re
import unicodedata

# Zero-width, bidirectional controls, tag characters and soft hyphen: seen by machines only.
INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_JOINER = "\u200d"
_MODIFIERS = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def fold(text: str) -> str:
    """``text`` in NFKC without invisible characters and outer white space."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


def visible_length(text: str) -> int:
    """Number of user-perceived characters of folded ``text`` (UAX 29 without its rarer scripts)."""
    count, previous, flag_open = 0, "", False
    for char in text:
        if _continues(char, previous):
            previous = char
            continue
        is_flag_letter = ord(char) in _FLAG_LETTERS
        if is_flag_letter and flag_open:
            flag_open = False
        else:
            count, flag_open = count + 1, is_flag_letter
        previous = char
    return count


def _continues(char: str, previous: str) -> bool:
    if previous == _JOINER or char == _JOINER:
        return bool(previous)
    return unicodedata.category(char) in ("Mn", "Me") or ord(char) in _MODIFIERS


def has_words(text: str) -> bool:
    """Whether folded ``text`` has a letter, a Han character or a digit; ``？？？`` and emoji alone have none."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)
