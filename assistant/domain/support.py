"""Whether a sentence is supported by the texts it cites. Pure code, no model: the last word on every answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.domain.figure_places import misplaced_figures
from assistant.domain.figures import missing_figures
from assistant.domain.plain_text import web_names
from assistant.domain.statements import statements, strip_basis
from assistant.domain.terms import content_terms, coverage

HOTLINE_NUMBERS = frozenset({"12345", "110", "119", "120", "122", "12315"})
"""Numbers that an answer may give without a source."""

OVERLAP = 0.5
"""Least share of a sentence's content terms that its sources must contain; chosen on paired examples in the tests."""

FORBIDS = re.compile(r"不得|禁止|不能|不可以|不允许|严禁|无权|不予|不应|不准")
EXCEPTS = re.compile(r"除外|例外|不适用|不包括")
PERMITS = re.compile(r"(?<!不)可以|(?<!不)允许|有权|(?<![不可])能够|(?<!不)予以")


def fault_of(text: str, sources: Sequence[str], *, verbatim: bool) -> str | None:
    """Why ``text`` may not be said on the strength of ``sources``; ``None`` when it may.

    Faults: no_source, quotation (not the words of the source), figures (not in the source), moved_figures (there, but of
    something else), address (a web address of its own), overlap, polarity (forbids what the source permits, or the reverse).
    """
    if not sources:
        return "no_source"
    if missing_figures(text, sources, HOTLINE_NUMBERS):
        return "figures"
    joined = "\n".join(sources)
    if web_names(text) - web_names(joined):
        return "address"
    if verbatim:
        return None if is_quoted(text, joined) else "quotation"
    if misplaced_figures(text, sources):
        return "moved_figures"
    if coverage(text, joined) < OVERLAP:
        return "overlap"
    return "polarity" if _reversed(text, sources) else None


def _bare(text: str) -> str:
    return re.sub(r"[\s#*|-]+", "", unicodedata.normalize("NFKC", strip_basis(text)))


def is_quoted(text: str, source: str) -> bool:
    """Each piece of a quotation stands in the source; an enumeration's opening line may be apart from its item."""
    whole, haystack = _bare(text.rstrip("…")), _bare(source)
    if whole in haystack:
        return True
    head, colon, tail = whole.partition(":")
    return bool(colon) and head + colon in haystack and tail in haystack


def _reversed(text: str, sources: Sequence[str]) -> bool:
    """The statement closest to ``text`` forbids where it permits, or permits where it forbids."""
    pieces = [piece.lead + piece.text for source in sources for piece in statements(source)]
    if not pieces:
        return False
    closest = max(pieces, key=lambda piece: coverage(text, piece))
    if coverage(text, closest) < OVERLAP or _speaks_of_exception(text, closest):
        return False
    forbids, permits = bool(FORBIDS.search(text)), bool(PERMITS.search(text))
    if forbids == permits:
        return False
    return bool((PERMITS if forbids else FORBIDS).search(closest)) and not (FORBIDS if forbids else PERMITS).search(
        closest
    )


def _speaks_of_exception(text: str, piece: str) -> bool:
    """``text`` uses words that only the exception in ``piece`` has (但定作的商品除外), so the opposite may be right."""
    clauses = re.split(r"(?<=[，。；,;])", piece)
    exceptions = [clause for clause in clauses if EXCEPTS.search(clause) or clause.startswith("但")]
    rule = "".join(clause for clause in clauses if clause not in exceptions)
    return bool((content_terms("".join(exceptions)) - content_terms(rule)) & content_terms(text))
