"""Whether a question uses the very phrases under which a guide is filed: its keywords and the parts of its title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.domain.terms import question_words

PART = re.compile(r"[\s，、：:；（）()《》“”？?!！]+")


def phrases(title: str, keywords: str) -> list[str]:
    """The keywords (separated by blanks) and the parts of a title that may name a matter by themselves."""
    return [part for part in [*PART.split(title), *keywords.split()] if len(part) > 1]


def named(question: str, filed_under: Iterable[str]) -> float:
    """How much of the question's matter the best phrase names, in [0, 1].

    Word order does not count (小区停车费涨价 is named by 停车费涨价), and a phrase that is only half used counts a quarter,
    so that 物业费涨价 decides between the guides on property fees and on parking fees.
    """
    matter = "".join(question_words(question))
    if not matter:
        return 0.0
    best = max((_used(set(phrase), set(matter)) for phrase in filed_under), default=0.0)
    return min(1.0, best / len(set(matter)))


def _used(phrase: set[str], matter: set[str]) -> float:
    hit = len(phrase & matter)
    return hit * (hit / len(phrase)) ** 2 if hit > 1 else 0.0


def head_words(question: str, filed_under: Iterable[str]) -> list[str]:
    """The question's long words (物业费, 充电桩) under which some document is filed: others speak of something else."""
    shelves = list(filed_under)
    return [word for word in question_words(question) if len(word) > 2 and any(word in shelf for shelf in shelves)]
