"""Scores of one outcome and their means. Support is judged anew here, from the passages, not taken from the flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.contracts import Citation, TurnOutcome
from assistant.domain.figures import figures
from assistant.domain.statements import heading_of
from assistant.domain.support import fault_of
from assistant.stages.check_answer import source_text
from evals.tasks.answer.cases import Case
from retrieval.contracts import Passage


@dataclass(frozen=True, slots=True)
class Score:
    """Facts about one answered case; ``None`` where a measure does not apply."""

    case: Case
    status: str
    text: str
    sources: tuple[Mapping[str, str], ...]
    seconds: float
    cited: bool | None = None
    cited_document: bool | None = None
    figures: float | None = None
    ending: bool | None = None
    sentences: int = 0
    unsupported: tuple[str, ...] = field(default=())
    removed: int = 0

    @property
    def answered(self) -> bool:
        return self.status == "answered"


def score(case: Case, outcome: TurnOutcome, seconds: float) -> Score:
    passages = {item.passage.id: item.passage for item in outcome.evidence}
    answered = outcome.status == "answered"
    judged = answered and case.answerable
    shown = "".join(sentence.text for sentence in outcome.sentences)
    return Score(
        case=case,
        status=outcome.status,
        text=outcome.text,
        sources=tuple(_source(citation, passages) for citation in outcome.citations),
        seconds=seconds,
        cited=_cites_gold(case, outcome.citations, passages) if judged and _has_gold(case) else None,
        cited_document=_cites_document(case, outcome.citations) if judged and case.clauses else None,
        figures=_figures_said(case, shown) if judged and case.figures else None,
        ending=outcome.status.startswith(case.ending) if case.ending else None,
        sentences=len(outcome.sentences),
        unsupported=tuple(_unsupported(outcome, passages)),
        removed=len(outcome.removed),
    )


def _source(citation: Citation, passages: Mapping[str, Passage]) -> dict[str, str]:
    passage = passages[citation.passage_id]
    return {
        "document": citation.document_id,
        "row": passage.row_id or passage.document_id,
        "place": citation.clause or heading_of(citation.path),
        "title": citation.title,
    }


def _has_gold(case: Case) -> bool:
    return bool(case.clauses or case.relevant)


def _cites_gold(case: Case, citations: Iterable[Citation], passages: Mapping[str, Passage]) -> bool:
    return any(_is_gold(case, citation, passages[citation.passage_id]) for citation in citations)


def _is_gold(case: Case, citation: Citation, passage: Passage) -> bool:
    if (passage.row_id or passage.document_id) in case.relevant:
        return True
    return any(
        passage.document_id == document and clause in "".join(citation.path) for document, clause in case.clauses
    )


def _cites_document(case: Case, citations: Iterable[Citation]) -> bool:
    return bool({document for document, _ in case.clauses} & {citation.document_id for citation in citations})


def _figures_said(case: Case, shown: str) -> float:
    """Share of the gold figures that the answer states, Chinese and Arabic numerals alike."""
    said = figures(shown)
    return sum(bool(figures(gold) & said) for gold in case.figures) / len(case.figures)


def _unsupported(outcome: TurnOutcome, passages: Mapping[str, Passage]) -> Iterable[str]:
    cited = {citation.number: passages[citation.passage_id] for citation in outcome.citations}
    for sentence in outcome.sentences:
        sources = [source_text(cited[number]) for number in sentence.citations]
        fault = fault_of(sentence.text, sources, verbatim=sentence.verbatim)
        if fault:
            yield f"{fault}: {sentence.text}"


def means(scores: Sequence[Score]) -> dict[str, float]:
    """Every measure over the cases it applies to; a measure without cases is left out."""
    answerable = [item for item in scores if item.case.answerable]
    hopeless = [item for item in scores if not item.case.answerable]
    sentences = sum(item.sentences for item in scores)
    measures: dict[str, list[float]] = {
        "answered": [float(item.answered) for item in scores],
        "cited_correct": [float(item.cited) for item in scores if item.cited is not None],
        "cited_document_correct": [float(item.cited_document) for item in scores if item.cited_document is not None],
        "answered_and_cited_correct": [float(bool(item.cited)) for item in answerable if _has_gold(item.case)],
        "figures_right": [item.figures for item in scores if item.figures is not None],
        "refused_correct": [float(not item.answered) for item in hopeless],
        "refused_wrong": [float(not item.answered) for item in answerable],
        "ending_correct": [float(item.ending) for item in scores if item.ending is not None],
        "chrf": [value / 100 for value in _chrf(answerable)],
    }
    found = {name: sum(values) / len(values) for name, values in measures.items() if values}
    found["unsupported_sentences"] = sum(len(item.unsupported) for item in scores) / sentences if sentences else 0.0
    found["removed_sentences_per_answer"] = sum(item.removed for item in scores) / max(1, len(scores))
    found["sentences_per_answer"] = sentences / max(1, sum(item.answered for item in scores))
    return found


def _chrf(scores: Sequence[Score]) -> list[float]:
    """Sentence-level chrF (characters only, no words: Chinese has none) of answered cases with a reference."""
    pairs = [
        (item.text.partition("\n\n依据（")[0], item.case.answer)
        for item in scores
        if item.answered and item.case.answer
    ]
    if not pairs:
        return []
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF(word_order=0)
    return [metric.sentence_score(said, [reference]).score for said, reference in pairs]


def failure(item: Score) -> dict[str, Any] | None:
    """Why a case is worth reading; ``None`` when nothing is wrong with it."""
    reasons = []
    if item.case.answerable != item.answered:
        reasons.append("refused_wrong" if item.case.answerable else "answered_wrong")
    reasons += ["cited_wrong"] if item.cited is False else []
    reasons += ["figures_missing"] if item.figures is not None and item.figures < 1 else []
    reasons += ["ending_wrong"] if item.ending is False else []
    reasons += ["unsupported"] if item.unsupported else []
    if not reasons:
        return None
    return {
        "id": item.case.id,
        "reasons": reasons,
        "question": item.case.question,
        "status": item.status,
        "text": item.text,
        "sources": list(item.sources),
        "gold": [list(clause) for clause in item.case.clauses] or sorted(item.case.relevant),
    }
