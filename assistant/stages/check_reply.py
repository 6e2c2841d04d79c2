"""Stage ``check_reply``: code decides which sentences of a reply may stand; what is missing becomes a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.contracts import Citation, CitedSentence, DraftSentence, Evidence
from assistant.domain.fact_support import unsupported
from assistant.domain.reply_draft import GAP, WRITTEN, CaseFacts, ReplyCase, ReplyPart, ReplySentence
from assistant.domain.reply_wording import GAPS, farewell, greeting
from assistant.reply_contracts import CheckedReply, CheckedSentence, DraftedReply
from assistant.stages.check_answer import renumber, sentence_fault
from assistant.stages.resolve_citations import CitationBook

MOST_SENTENCES = 8
"""Of one part."""


class ReplyGate:
    """Lets a drafted sentence through when its facts or clauses support it."""

    def __init__(self, facts: CaseFacts, evidence: Evidence) -> None:
        self.book = CitationBook(evidence)
        self._facts = {fact.token: fact for fact in facts.facts}
        self._passages = {item.passage.id: item.passage for item in evidence.passages}
        self._as_of = evidence.as_of

    def fault(self, sentence: ReplySentence) -> str | None:
        """Why the sentence may not stand; ``None`` when it may."""
        if GAP in sentence.text:
            return "forged_gap"
        facts = [self._facts[token] for token in sentence.tokens if token in self._facts]
        if facts:
            return unsupported(sentence.text, facts, verbatim=sentence.verbatim)
        if sentence.part is not ReplyPart.BASIS:
            return "no_source"  # a clause says what holds, not what was done
        cited = self.book.cite(DraftSentence(sentence.text, sentence.tokens, sentence.verbatim, sentence.basis))
        return sentence_fault(cited, self.citations, self._passages, self._as_of)

    @property
    def citations(self) -> Mapping[int, Citation]:
        return {citation.number: citation for citation in self.book.citations}

    def checked(self, sentence: ReplySentence) -> CheckedSentence:
        known = tuple(token for token in sentence.tokens if token in self._facts)
        if known:
            return CheckedSentence(sentence.text, (), known)
        cited = self.book.cite(DraftSentence(sentence.text, sentence.tokens, sentence.verbatim, sentence.basis))
        return CheckedSentence(cited.text, cited.citations)


async def check_reply(case: ReplyCase, facts: CaseFacts, evidence: Evidence, draft: DraftedReply) -> CheckedReply:
    gate = ReplyGate(facts, evidence)
    kept: dict[ReplyPart, list[CheckedSentence]] = {part: [] for part in WRITTEN}
    removed: list[str] = []
    for sentence in draft.sentences:
        fault = gate.fault(sentence) or _excess(sentence, kept.get(sentence.part))
        if fault:
            removed.append(f"{fault}: {sentence.text}")
        else:
            kept[sentence.part].append(gate.checked(sentence))
    parts, citations = _numbered(kept, gate.citations)
    return CheckedReply(
        ((ReplyPart.GREETING, (_phrase(greeting(case)),)), *parts, (ReplyPart.CONTACT, (_phrase(farewell(case)),))),
        citations,
        draft.composer,
        tuple(removed),
        draft.model,
        draft.prompt,
        (*evidence.degraded, *draft.degraded),
    )


def _phrase(text: str) -> CheckedSentence:
    return CheckedSentence(text, gap=GAP in text)


def _excess(sentence: ReplySentence, others: Sequence[CheckedSentence] | None) -> str | None:
    if others is None:
        return "not_its_part"
    if any(sentence.text == other.text for other in others):
        return "repeated"
    return "too_long" if len(others) >= MOST_SENTENCES else None


def _numbered(
    kept: Mapping[ReplyPart, Sequence[CheckedSentence]], citations: Mapping[int, Citation]
) -> tuple[list[tuple[ReplyPart, tuple[CheckedSentence, ...]]], tuple[Citation, ...]]:
    """Citations that are used, numbered by first use; a part without a sentence asks for one."""
    flat = [CitedSentence(item.text, item.citations) for items in kept.values() for item in items]
    renumbered, used = renumber(flat, citations)
    numbers = iter(renumbered)
    parts = []
    for part, items in kept.items():
        told = tuple(CheckedSentence(item.text, next(numbers).citations, item.facts) for item in items)
        parts.append((part, told or (CheckedSentence(GAPS[part], gap=True),)))
    return parts, used
