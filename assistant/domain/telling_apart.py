"""What tells the sections of one guide apart: the question's words that few of its statements have, and figures asked for.

The search finds the guide; which of its sections answers is decided by the words that the guide does not repeat everywhere
(in the guide on annual leave: 没休, not 年假): inverse document frequency (Spärck Jones 1972) with its statements as documents.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

IN_HEADING = 0.9
IN_SECTION = 0.7
"""Worth of a word in the statement's heading, or elsewhere in its section, against 1 in the statement itself."""

_N = r"[\d零一二两三四五六七八九十百千万半]\s*个?"
_FIGURES = tuple(
    (re.compile(asks), re.compile(tells))
    for asks, tells in (
        (
            r"多少(?:个?人|户|业主)|几(?:个人|户)|什么比例",
            _N + "(?:人|户)|[一二三四五六七八九]分之[一二三四五六七八九]|过半数|百分之",
        ),
        (r"几折|打折", "折|%|百分之|减半"),
        (r"多少天|几天|多少日|几个?工作日|多少个?工作日", _N + "(?:工作日|日|天)"),
        (r"几年|多少年|一届", _N + "年"),
        (r"几个?月|多少个月", _N + "月"),
        (r"几个?小时|多少个?小时", _N + "(?:小时|分钟)"),
        (r"几点", _N + "(?:时|点)"),
        (r"几岁|多大岁数|多大年[龄纪]", _N + "周?岁"),
        (r"几倍|百分之几|什么比例", _N + "倍|百分之|%"),
        (r"多少钱|多少元|罚多少|罚几|赔多少", _N + "(?:元|倍)|百分之|免费|不收|免交"),
        (r"多久|多长时间|什么时候|何时|时效|时限|期限", _N + "(?:工作日|日|天|月|年|小时|分钟)|当[日场天]|即时"),
    )
)

_ASKING = tuple(
    re.compile(words)
    for words in (
        r"多久|几天|几个?工作日|多长时间|几个?月|几年|什么时候|何时|时限|期限",
        r"谁|哪个(?:部门|单位)|哪家|归哪",
        r"哪里|哪儿|[到去在]哪",
        r"多少钱|多少元|收费|费用",
    )
)


@dataclass(frozen=True, slots=True)
class Bag:
    """The terms of the question that a statement has, those of its heading, and the section it stands in."""

    own: frozenset[str]
    heading: frozenset[str]
    section: str


def figure_asked(question: str) -> re.Pattern[str] | None:
    """What a figure of the kind asked for looks like (几年: …年); ``None`` when the question asks for none."""
    return next((tells for asks, tells in _FIGURES if asks.search(question)), None)


def asks_alike(question: str, heading: str) -> bool:
    """Whether a heading that is itself a question (多久办好, 谁来付钱) asks for the same kind of thing."""
    return any(words.search(question) and words.search(heading) for words in _ASKING)


def telling_shares(bags: Sequence[Bag]) -> list[float]:
    """For each statement of one document: the share of the question's telling words that it meets, in [0, 1].

    A word that every statement has weighs nothing; a document without any telling word gives all zeros.
    """
    weights = _rarity(bags)
    total = sum(weights.values())
    sections: dict[str, set[str]] = {}
    for bag in bags:
        sections.setdefault(bag.section, set()).update(bag.own)
    return [_met(bag, sections[bag.section], weights) / total if total else 0.0 for bag in bags]


def _rarity(bags: Sequence[Bag]) -> dict[str, float]:
    counts = Counter(term for bag in bags for term in bag.own | bag.heading)
    return {term: math.log(len(bags) / count) for term, count in counts.items()}


def _met(bag: Bag, section: set[str], weights: dict[str, float]) -> float:
    return sum(weight * _credit(term, bag, section) for term, weight in weights.items())


def _credit(term: str, bag: Bag, section: set[str]) -> float:
    if term in bag.own:
        return 1.0
    if term in bag.heading:
        return IN_HEADING
    return IN_SECTION if term in section else 0.0
