"""How likely a law or an article is to be what people ask about, before the question is read.

Rests on ``data/citations.json``: how often statutes and published legal answers cite it. A question about deposits
means the civil code far more often than a rule for one trade that uses the same words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import log1p

from retrieval.references import title_key

_STATUTE_WEIGHT, _ANSWER_WEIGHT = 0.05, 0.05


@dataclass(frozen=True, slots=True)
class Citations:
    """Natural logarithms of one plus a count; all zero for a text that nobody cites."""

    law_by_statutes: float = 0.0
    law_by_answers: float = 0.0
    article_by_statutes: float = 0.0
    article_by_answers: float = 0.0


def citations(title: str, article: str = "") -> Citations:
    """Of a law by its title, and of its article by the key that ``references.article_key`` gives."""
    laws, articles = _tables()
    key = _key(title)
    law, clause = laws.get(key, (0, 0)), articles.get(f"{key}#{article}", (0, 0))
    return Citations(log1p(law[0]), log1p(law[1]), log1p(clause[0]), log1p(clause[1]))


def title_prior(title: str) -> float:
    """Factor for the term weights of a document: 1.0 for a title nobody cites, about 1.5 for the most cited law."""
    found = citations(title)
    return 1.0 + _STATUTE_WEIGHT * found.law_by_statutes + _ANSWER_WEIGHT * found.law_by_answers


@lru_cache(maxsize=16384)
def _key(title: str) -> str:
    return title_key(title)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    raw = json.loads(files("retrieval").joinpath("data/citations.json").read_text(encoding="utf-8"))
    return _pairs(raw["laws"]), _pairs(raw["articles"])


def _pairs(raw: dict[str, list[int]]) -> dict[str, tuple[int, int]]:
    return {key: (counts[0], counts[1]) for key, counts in raw.items()}
