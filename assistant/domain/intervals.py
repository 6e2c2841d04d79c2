"""Half-open intervals of validity, compared."""

from __future__ import annotations

from datetime import date

from retrieval.contracts import Validity


def overlap(one: Validity, other: Validity) -> bool:
    """Whether some day lies in both."""
    start = max(one.effective_from or date.min, other.effective_from or date.min)
    end = min(one.repealed_on or date.max, other.repealed_on or date.max)
    return start < end


def lasts(validity: Validity) -> bool:
    """Whether any day lies in it."""
    return overlap(validity, Validity())
