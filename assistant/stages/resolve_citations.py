"""Stage ``resolve_citations``: P-tokens become documents and clauses; nothing else can be cited."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.contracts import Citation, CitedAnswer, CitedSentence, DraftAnswer, DraftSentence, Evidence
from assistant.domain.plain_text import inert
from assistant.domain.statements import basis_of, shorten, statements, strip_basis
from retrieval.contracts import Passage

QUOTE_CHARACTERS = 160


@dataclass
class CitationBook:
    """Citations of one answer, numbered by first use. One per passage and legal basis; the only mutable thing here."""

    evidence: Evidence
    citations: list[Citation] = field(default_factory=list)

    def cite(self, sentence: DraftSentence) -> CitedSentence:
        """Unknown tokens are dropped; a sentence that keeps none has no citation and cannot pass the check."""
        passages = {item.token: item.passage for item in self.evidence.passages}
        known = dict.fromkeys(token for token in sentence.tokens if token in passages)
        numbers = tuple(self._number(passages[token], sentence) for token in known)
        return CitedSentence(inert(sentence.text).strip(), numbers, sentence.verbatim)

    def _number(self, passage: Passage, sentence: DraftSentence) -> int:
        basis = sentence.basis or _closest_basis(passage, sentence.text)
        for citation in self.citations:
            if citation.passage_id == passage.id and citation.basis == basis:
                return citation.number
        self.citations.append(_citation(len(self.citations) + 1, passage, basis, sentence))
        return len(self.citations)


def _citation(number: int, passage: Passage, basis: tuple[str, ...], sentence: DraftSentence) -> Citation:
    return Citation(
        number=number,
        passage_id=passage.id,
        document_id=passage.document_id,
        title=passage.title,
        clause=passage.clause,
        path=passage.path,
        document_number=passage.document_number,
        issuer=passage.issuer,
        effective_from=passage.validity.effective_from,
        repealed_on=passage.validity.repealed_on,
        quote=_quote(passage, sentence),
        basis=basis,
    )


def _quote(passage: Passage, sentence: DraftSentence) -> str:
    """The words of the passage itself: the quotation, else the statement closest to what was written."""
    if sentence.verbatim and sentence.text in strip_basis(passage.text):
        return shorten(sentence.text, QUOTE_CHARACTERS)
    pieces = [piece.text for piece in statements(passage.text)] or [passage.text]
    return shorten(max(pieces, key=lambda piece: _shared(piece, sentence.text)), QUOTE_CHARACTERS).rstrip("…")


def _closest_basis(passage: Passage, text: str) -> tuple[str, ...]:
    pieces = [piece for piece in statements(passage.text) if piece.basis]
    if not pieces:
        return basis_of(passage.text)
    return max(pieces, key=lambda piece: _shared(piece.text, text)).basis


def _shared(left: str, right: str) -> float:
    pairs = {left[at : at + 2] for at in range(len(left) - 1)}
    others = {right[at : at + 2] for at in range(len(right) - 1)}
    return len(pairs & others) / (len(pairs) + len(others) or 1)


async def resolve_citations(draft: DraftAnswer, evidence: Evidence) -> CitedAnswer:
    """Every sentence of the draft with the clauses it rests on."""
    book = CitationBook(evidence)
    sentences = tuple(book.cite(sentence) for sentence in draft.sentences)
    return CitedAnswer(
        sentences, tuple(book.citations), draft.composer, draft.model, draft.prompt, degraded=draft.degraded
    )
