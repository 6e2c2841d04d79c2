"""Invented sentences from a grammar file: ``sentences`` with ``<slots>`` that nest (演示数据)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

SEED = 11
_SLOT = re.compile(r"<(\w+)>")


def made_sentences(
    path: Path, count: int, seed: int = SEED, further: Mapping[str, Sequence[str]] | None = None
) -> Iterator[str]:
    """The same sentences for the same file, count, seed and ``further`` slots. Raises ``KeyError`` for an unknown slot."""
    grammar = yaml.safe_load(path.read_text(encoding="utf-8"))
    slots = {**grammar["slots"], **(further or {})}
    chosen = random.Random(seed)
    for _ in range(count):
        text = chosen.choice(grammar["sentences"])
        while slot := _SLOT.search(text):
            text = text.replace(slot[0], chosen.choice(slots[slot[1]]), 1)
        yield text
