"""Citizens' words read as those of guides and statutes (老公打我 → 家暴), so that search and matching meet them."""

from __future__ import annotations

import re
from collections.abc import Sequence

LayPairs = Sequence[tuple[re.Pattern[str], str]]
"""What is said, and what it means; the city pack's ``catalogue/lay_words.yaml``."""


def in_official_words(question: str, pairs: LayPairs) -> str:
    """``question`` with every lay expression replaced, in the order of ``pairs``."""
    for says, means in pairs:
        question = says.sub(means, question)
    return question
