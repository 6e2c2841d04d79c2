"""The composer that needs no model: quotes the statements that answer, verbatim (摘录式答复)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence

from assistant.answer_policy import load_answer_policy
from assistant.contracts import ComposerKind, DraftSentence, Evidence, EvidencePassage, StandaloneQuestion
from assistant.domain.declining import DeclineLimits, off_the_matter
from assistant.domain.excerpt_choice import ExtractionLimits, extract
from assistant.domain.excerpts import Excerpt, Source
from assistant.domain.statements import heading_of
from assistant.ports.answering import ComposerDeclined


class ExtractiveComposer:
    """Deterministic; a few milliseconds for ten passages. Every sentence is a quotation with one token.

    Raises ``ComposerDeclined`` when the best statements speak of something else.
    """

    kind = ComposerKind.EXTRACTIVE
    model: str | None = None
    prompt: str | None = None

    def __init__(self, limits: ExtractionLimits | None = None, declining: DeclineLimits | None = None) -> None:
        self._limits = limits or load_answer_policy().extraction.limits()
        self._declining = declining or load_answer_policy().declining.limits()

    async def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncGenerator[DraftSentence]:
        sources = _sources(evidence.passages)
        chosen = extract(question.sought, sources, self._limits)
        if off_the_matter(question.sought, chosen, self._declining, evidence.answerability, sources):
            raise ComposerDeclined
        for sentence in _sentences(chosen):
            yield sentence


def _sources(passages: Sequence[EvidencePassage]) -> list[Source]:
    """The sections of a guide stand as one, as high as the best of them; articles of a statute each for themselves."""
    units = [item.passage.id if item.passage.clause else item.passage.document_id for item in passages]
    ranks = {unit: rank for rank, unit in enumerate(dict.fromkeys(units))}
    pairs = zip(passages, units, strict=True)
    return [_source(item, ranks[unit], own_rank) for own_rank, (item, unit) in enumerate(pairs)]


def _source(item: EvidencePassage, rank: int, own_rank: int) -> Source:
    passage = item.passage
    return Source(
        token=item.token,
        text=passage.text,
        title=passage.title,
        heading="" if passage.clause else heading_of(passage.path),
        rank=rank,
        own_rank=own_rank if item.hit else None,
        document_id=passage.document_id,
        place=passage.ordinal,
        keywords=" ".join((*passage.keywords, *passage.asked_as)),
        asked_as=passage.asked_as,
    )


def _sentences(excerpts: list[Excerpt]) -> Iterator[DraftSentence]:
    """The opening line of an enumeration is quoted once, before the first of its items."""
    lead = ""
    for excerpt in excerpts:
        text = excerpt.text if excerpt.statement.lead != lead else excerpt.statement.text
        lead = excerpt.statement.lead
        yield DraftSentence(text, (excerpt.source.token,), verbatim=True, basis=excerpt.statement.basis)
