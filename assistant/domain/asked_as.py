"""How near a question comes to one of the ways in which people ask for a section (asked_as of a guide)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from assistant.domain.terms import content_terms, triples


def likeness(question: str, ways: Iterable[str], idf: Mapping[str, float]) -> float:
    """The largest share of a way of asking that the question holds, in [0, 1]: characters and pairs, weighed by ``idf``.

    Words that no passage uses weigh as much as the rarest.
    """
    said = content_terms(question) | triples(question) | set(question)
    unknown = max(idf.values(), default=math.log(2))
    return max((_held(content_terms(way) | set(way), said, idf, unknown) for way in ways), default=0.0)


def _held(terms: set[str], said: set[str], idf: Mapping[str, float], unknown: float) -> float:
    total = sum(idf.get(term, unknown) for term in terms)
    return sum(idf.get(term, unknown) for term in terms & said) / total if total else 0.0
