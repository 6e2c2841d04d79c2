"""The composer that needs no model: quotes the statements that answer, verbatim (摘录式答复)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from assistant.contracts import ComposerKind, DraftSentence, Evidence, EvidencePassage, StandaloneQuestion
from assistant.domain.extraction import Excerpt, ExtractionLimits, Source, extract
from retrieval.lexical import tokenize


class ExtractiveComposer:
    """Deterministic; a few milliseconds for ten passages. Every sentence is a quotation with one token."""

    kind = ComposerKind.EXTRACTIVE
    model: str | None = None
    prompt: str | None = None

    def __init__(self, limits: ExtractionLimits | None = None) -> None:
        self._limits = limits or ExtractionLimits()

    async def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncIterator[DraftSentence]:
        sources = [_source(item, rank) for rank, item in enumerate(evidence.passages)]
        for sentence in _sentences(extract(question.text, sources, tokenize, self._limits)):
            yield sentence


def _source(item: EvidencePassage, rank: int) -> Source:
    passage = item.passage
    heading = passage.path[-1] if passage.path and not passage.clause else ""
    return Source(item.token, passage.text, passage.title, heading, rank, passage.document_id, passage.ordinal)


def _sentences(excerpts: list[Excerpt]) -> Iterator[DraftSentence]:
    """The opening line of an enumeration is quoted once, before the first of its items."""
    lead = ""
    for excerpt in excerpts:
        text = excerpt.text if excerpt.statement.lead != lead else excerpt.statement.text
        lead = excerpt.statement.lead
        yield DraftSentence(text, (excerpt.source.token,), verbatim=True, basis=excerpt.statement.basis)
