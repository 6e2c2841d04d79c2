"""Names of a catalogue that come nearest to what a person wrote."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from assistant.domain.catalogue import SEPARATOR


def nearest_categories(name: str, known: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """Full names, best first. The last level counts most: people leave the upper ones out."""
    ranked = sorted(known, key=lambda other: (-_likeness(name, other), other))
    return tuple(ranked[:limit])


def _likeness(name: str, other: str) -> float:
    last = SequenceMatcher(None, _last(name), _last(other)).ratio()
    return last + 0.5 * SequenceMatcher(None, name, other).ratio()


def _last(name: str) -> str:
    return name.rsplit(SEPARATOR, 1)[-1]
