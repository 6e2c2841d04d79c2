"""Pick the statements of ranked passages that answer a question, to be quoted verbatim (摘录式答复)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.domain.asked_as import likeness
from assistant.domain.figures import figures
from assistant.domain.naming import head_words, named, phrases
from assistant.domain.opposite_case import of_the_opposite_case
from assistant.domain.question_types import QuestionType, question_types
from assistant.domain.statements import Statement, shorten, statements
from assistant.domain.telling_apart import Bag, asks_alike, figure_asked, telling_shares
from assistant.domain.terms import FILLER, content_terms, question_terms, triples

ASIDE = re.compile(r"适用情形|请说明|请准备|^说明$|^依据$|提示|[坐座]席|报告时|相关链接")
"""Headings of sections that describe, instruct the agent or caution, but answer nothing."""

STEPS = re.compile(r"步骤|流程|顺序|手续|怎么办|怎么做|怎样|如何|先")
"""Headings of sections whose statements follow upon one another."""

CLEARLY = 0.1
"""Share of the question by which a statement must say more of it to be told before its section's first."""

ASIDE_TEXT = re.compile(r"^(?:再?拨?打12345(?:时|，)|当场拨打12345).{0,6}(?:请?说明|提供)")


ACTION = re.compile(
    r"举报|投诉|申请|登记|补[办领缴交]|退[款费钱货卡还]?|赔|罚|报修|报销|领取|提取|转移|注销|变更|查询|公示|加装|复议"
)
"""What the asker wants to do or have done; a statement about the same act is worth more."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage to quote from. ``rank`` is that of its document or article (0: best), ``own_rank`` its own in the
    search (``None``: not found by itself), ``place`` its order in the document, ``asked_as`` how people ask for it."""

    token: str
    text: str
    title: str
    heading: str = ""
    rank: int = 0
    document_id: str = ""
    place: int = 0
    own_rank: int | None = None
    keywords: str = ""
    asked_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quoted statement, the passage it stands in and the score that chose it.

    ``said``: share of the question that the statement itself covers. ``akin``: its document is about the question.
    """

    source: Source
    statement: Statement
    score: float
    said: float
    akin: bool = True

    @property
    def text(self) -> str:
        return shorten(self.statement.lead + self.statement.text)


@dataclass(frozen=True, slots=True)
class ExtractionLimits:
    """How much to quote; the values and what they mean are in ``answer_policy.yaml``."""

    statements: int
    same_section: int
    characters: int
    keep_ratio: float
    elsewhere_ratio: float
    elsewhere: int


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
    section: float = 0.2
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


def extract(question: str, sources: Sequence[Source], limits: ExtractionLimits) -> list[Excerpt]:
    """The statements to quote, in reading order; empty when no source has any.

    The section that answers best is quoted first of all; statements from elsewhere must add something to it.
    """
    scored = _scored(question, sources)
    if not scored:
        return []
    best = max(scored, key=lambda item: item.score)
    chosen = _in_reading_order(_chosen(scored, best, limits))
    figure = figure_asked(question)
    lead = _telling(figure, chosen, best) if figure else _said_most(chosen, best)
    return sorted(chosen, key=lambda item: item is not lead)


def _telling(figure: re.Pattern[str], chosen: Sequence[Excerpt], best: Excerpt) -> Excerpt:
    """The best statement that has a figure of the kind asked for."""
    return max((item for item in chosen if figure.search(item.text)), key=lambda item: item.score, default=best)


def _said_most(chosen: Sequence[Excerpt], best: Excerpt) -> Excerpt:
    """The statement of the best section that says clearly more of the question itself than the first one does; else the
    first, and always the first where statements follow upon one another."""
    first = chosen[0]
    home = [item for item in chosen if _same_section(item, best)]
    most = max(home, key=lambda item: item.said, default=first)
    return most if most.said > first.said + CLEARLY and not STEPS.search(best.statement.heading) else first


def _scored(question: str, sources: Sequence[Source]) -> list[Excerpt]:
    pieces = [
        (source, piece)
        for source in sources
        for piece in _quotable(source)
        if not of_the_opposite_case(question, piece.text)
    ]
    idf = _idf([_found_in(_context(source, piece) + piece.text) for source, piece in pieces])
    terms = question_terms(question)
    wanted = question_types(question)
    actions = ACTION.findall(question)
    scored = [_excerpt(source, piece, terms, idf, wanted, actions) for source, piece in pieces]
    heads = head_words(question, {f"{source.title} {source.keywords}" for source in sources})
    named_ones = [_asked_as(question, _with_name(question, item, heads), idf) for item in scored]
    return _told_apart(question, named_ones, terms)


def _asked_as(question: str, item: Excerpt, idf: dict[str, float]) -> Excerpt:
    return replace(item, score=item.score + WEIGHTS.asked_as * likeness(question, item.source.asked_as, idf))


def _told_apart(question: str, scored: Sequence[Excerpt], terms: set[str]) -> list[Excerpt]:
    """Adds to each statement what sets it apart from the others of its document."""
    documents: dict[str, list[Excerpt]] = {}
    for item in scored:
        documents.setdefault(item.source.document_id, []).append(item)
    figure = figure_asked(question)
    told = [better for items in documents.values() for better in _within(items, terms, figure)]
    best = max(told, key=lambda item: item.score, default=None)
    return [_asked_alike(question, item) if _same_document(item, best) else item for item in told]


def _same_document(item: Excerpt, best: Excerpt | None) -> bool:
    return best is not None and item.source.document_id == best.source.document_id


def _asked_alike(question: str, item: Excerpt) -> Excerpt:
    """A heading that asks what the question asks (多久办好) leads to its section, not from one guide to another."""
    alike = asks_alike(question, item.statement.heading)
    return replace(item, score=item.score + WEIGHTS.asked_alike) if alike else item


def _within(items: Sequence[Excerpt], terms: set[str], figure: re.Pattern[str] | None) -> Iterator[Excerpt]:
    shares = telling_shares([_bag(item.statement, terms) for item in items])
    for item, share in zip(items, shares, strict=True):
        gain = WEIGHTS.telling * share + WEIGHTS.figure * bool(figure and figure.search(item.text))
        yield replace(item, score=item.score + gain * (WEIGHTS.aside if _is_aside(item.statement) else 1.0))


def _bag(piece: Statement, terms: set[str]) -> Bag:
    own, heading = _found_in(piece.text + piece.lead) & terms, _found_in(piece.heading) & terms
    return Bag(frozenset(own), frozenset(heading), piece.heading)


def _is_aside(piece: Statement) -> bool:
    return bool(ASIDE.search(piece.heading) or ASIDE_TEXT.search(piece.text))


def _with_name(question: str, item: Excerpt, heads: Sequence[str]) -> Excerpt:
    """A document that is filed under the question's own words is worth more, one that lacks a telling one less."""
    filed_under = f"{item.source.title} {item.source.keywords}"
    name = WEIGHTS.named * named(question, phrases(item.source.title, item.source.keywords))
    lacks = any(word not in filed_under + item.text for word in heads)
    return replace(item, score=item.score + name - WEIGHTS.lacks * lacks)


def _quotable(source: Source) -> list[Statement]:
    """Statements that mean something alone; the opening of an enumeration comes with each of its items."""
    pieces = statements(source.text, source.heading)
    opened = {piece.lead for piece in pieces}
    return [piece for piece in pieces if not (piece.opens and piece.text in opened)]


def _context(source: Source, piece: Statement) -> str:
    return f"{source.title} {piece.heading} {piece.lead} "


def _found_in(text: str) -> set[str]:
    """Terms, single characters, so that 退 of a question meets 退还 of a rule, and triples, which tell 物业费 from 物业."""
    return content_terms(text) | set(text) | triples(text)


def _idf(bags: Sequence[set[str]]) -> dict[str, float]:
    counts = Counter(term for bag in bags for term in bag)
    return {term: math.log(1 + len(bags) / count) for term, count in counts.items()}


def _excerpt(
    source: Source,
    piece: Statement,
    terms: set[str],
    idf: dict[str, float],
    wanted: Sequence[QuestionType],
    actions: Sequence[str],
) -> Excerpt:
    said = _share(terms, idf, [(_found_in(piece.text + piece.lead), 1.0)])
    credits = [
        (_found_in(piece.text + piece.lead), 1.0),
        (_found_in(piece.heading), WEIGHTS.in_heading),
        (_found_in(source.title), WEIGHTS.in_title),
        (_found_in(source.keywords), WEIGHTS.in_keywords),
    ]
    score = _standing(source) + WEIGHTS.terms * _share(terms, idf, credits) + _fit(piece, wanted, terms)
    score += WEIGHTS.action * any(action in piece.text + piece.heading for action in actions)
    score *= WEIGHTS.aside if _is_aside(piece) else WEIGHTS.reply if piece.text.startswith("问") else 1.0
    about = content_terms(_called(source)) & terms
    return Excerpt(source, piece, score, said, akin=said >= 0.5 or any(len(term) > 1 for term in about))


def _called(source: Source) -> str:
    """Title and keywords of the document, without the ways of asking for one of its sections."""
    return " ".join((source.title, *(word for word in source.keywords.split() if word not in source.asked_as)))


def _standing(source: Source) -> float:
    own = 0.0 if source.own_rank is None else WEIGHTS.own_rank / (1 + WEIGHTS.rank_decay * source.own_rank)
    return WEIGHTS.rank / (1 + WEIGHTS.rank_decay * source.rank) + own


def _share(terms: set[str], idf: dict[str, float], credits: Sequence[tuple[set[str], float]]) -> float:
    """Share of the question's weight that is covered, each term by the best place that has it.

    Words that no passage uses weigh nothing.
    """
    total = sum(idf.get(term, 0.0) for term in terms)
    covered = sum(
        idf[term] * max(credit for found, credit in credits if term in found)
        for term in terms & idf.keys()
        if any(term in found for found, _ in credits)
    )
    return covered / total if total else 0.0


def _fit(piece: Statement, wanted: Sequence[QuestionType], terms: set[str]) -> float:
    """How well form and heading suit the question's types; the first type counts most."""
    fit = 0.0
    for weight, kind in zip((1.0, 0.4, 0.2), wanted, strict=False):
        fit += weight * kind.form * bool(kind.tells.search(piece.text))
        fit += weight * WEIGHTS.heading * _heading_fit(piece.heading, kind, terms)
    return fit


def _heading_fit(heading: str, kind: QuestionType, terms: set[str]) -> float:
    """1 for a heading of the type (办理时限), half for one about another matter (权益受侵害怎么办), else 0."""
    if not kind.headings.search(heading):
        return 0.0
    other = content_terms(FILLER.sub(" ", kind.headings.sub(" ", heading)))
    return 0.5 if any(len(term) > 1 for term in other) and not other & terms else 1.0


def _chosen(scored: Sequence[Excerpt], best: Excerpt, limits: ExtractionLimits) -> list[Excerpt]:
    home = [item for item in scored if _same_section(item, best)]
    others = [item for item in scored if not _same_section(item, best)]
    chosen: list[Excerpt] = []
    for item in sorted(home, key=lambda item: -item.score):
        if len(chosen) < limits.same_section and item.score + WEIGHTS.section >= limits.keep_ratio * best.score:
            _take(item, chosen, limits)
    room = min(limits.statements, len(chosen) + limits.elsewhere)
    others = [item for item in others if item.akin or item.source.document_id == best.source.document_id]
    for item in sorted(others, key=lambda item: -item.score):
        if item.score >= limits.elsewhere_ratio * best.score and len(chosen) < room:
            _take(item, chosen, limits)
    return chosen


def _same_section(left: Excerpt, right: Excerpt) -> bool:
    return (left.source.document_id, left.statement.heading) == (right.source.document_id, right.statement.heading)


def _take(item: Excerpt, chosen: list[Excerpt], limits: ExtractionLimits) -> None:
    size = sum(len(other.text) for other in chosen) + len(item.text)
    fits = not chosen or (len(chosen) < limits.statements and size <= limits.characters)
    if fits and not any(_repeats(item.statement.text, other.statement.text) for other in chosen):
        chosen.append(item)


def _repeats(left: str, right: str) -> bool:
    """Two statements say the same when they share most words and all figures."""
    ours, theirs = content_terms(left), content_terms(right)
    likeness = len(ours & theirs) / (min(len(ours), len(theirs)) or 1)
    return likeness > 0.75 and figures(left) == figures(right)


def _in_reading_order(chosen: Sequence[Excerpt]) -> list[Excerpt]:
    """Documents by their best statement, within one the best section first, the others as they are written there."""
    lead: dict[str, Excerpt] = {}
    for item in sorted(chosen, key=lambda item: -item.score):
        lead.setdefault(item.source.document_id, item)

    def place(item: Excerpt) -> tuple[float, bool, int, int]:
        first = lead[item.source.document_id]
        return -first.score, not _same_section(item, first), item.source.place, item.statement.ordinal

    return sorted(chosen, key=place)
