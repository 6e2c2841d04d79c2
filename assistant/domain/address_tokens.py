"""An address as a sequence: tokens, and what a tagger may look at around each. Pure; the names of features are data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

Tokens = Sequence[str]
Features = list[str]
_TOKEN = re.compile("[0-9]+|[A-Za-z]+|〔[^〕]*〕|.", re.DOTALL)
_NUMERALS = "一二三四五六七八九十百零〇两"
_SUFFIXES = "省市区县镇乡村街道路巷弄号栋幢楼室单元层园苑城大厦广场社区组座里花小公寓院"
_EDGE = "\x02"
_FAR = 9


def tokens_of(text: str) -> list[str]:
    """Runs of digits, runs of letters, masks (〔门牌1〕) and single characters; joined they are ``text`` again."""
    return _TOKEN.findall(text)


def features_of(tokens: Tokens) -> list[Features]:
    """For every token the characters, their shapes, the next and last ending of a place name, and repetitions around it."""
    plain = [_EDGE * 3, _EDGE * 2, _EDGE, *map(_plain, tokens), _EDGE, _EDGE * 2, _EDGE * 3]
    shapes = [_shape(token) for token in plain]
    repeated = _repetitions(tokens)
    return [
        [*_window(plain, at), *_shapes(shapes, at), *_endings(plain, shapes, at), *again, *_number(tokens[at - 3])]
        for at, again in enumerate(repeated, start=3)
    ]


def _plain(token: str) -> str:
    if token.isdigit():
        return f"<{min(len(token), 5)}>"
    if token.isascii() and token.isalpha():
        return f"<A{min(len(token), 3)}>"
    return token if len(token) == 1 else token[:3]


def _shape(token: str) -> str:
    if token[0] in "<〔" or token[0] == _EDGE:
        return token[:2]
    if token in _NUMERALS:
        return "N"
    if token in _SUFFIXES:
        return token
    return "H" if "\u4e00" <= token <= "\u9fff" else "P"


def _window(plain: Tokens, at: int) -> Iterator[str]:
    """One to four characters that start up to three places before the token."""
    for size in range(1, 5):
        for offset in range(-3, 5 - size):
            yield f"{size}{offset}:{''.join(plain[at + offset : at + offset + size])}"


def _shapes(shapes: Tokens, at: int) -> Iterator[str]:
    for name, start, stop in (("s", -2, 3), ("t", -1, 2), ("l", -3, 1), ("r", 0, 4)):
        yield f"{name}:{''.join(shapes[at + start : at + stop])}"


def _endings(plain: Tokens, shapes: Tokens, at: int) -> Iterator[str]:
    """The nearest character that ends a place name, to the right with its distance and to the left with the one before."""
    right = next((place for place in range(at, min(at + _FAR, len(plain) - 3)) if shapes[place] != "H"), None)
    if right is not None:
        yield f"n:{shapes[right]}"
        yield f"n{right - at}:{shapes[right]}"
    left = next((place for place in range(at - 1, max(at - _FAR, 1), -1) if shapes[place] != "H"), None)
    if left is not None:
        yield f"p:{shapes[left]}{plain[left - 1]}"
        yield f"p{at - left}:{shapes[left]}"


def _number(token: str) -> Iterator[str]:
    if token.isdigit():
        yield f"d:{token[-3:]}"


def _repetitions(tokens: Tokens) -> list[Features]:
    """Whether a pair of characters stood before or will stand again: forms repeat district and city (冗余)."""
    text, found, at = "".join(tokens), [], 0
    for one, other in pairwise([*tokens, ""]):
        pair = one + other
        stood = len(pair) > 1 and text.find(pair) < at
        comes = len(pair) > 1 and text.rfind(pair) > at
        found.append(["<<"] * stood + [">>"] * comes)
        at += len(one)
    return [own + [f"-{mark}" for mark in before] for before, own in zip([[], *found], found, strict=False)]
