"""Fold text for guards (``fold``) and tidy it for people (``clean``); both keep Han, emoji families and meaning.

Folding is NFKC (Unicode Annex 15) per base character with its marks, so every folded character knows where it stood.
Invisible characters follow Unicode TR 36: zero width, bidirectional controls, tags and variation selectors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_MARKS = 4
ZERO_WIDTH_JOINER = "\u200d"

_FAMILIES = {
    "zero_width": "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u3164\ufeff\uffa0\ufff9-\ufffb",
    "bidi_control": "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f",
    "tag_character": "\U000e0000-\U000e007f",
    "variation_selector": "\ufe00-\ufe0f\U000e0100-\U000e01ef",
    "nul": "\x00",
    "control": "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f",
    "lone_surrogate": "\ud800-\udfff",
}
_INVISIBLE = {name: re.compile(f"[{characters}]") for name, characters in _FAMILIES.items()}
_ANY_INVISIBLE = re.compile("[" + "".join(_FAMILIES.values()) + "]")
_ESCAPE_SEQUENCE = re.compile("\x1b\\[[0-9;?]{0,16}[A-Za-z]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Characters that fold to exactly one character and join nothing: nearly every text is made of these alone.
_COMMON = re.compile("[\t\n\r -~·—‘’“”\u3000-\u3029\u4e00-\u9fff\uff01-\uff5e]*")
_COMMON_FOLDS = {code: unicodedata.normalize("NFKC", chr(code)) for code in (0x3000, *range(0xFF01, 0xFF5F))}


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` after folding; ``starts[i]``/``ends[i]`` bound the original characters that folded character ``i`` came from."""

    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range
    removed: tuple[str, ...] = ()

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of the folded slice ``[start, end)``, which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """NFKC without invisible characters, controls, lone surrogates and piled-up marks. Linear in ``len(text)``."""
    if _COMMON.fullmatch(text):
        return Folded(text.translate(_COMMON_FOLDS), range(len(text)), range(1, len(text) + 1))
    if _is_plain(text):
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, cluster in _clusters(text):
        folded = _visible(unicodedata.normalize("NFKC", cluster))
        characters.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
    return Folded("".join(characters), tuple(starts), tuple(ends), invisible_families(text))


def clean(text: str) -> str:
    """What may be shown and sent on: invisible characters gone, except those that emoji and rare Han need."""
    if not _ANY_INVISIBLE.search(text) and not _has_marks(text):
        return text
    kept = [character for index, character in enumerate(_without_escapes(text)) if _keeps(text, index, character)]
    return _cap_marks("".join(kept))


def canonical(text: str) -> str:
    """``clean`` plus NFKC: the form that stages after the guards work on."""
    return unicodedata.normalize("NFKC", clean(text))


def invisible_families(text: str) -> tuple[str, ...]:
    """Names of the kinds of invisible characters in ``text``, for the audit; emoji joiners do not count."""
    if text.isascii() and not _ANY_INVISIBLE.search(text):
        return ()
    suspicious = "".join(c for i, c in enumerate(text) if _ANY_INVISIBLE.match(c) and not _keeps(text, i, c))
    found = [name for name, pattern in _INVISIBLE.items() if pattern.search(suspicious)]
    return (*found, "combining_run") if _longest_mark_run(text) > MAX_MARKS else tuple(found)


def _is_plain(text: str) -> bool:
    return not _ANY_INVISIBLE.search(text) and not _has_marks(text) and unicodedata.is_normalized("NFKC", text)


def _has_marks(text: str) -> bool:
    return not text.isascii() and any(_is_mark(character) for character in text)


def _is_mark(character: str) -> bool:
    return character > "\u02ff" and unicodedata.category(character)[0] == "M"


def _joins_previous(character: str) -> bool:
    return _is_mark(character) or "\u1100" <= character <= "\u11ff"


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, characters) of each base character with its marks, invisible characters left out, marks capped."""
    start, end, cluster, marks = 0, 0, "", 0
    for index, character in enumerate(text):
        if _ANY_INVISIBLE.match(character):
            continue
        if cluster and _joins_previous(character):
            marks += 1
            if marks <= MAX_MARKS:
                cluster, end = cluster + character, index + 1
            continue
        if cluster:
            yield start, end, cluster
        start, end, cluster, marks = index, index + 1, character, 0
    if cluster:
        yield start, end, cluster


def _visible(text: str) -> str:
    """Without invisible characters and the keycap frame (``1⃣`` is the digit 1)."""
    return _ANY_INVISIBLE.sub("", text).replace("\u20e3", "")


def _without_escapes(text: str) -> str:
    return _ESCAPE_SEQUENCE.sub(lambda sequence: "\x1b" * len(sequence[0]), text)


def _keeps(text: str, index: int, character: str) -> bool:
    if not _ANY_INVISIBLE.match(character):
        return True
    before = text[index - 1] if index else ""
    after = text[index + 1] if index + 1 < len(text) else ""
    if character == ZERO_WIDTH_JOINER:
        return _is_emoji(before) and _is_emoji(after)
    if character in "\ufe0e\ufe0f":
        return _is_emoji(before) or after == "\u20e3"
    return "\U000e0100" <= character <= "\U000e01ef" and bool(_HAN.match(before))


def _is_emoji(character: str) -> bool:
    return character != "" and (character == "\ufe0f" or unicodedata.category(character) in ("So", "Sk", "Sm"))


def _cap_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if _is_mark(character) and not _ANY_INVISIBLE.match(character) else 0
        if run <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _longest_mark_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if _is_mark(character) and not _ANY_INVISIBLE.match(character) else 0
        longest = max(longest, run)
    return longest
