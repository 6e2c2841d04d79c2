"""What an extractive answer is made of: passages to quote from and the statements quoted (摘录式答复)."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain.statements import Statement, shorten


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


def same_section(left: Excerpt, right: Excerpt) -> bool:
    return (left.source.document_id, left.statement.heading) == (right.source.document_id, right.statement.heading)
