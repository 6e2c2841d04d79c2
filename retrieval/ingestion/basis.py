"""Reads the markers （依据：《某条例》第二十条、第三十条；《某法》第五条） that end a guide's claims."""

from __future__ import annotations

import re

from retrieval.clauses import ARTICLE_LABEL
from retrieval.contracts import LegalBasis

_MARKER = re.compile(r"[（(]依据[:：]((?:[^（）()]|[（(][^（）()]*[）)])*)[）)]")
_REFERENCE = re.compile(rf"《(?P<law>(?:[^《》]|《[^《》]*》)+)》|(?P<article>{ARTICLE_LABEL.pattern})")


def basis_in(text: str) -> tuple[LegalBasis, ...]:
    """Every law and article named in the markers of ``text``, in order, each once."""
    found: dict[LegalBasis, None] = {}
    for marker in _MARKER.finditer(text):
        law = ""
        for reference in _REFERENCE.finditer(marker[1]):
            law = reference["law"] or law
            if reference["article"] and law:
                found[LegalBasis(law, reference["article"])] = None
    return tuple(found)
