"""The words of Chinese text that carry its matter, without a dictionary: character pairs, numbers and Latin words."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

FUNCTION = "的了和与及或者在是为由对其该将按请您可应当以而并等也都就会把被让从向到于之所"
RUN = re.compile(rf"[^\W\d_a-zA-Z{FUNCTION}]+|\d+(?:\.\d+)?|[a-zA-Z]+")


def content_terms(text: str) -> set[str]:
    """Pairs of neighbouring Han characters within a run free of function characters; a run of one is kept as it is."""
    found: set[str] = set()
    for run in RUN.findall(unicodedata.normalize("NFKC", text)):
        found.update(map("".join, pairwise(run)) if len(run) > 1 and run[0] > "\u2fff" else (run.lower(),))
    return found


def coverage(text: str, source: str) -> float:
    """Share of the content terms of ``text`` that occur in ``source``, in [0, 1]; 0 for a text without content."""
    wanted = content_terms(text)
    return len(wanted & content_terms(source)) / len(wanted) if wanted else 0.0
