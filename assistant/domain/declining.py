"""Whether quotations speak of what was asked at all, or the composer should decline."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain.asked_as import likeness
from assistant.domain.excerpts import Excerpt, Source
from assistant.domain.terms import question_words, share_of_words

ASKS_FIGURE = re.compile(
    r"多少(?!人)|多久|多长时间|(?<![好这那过前])几(?:天|个?月|年|点|岁|倍|日|个?小时|个工作日)|多大(?:年龄|岁数|年纪)"
)
TELLS_FIGURE = re.compile(
    r"[\d一二三四五六七八九十百千万两半]\s*(?:个?(?:工作日|月|小时)|日|天|年|周岁|岁|时|点|分|元|万元|倍|%|度|℃|°C|平方米|米|次|人|户)"
    r"|百分之|分之|当[日场]|即时|为准|公示|公布|免费|不收|不得收|免收|不限"
)
"""A question for a figure, and a statement that gives one, says that none applies, or says who publishes it."""

_SUREST = 0.999
"""Answerability is taken as log-odds; beyond this it says no more."""


@dataclass(frozen=True, slots=True)
class DeclineLimits:
    """When to decline; the values and what they mean are in ``answer_policy.yaml``.

    ``asked`` are log-odds where a guide says how people ask for its sections: per log-odd of ``answerability``, per share of
    words ``covered``, and for the likeness to the ``nearest`` way of asking and to that of the ``quoted`` section; ``bias`` and ``least``. From ``like_enough`` on a section answers as far as it can.
    """

    covered: float
    covered_narrative: float
    covered_least: float
    narrative_words: int
    asked: AskedLimits


@dataclass(frozen=True, slots=True)
class AskedLimits:
    answerability: float
    covered: float
    nearest: float
    quoted: float
    bias: float
    least: float
    like_enough: float


def covered(question: str, chosen: Sequence[Excerpt]) -> float:
    """Share of the question's words that the quotations from the best document, its headings and title contain."""
    words = question_words(question)
    texts: dict[str, str] = {}
    for item in chosen:
        before = texts.get(item.source.document_id, f"{item.source.title} {item.source.keywords}")
        texts[item.source.document_id] = f"{before} {item.statement.heading} {item.text}"
    return max((share_of_words(words, text) for text in texts.values()), default=0.0)


def off_the_matter(
    question: str,
    chosen: Sequence[Excerpt],
    limits: DeclineLimits,
    answerability: float = 0.0,
    sources: Sequence[Source] = (),
) -> bool:
    """The quotations speak of something else: they lack nearly all words of the question (宠物猫 of 宠物猫能上地铁吗),
    and the search was not sure either. ``answerability`` in [0, 1]; ``sources`` are all that could have been quoted.

    Where the quoted guide says how people ask for its sections, the likeness of the question to these counts as well. A
    question for a figure (几点, 多少钱) needs one, or a word on who publishes it, or a section that people ask for like this.
    """
    met = covered(question, chosen)
    if not chosen or met < limits.covered_least:
        return True
    best = max(chosen, key=lambda item: item.score).source
    if not _figure_told(question, chosen) and likeness(question, best.asked_as, {}) < limits.asked.like_enough:
        return True
    if any(source.asked_as for source in sources if source.document_id == best.document_id):
        return _log_odds(question, chosen, limits.asked, answerability, sources, met) < limits.asked.least
    return met + answerability < _least_met(question, limits)


def _least_met(question: str, limits: DeclineLimits) -> float:
    """A long narrative shares few words with any rule, so less is asked of it."""
    return limits.covered_narrative if len(question_words(question)) > limits.narrative_words else limits.covered


def _log_odds(
    question: str,
    chosen: Sequence[Excerpt],
    weights: AskedLimits,
    answerability: float,
    sources: Sequence[Source],
    met: float,
) -> float:
    sure = min(max(answerability, 1 - _SUREST), _SUREST)
    best = max(chosen, key=lambda item: item.score).source
    nearest = max(likeness(question, source.asked_as, {}) for source in sources)
    return (
        weights.bias
        + weights.answerability * math.log(sure / (1 - sure))
        + weights.covered * met
        + weights.nearest * nearest
        + weights.quoted * likeness(question, best.asked_as, {})
    )


def _figure_told(question: str, chosen: Sequence[Excerpt]) -> bool:
    return not ASKS_FIGURE.search(question) or any(TELLS_FIGURE.search(item.text) for item in chosen)
