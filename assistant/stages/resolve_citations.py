"""Stage ``resolve_citations``: P-tokens become documents and clauses; nothing else can be cited."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.contracts import Citation, CitedAnswer, CitedSentence, DraftAnswer, DraftSentence, Evidence
from assistant.domain.plain_text import inert
from assistant.domain.statements import Statement, basis_of, shorten, statements
from assistant.domain.terms import content_terms
from retrieval.clauses import clause_at
from retrieval.contracts import Passage

QUOTE_CHARACTERS = 160


@dataclass
class CitationBook:
    """Citations of one answer, numbered by first use. One per clause and legal basis."""

    evidence: Evidence
    citations: list[Citation] = field(default_factory=list)

    def cite(self, sentence: DraftSentence) -> CitedSentence:
        """Unknown tokens are dropped; a sentence that keeps none has no citation and cannot pass the check."""
        passages = {item.token: item.passage for item in self.evidence.passages}
        known = dict.fromkeys(token for token in sentence.tokens if token in passages)
        numbers = tuple(self._number(passages[token], sentence) for token in known)
        return CitedSentence(inert(sentence.text).strip(), numbers, sentence.verbatim)

    def _number(self, passage: Passage, sentence: DraftSentence) -> int:
        quote, basis = _quoted(passage, sentence)
        clause = _clause_of(passage, quote)
        for citation in self.citations:
            if (citation.passage_id, citation.clause, citation.basis) == (passage.id, clause, basis):
                return citation.number
        self.citations.append(_citation(len(self.citations) + 1, passage, clause, quote, basis))
        return len(self.citations)


def _citation(number: int, passage: Passage, clause: str, quote: str, basis: tuple[str, ...]) -> Citation:
    return Citation(
        number=number,
        passage_id=passage.id,
        document_id=passage.document_id,
        title=passage.title,
        clause=clause,
        path=passage.path,
        document_number=passage.document_number,
        issuer=passage.issuer,
        effective_from=passage.validity.effective_from,
        repealed_on=passage.validity.repealed_on,
        quote=shorten(quote, QUOTE_CHARACTERS).rstrip("…"),
        basis=basis,
        unverified=passage.unverified,
    )


def _quoted(passage: Passage, sentence: DraftSentence) -> tuple[str, tuple[str, ...]]:
    """The words of the passage that the sentence rests on, and the legal basis that they name."""
    pieces = statements(passage.text) or [Statement(passage.text, basis_of(passage.text))]
    closest = max(pieces, key=lambda piece: _likeness(piece.lead + piece.text, sentence.text))
    return closest.text, sentence.basis or closest.basis


def _clause_of(passage: Passage, quote: str) -> str:
    """第十二条第二款第三项: the narrowest clause that holds the quotation."""
    start = passage.text.find(quote)
    return clause_at(passage, start, start + len(quote)) if start >= 0 else passage.clause


def _likeness(left: str, right: str) -> float:
    ours, theirs = content_terms(left), content_terms(right)
    return len(ours & theirs) / (len(ours) + len(theirs) or 1)


async def resolve_citations(draft: DraftAnswer, evidence: Evidence) -> CitedAnswer:
    """Every sentence of the draft with the clauses it rests on."""
    book = CitationBook(evidence)
    sentences = tuple(book.cite(sentence) for sentence in draft.sentences)
    return CitedAnswer(
        sentences, tuple(book.citations), draft.composer, draft.model, draft.prompt, degraded=draft.degraded
    )
