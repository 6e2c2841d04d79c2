"""How well one statement answers a question: what it shares with it, its form, and where its passage stands in the search."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.excerpts import Excerpt, Source
from assistant.domain.question_types import QuestionType, question_types
from assistant.domain.statements import Statement
from assistant.domain.terms import FILLER, content_terms, question_terms, triples

ASIDE = re.compile(r"适用情形|请说明|请准备|^说明$|^依据$|提示|[坐座]席|报告时|相关链接")
"""Headings of sections that describe, instruct the agent or caution, but answer nothing."""

ASIDE_TEXT = re.compile(r"^(?:再?拨?打12345(?:时|，)|当场拨打12345).{0,6}(?:请?说明|提供)")

ACTION = re.compile(
    r"举报|投诉|申请|登记|补[办领缴交]|退[款费钱货卡还]?|赔|罚|报修|报销|领取|提取|转移|注销|变更|查询|公示|加装|复议"
)
"""What the asker wants to do or have done; a statement about the same act is worth more."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes a statement an answer; set by hand on the development half of evals/datasets/inquiries.jsonl."""

    rank: float = 1.0
    rank_decay: float = 0.8
    own_rank: float = 0.6
    terms: float = 1.4
    in_heading: float = 0.9
    in_title: float = 0.85
    in_keywords: float = 0.8
    heading: float = 0.45
    reply: float = 0.85
    aside: float = 0.3
    action: float = 0.25
    named: float = 1.2
    lacks: float = 0.6
    telling: float = 0.5
    figure: float = 0.4
    asked_alike: float = 0.6
    asked_as: float = 1.4


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as statements are compared with it; ``idf`` weighs its terms by the statements at hand."""

    terms: set[str]
    types: Sequence[QuestionType]
    actions: Sequence[str]
    idf: Mapping[str, float]

    @classmethod
    def of(cls, question: str, pieces: Iterable[tuple[Source, Statement]]) -> Asked:
        idf = _idf([found_in(_context(source, piece) + piece.text) for source, piece in pieces])
        return cls(question_terms(question), question_types(question), ACTION.findall(question), idf)


def excerpt(source: Source, piece: Statement, asked: Asked) -> Excerpt:
    """The statement with its score, as if it stood alone."""
    own = found_in(piece.text + piece.lead)
    credits = [
        (own, 1.0),
        (found_in(piece.heading), WEIGHTS.in_heading),
        (found_in(source.title), WEIGHTS.in_title),
        (found_in(source.keywords), WEIGHTS.in_keywords),
    ]
    said = _share(asked, [(own, 1.0)])
    score = _standing(source) + WEIGHTS.terms * _share(asked, credits) + _fit(piece, asked)
    score += WEIGHTS.action * any(action in piece.text + piece.heading for action in asked.actions)
    score *= WEIGHTS.aside if is_aside(piece) else WEIGHTS.reply if piece.text.startswith("问") else 1.0
    about = content_terms(_called(source)) & asked.terms
    return Excerpt(source, piece, score, said, akin=said >= 0.5 or any(len(term) > 1 for term in about))


def is_aside(piece: Statement) -> bool:
    return bool(ASIDE.search(piece.heading) or ASIDE_TEXT.search(piece.text))


def _called(source: Source) -> str:
    """Title and keywords of the document, without the ways of asking for one of its sections."""
    return " ".join((source.title, *(word for word in source.keywords.split() if word not in source.asked_as)))


def _standing(source: Source) -> float:
    own = 0.0 if source.own_rank is None else WEIGHTS.own_rank / (1 + WEIGHTS.rank_decay * source.own_rank)
    return WEIGHTS.rank / (1 + WEIGHTS.rank_decay * source.rank) + own


def _share(asked: Asked, credits: Sequence[tuple[set[str], float]]) -> float:
    """Share of the question's weight that is covered, each term by the best place that has it.

    Words that no passage uses weigh nothing.
    """
    total = sum(asked.idf.get(term, 0.0) for term in asked.terms)
    covered = sum(
        asked.idf[term] * max(credit for found, credit in credits if term in found)
        for term in asked.terms & asked.idf.keys()
        if any(term in found for found, _ in credits)
    )
    return covered / total if total else 0.0


def _fit(piece: Statement, asked: Asked) -> float:
    """How well form and heading suit the question's types; the first type counts most."""
    fit = 0.0
    for weight, kind in zip((1.0, 0.4, 0.2), asked.types, strict=False):
        fit += weight * kind.form * bool(kind.tells.search(piece.text))
        fit += weight * WEIGHTS.heading * _heading_fit(piece.heading, kind, asked.terms)
    return fit


def _heading_fit(heading: str, kind: QuestionType, terms: set[str]) -> float:
    """1 for a heading of the type (办理时限), half for one about another matter (权益受侵害怎么办), else 0."""
    if not kind.headings.search(heading):
        return 0.0
    other = content_terms(FILLER.sub(" ", kind.headings.sub(" ", heading)))
    return 0.5 if any(len(term) > 1 for term in other) and not other & terms else 1.0


def found_in(text: str) -> set[str]:
    """Terms, single characters, so that 退 of a question meets 退还 of a rule, and triples, which tell 物业费 from 物业."""
    return content_terms(text) | set(text) | triples(text)


def _context(source: Source, piece: Statement) -> str:
    return f"{source.title} {piece.heading} {piece.lead} "


def _idf(bags: Sequence[set[str]]) -> dict[str, float]:
    counts = Counter(term for bag in bags for term in bag)
    return {term: math.log(1 + len(bags) / count) for term, count in counts.items()}
