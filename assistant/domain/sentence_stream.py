"""Cut a stream of model text into sentences with the P-tokens they cite, as soon as each is complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(r"[\[【［(（]\s*(P\s*\d{1,3}(?:\s*[,，、;；]?\s*P?\s*\d{1,3})*)\s*[\]】］)）]", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,3}")
TOKENS = rf"(?:\s*{TOKEN.pattern})*"
ENDING = rf"(?:[。！？!?]+[”’」』）)]*{TOKENS}|{TOKENS}\s*\n)"
COMPLETE = re.compile(rf"(.+?{ENDING})(?=\s*[^\s\[【［(（])", re.DOTALL | re.IGNORECASE)
MAX_SENTENCE = 600


@dataclass(frozen=True, slots=True)
class TokenedSentence:
    """``text`` without tokens; ``tokens`` in order, upper case, without brackets (P1, P3)."""

    text: str
    tokens: tuple[str, ...]


class SentenceStream:
    """Feed pieces as they come; what comes back is complete: a sentence waits until no token can follow it."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> Iterator[TokenedSentence]:
        self._rest += piece
        while match := COMPLETE.match(self._rest):
            self._rest = self._rest[match.end() :]
            yield from _tokened(match.group(1))
        if len(self._rest) > MAX_SENTENCE:
            self._rest = ""

    def finish(self) -> Iterator[TokenedSentence]:
        """The last sentence, once the stream has ended well."""
        rest, self._rest = self._rest, ""
        yield from _tokened(rest)


def _tokened(raw: str) -> Iterator[TokenedSentence]:
    found = [f"P{int(number)}" for group in TOKEN.findall(raw) for number in NUMBER.findall(group)]
    text = TOKEN.sub("", raw).strip()
    if text:
        yield TokenedSentence(text, tuple(dict.fromkeys(found)))
