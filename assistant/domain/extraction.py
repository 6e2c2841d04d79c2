"""Pick the statements of ranked passages that answer a question, to be quoted verbatim (摘录式答复)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.domain.question_types import QuestionType, question_types
from assistant.domain.statements import Statement, shorten, statements

NEVER_ANSWERS = re.compile(r"适用情形|请说明|^依据$|相关链接|名词解释")
QUESTION_WORDS = re.compile(
    r"请问|您好|你好|麻烦|谢谢|想问一下|想问|咨询一下|咨询|我想知道|怎么办|怎么|如何|怎样|什么|多少|多久|哪里|哪儿|哪些|哪个|是否|是不是|能不能"
    r"|可不可以|可以|有没有|需要|应该|我们家|我家|我们|我|你们|他们|吗|呢|吧|啊|了|的|[，。？！?!,、\s]"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage to quote from. ``rank`` is 0 for the best, ``place`` its order in the document."""

    token: str
    text: str
    title: str
    heading: str = ""
    rank: int = 0
    document_id: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quoted statement with the token of its passage and the score that chose it."""

    source: Source
    statement: Statement
    score: float

    @property
    def text(self) -> str:
        return shorten(self.statement.lead + self.statement.text)


@dataclass(frozen=True, slots=True)
class ExtractionLimits:
    """How much to quote. ``keep_ratio``: a further statement needs this share of the best one's score."""

    statements: int = 5
    characters: int = 600
    keep_ratio: float = 0.62
    diversity: float = 0.35


Tokenise = Callable[[str], Sequence[str]]


def extract(question: str, sources: Sequence[Source], tokenise: Tokenise, limits: ExtractionLimits) -> list[Excerpt]:
    """The statements to quote, in reading order; empty when no source has any.

    Method: idf-weighted term overlap plus question-type features, then maximal marginal relevance
    (Carbonell & Goldstein 1998) so that several aspects are covered and nothing is said twice.
    """
    wanted = question_types(question)
    scored = _scored(question, sources, tokenise, wanted)
    if not scored:
        return []
    return _in_reading_order(_diverse(scored, tokenise, limits))


def _scored(
    question: str, sources: Sequence[Source], tokenise: Tokenise, wanted: Sequence[QuestionType]
) -> list[Excerpt]:
    pieces = [(source, piece) for source in sources for piece in statements(source.text, source.heading)]
    weights = _idf([set(tokenise(_context(source, piece))) for source, piece in pieces])
    terms = set(tokenise(QUESTION_WORDS.sub(" ", question)))
    return [Excerpt(source, piece, _score(terms, weights, source, piece, wanted, tokenise)) for source, piece in pieces]


def _context(source: Source, piece: Statement) -> str:
    return f"{source.title} {piece.heading} {piece.lead} {piece.text}"


def _idf(bags: Sequence[set[str]]) -> dict[str, float]:
    counts = Counter(term for bag in bags for term in bag)
    return {term: math.log(1 + len(bags) / count) for term, count in counts.items()}


def _score(
    terms: set[str],
    weights: dict[str, float],
    source: Source,
    piece: Statement,
    wanted: Sequence[QuestionType],
    tokenise: Tokenise,
) -> float:
    unseen = max(weights.values(), default=1.0)
    total = sum(weights.get(term, unseen) for term in terms) or 1.0
    said = set(tokenise(piece.text))
    around = set(tokenise(f"{source.title} {piece.heading} {piece.lead}"))
    overlap = sum(weights.get(term, 0.0) * (1.0 if term in said else 0.45 if term in around else 0.0) for term in terms)
    score = overlap / total + 0.55 / (1 + 0.4 * source.rank) + _fit(piece, wanted)
    return score * (0.35 if NEVER_ANSWERS.search(piece.heading) else 1.0)


def _fit(piece: Statement, wanted: Sequence[QuestionType]) -> float:
    """How well the form of the statement suits the question's types; the first type counts most."""
    fit = 0.0
    for weight, kind in zip((1.0, 0.4, 0.2), wanted, strict=False):
        fit += weight * (0.25 if kind.tells.search(piece.text) else 0.0)
        fit += weight * (0.2 if kind.headings.search(piece.heading) else 0.0)
    return fit


def _diverse(scored: Iterable[Excerpt], tokenise: Tokenise, limits: ExtractionLimits) -> list[Excerpt]:
    rest = sorted(scored, key=lambda item: -item.score)
    best = rest[0].score
    rest = [item for item in rest if item.score >= limits.keep_ratio * best]
    bags = {id(item): set(tokenise(item.statement.text)) for item in rest}
    chosen: list[Excerpt] = []
    while rest and len(chosen) < limits.statements:
        nearest = {
            id(item): max((_likeness(bags[id(item)], bags[id(one)]) for one in chosen), default=0.0) for item in rest
        }
        pick = max(rest, key=lambda item: item.score - limits.diversity * nearest[id(item)])
        rest.remove(pick)
        if nearest[id(pick)] < 0.7 and _fits(pick, chosen, limits):
            chosen.append(pick)
    return chosen


def _likeness(left: set[str], right: set[str]) -> float:
    return len(left & right) / (min(len(left), len(right)) or 1)


def _fits(pick: Excerpt, chosen: Sequence[Excerpt], limits: ExtractionLimits) -> bool:
    return not chosen or sum(len(item.text) for item in chosen) + len(pick.text) <= limits.characters


def _in_reading_order(chosen: Sequence[Excerpt]) -> list[Excerpt]:
    """Documents by their best statement; within a document as it is written there."""
    lead: dict[str, float] = {}
    for item in chosen:
        document = item.source.document_id
        lead[document] = max(lead.get(document, 0.0), item.score)
    return sorted(chosen, key=lambda item: (-lead[item.source.document_id], item.source.place, item.statement.ordinal))
