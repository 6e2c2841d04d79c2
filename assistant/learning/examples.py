"""One labelled text of a history, as the models see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Example:
    """``text`` is normalised; ``title`` counts twice. ``tokens`` stand for a text that came already cut, stop words gone."""

    id: str
    title: str
    text: str
    tokens: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The first label: of several units the one that leads."""
        return self.labels[0]


def tidy(text: object) -> str:
    return _SPACE.sub(" ", normalize("NFKC", str(text or "")).lower()).strip()


def as_example(row: Mapping[str, Any], target: str, number: int = 0) -> Example:
    """``row`` has ``tokens`` (joined by spaces), or ``title`` and ``content``, or ``text``; labels are ``row[target]``."""
    labels = tuple(labels_of(row, target))
    name = str(row.get("id", number))
    if row.get("tokens"):
        return Example(name, "", "", tuple(tidy(row["tokens"]).split()), labels)
    body = row.get("content") if "content" in row else row.get("text")
    return Example(name, tidy(row.get("title")), tidy(body), (), labels)


def labels_of(row: Mapping[str, Any], target: str) -> Iterator[str]:
    """The distinct labels of a row in its order; nothing where the field is absent or empty."""
    value = row.get(target)
    values = value if isinstance(value, list) else [value]
    yield from dict.fromkeys(normalize("NFKC", str(item)).strip() for item in values if item not in (None, ""))
