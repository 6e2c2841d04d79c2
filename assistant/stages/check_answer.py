"""Stage ``check_answer``: code decides which sentences may be shown; nothing left means an honest refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from assistant.contracts import (
    CheckedAnswer,
    Citation,
    CitedAnswer,
    CitedSentence,
    Evidence,
    NearestDocument,
    Scope,
)
from assistant.domain.support import fault_of
from assistant.pipeline import Stop
from retrieval.contracts import Passage

MAX_SENTENCES = 12
MAX_CHARACTERS = 1600


def sentence_fault(
    sentence: CitedSentence, citations: Mapping[int, Citation], passages: Mapping[str, Passage], as_of: date
) -> str | None:
    """The reason why ``sentence`` may not be shown, ``None`` when it may: those of ``fault_of``, or not_in_force."""
    cited = [passages[citations[number].passage_id] for number in sentence.citations]
    if any(not passage.validity.covers(as_of) for passage in cited):
        return "not_in_force"
    return fault_of(sentence.text, [source_text(passage) for passage in cited], verbatim=sentence.verbatim)


def source_text(passage: Passage) -> str:
    """Everything a citation of the passage shows: its words, its place, and the document's number and dates."""
    dates = [day.isoformat() for day in (passage.validity.effective_from, passage.validity.repealed_on) if day]
    head = " ".join([passage.title, *passage.path, passage.document_number or "", passage.issuer or "", *dates])
    return f"{head}\n{passage.text}"


def fits(sentences: int, characters: int) -> bool:
    """Whether an answer of this size is within bounds."""
    return sentences <= MAX_SENTENCES and characters <= MAX_CHARACTERS


async def check_answer(answer: CitedAnswer, evidence: Evidence, scope: Scope) -> CheckedAnswer:
    """Sentences that their sources support, citations renumbered by first use.

    Raises ``Stop``: unanswerable_not_in_force when every fault was one of validity, else unanswerable_unsupported.
    """
    citations = {citation.number: citation for citation in answer.citations}
    passages = {item.passage.id: item.passage for item in evidence.passages}
    kept: list[CitedSentence] = []
    removed: list[tuple[str, str]] = []
    for sentence in answer.sentences:
        fault = sentence_fault(sentence, citations, passages, scope.as_of) or _excess(sentence, kept)
        if fault:
            removed.append((fault, sentence.text))
        else:
            kept.append(sentence)
    if not kept:
        raise _refusal({fault for fault, _ in removed}, evidence)
    sentences, used = renumber(kept, citations)
    notes = tuple(f"{fault}: {text}" for fault, text in removed)
    return CheckedAnswer(sentences, used, answer.composer, notes, answer.model, answer.prompt, degraded=answer.degraded)


def _excess(sentence: CitedSentence, kept: list[CitedSentence]) -> str | None:
    if any(sentence.text == other.text for other in kept):
        return "repeated"
    size = sum(len(other.text) for other in kept) + len(sentence.text)
    return None if fits(len(kept) + 1, size) else "too_long"


def renumber(
    kept: list[CitedSentence], citations: Mapping[int, Citation]
) -> tuple[tuple[CitedSentence, ...], tuple[Citation, ...]]:
    """Citations that are still used, numbered 1, 2, … in order of first use."""
    order = {number: at for at, number in enumerate(dict.fromkeys(n for item in kept for n in item.citations), start=1)}
    sentences = tuple(replace(item, citations=tuple(order[number] for number in item.citations)) for item in kept)
    return sentences, tuple(replace(citations[old], number=new) for old, new in order.items())


def _refusal(faults: set[str], evidence: Evidence) -> Stop:
    status = "unanswerable_not_in_force" if faults == {"not_in_force"} else "unanswerable_unsupported"
    return Stop(status, note=",".join(sorted(faults)), nearest=nearest_documents(evidence), degraded=evidence.degraded)


def nearest_documents(evidence: Evidence, limit: int = 3) -> tuple[NearestDocument, ...]:
    """The documents that came closest, best first, each once."""
    found: dict[str, NearestDocument] = {}
    for item in evidence.passages:
        passage = item.passage
        found.setdefault(passage.document_id, NearestDocument(passage.document_id, passage.title, passage.clause))
    return tuple(found.values())[:limit]
