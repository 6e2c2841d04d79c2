"""Chooses the statements of ranked passages that answer a question, to be quoted verbatim (摘录式答复)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain.excerpts import Excerpt, Source, same_section
from assistant.domain.figures import figures
from assistant.domain.statement_scoring import scored
from assistant.domain.telling_apart import figure_asked
from assistant.domain.terms import content_terms

STEPS = re.compile(r"步骤|流程|顺序|手续|怎么办|怎么做|怎样|如何|先")
"""Headings of sections whose statements follow upon one another."""

CLEARLY = 0.1
"""Share of the question by which a statement must say more of it to be told before its section's first."""

OWN_SECTION = 0.2
"""What a statement gains by standing in the section that answers best."""


@dataclass(frozen=True, slots=True)
class ExtractionLimits:
    """How much to quote; the values and what they mean are in ``answer_policy.yaml``."""

    statements: int
    same_section: int
    characters: int
    keep_ratio: float
    elsewhere_ratio: float
    elsewhere: int


def extract(question: str, sources: Sequence[Source], limits: ExtractionLimits) -> list[Excerpt]:
    """The statements to quote, in reading order; empty when no source has any.

    The section that answers best is quoted first of all; statements from elsewhere must add something to it.
    """
    found = scored(question, sources)
    if not found:
        return []
    best = max(found, key=lambda item: item.score)
    chosen = _in_reading_order(_chosen(found, best, limits))
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
    home = [item for item in chosen if same_section(item, best)]
    most = max(home, key=lambda item: item.said, default=first)
    return most if most.said > first.said + CLEARLY and not STEPS.search(best.statement.heading) else first


def _chosen(found: Sequence[Excerpt], best: Excerpt, limits: ExtractionLimits) -> list[Excerpt]:
    home = [item for item in found if same_section(item, best)]
    others = [item for item in found if not same_section(item, best)]
    chosen: list[Excerpt] = []
    for item in sorted(home, key=lambda item: -item.score):
        if len(chosen) < limits.same_section and item.score + OWN_SECTION >= limits.keep_ratio * best.score:
            _take(item, chosen, limits)
    room = min(limits.statements, len(chosen) + limits.elsewhere)
    others = [item for item in others if item.akin or item.source.document_id == best.source.document_id]
    for item in sorted(others, key=lambda item: -item.score):
        if item.score >= limits.elsewhere_ratio * best.score and len(chosen) < room:
            _take(item, chosen, limits)
    return chosen


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
        return -first.score, not same_section(item, first), item.source.place, item.statement.ordinal

    return sorted(chosen, key=place)
