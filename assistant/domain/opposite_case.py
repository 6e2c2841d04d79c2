"""Statements for the opposite of the case asked about: 本市户籍：… when the question is about 非本市户籍."""

from __future__ import annotations

import re

_LABEL = re.compile(r"^([^：:。，]{2,16})[：:]")
_DENIED = re.compile(r"非([\u4e00-\u9fff]{2,6})")


def of_the_opposite_case(question: str, statement: str) -> bool:
    """The statement's label names the case that the question excludes, or excludes the one it names."""
    label = _LABEL.match(statement)
    if label is None:
        return False
    return _clash(question, label[1]) or _clash(label[1], question)


def _clash(denying: str, affirming: str) -> bool:
    """``denying`` says 非X where ``affirming`` says X; the longest ending of X that both have counts, from 本市 up."""
    for denied in _DENIED.findall(denying):
        for end in range(len(denied), 1, -1):
            word = denied[:end]
            if re.search(rf"(?<!非){word}", affirming):
                return f"非{word}" not in affirming and not re.search(rf"(?<!非){word}", denying)
    return False
