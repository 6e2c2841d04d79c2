"""What an answered turn leaves for scoring, as plain data: the words, the citations, and the cited passages themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from assistant.contracts import Citation, TurnOutcome
from assistant.domain.statements import heading_of
from assistant.stages.check_answer import source_text
from evals.case_run import Output
from retrieval.contracts import Passage
from retrieval.search import Search

CONTEXTS = 8
"""Retrieved passages kept for judges."""


def output_of(outcome: TurnOutcome, search: Search, as_of: date) -> Output:
    """Cited passages are read again from the index: what an answer says of its sources is not taken on trust."""
    ids = [citation.passage_id for citation in outcome.citations]
    stored = {passage.id: passage for passage in search.index.snapshot().fetch(ids)} if ids else {}
    shown = {item.passage.id: item.passage for item in outcome.evidence}
    return {
        "status": outcome.status,
        "text": outcome.text,
        "as_of": as_of.isoformat(),
        "sentences": [_sentence(item.text, item.citations, item.verbatim) for item in outcome.sentences],
        "citations": [_citation(one, stored.get(one.passage_id), shown) for one in outcome.citations],
        "contexts": [source_text(item.passage) for item in outcome.evidence[:CONTEXTS]],
        "removed": list(outcome.removed),
        "answerability": outcome.answerability,
        "composer": outcome.composer.value if outcome.composer else None,
        "model": outcome.model,
        "prompt": outcome.prompt,
        "degraded": list(outcome.degraded),
        "ask": outcome.ask.question if outcome.ask else "",
    }


def _sentence(text: str, citations: Iterable[int], verbatim: bool) -> Mapping[str, Any]:
    return {"text": text, "citations": list(citations), "verbatim": verbatim}


def _citation(citation: Citation, stored: Passage | None, shown: Mapping[str, Passage]) -> Mapping[str, Any]:
    passage = stored or shown[citation.passage_id]
    validity = passage.validity
    return {
        "number": citation.number,
        "document": citation.document_id,
        "row": passage.row_id or passage.document_id,
        "place": citation.clause or heading_of(citation.path),
        "path": list(citation.path),
        "title": citation.title,
        "quote": citation.quote,
        "exists": stored is not None and stored.path == citation.path and stored.document_id == citation.document_id,
        "source": source_text(passage),
        "effective_from": validity.effective_from.isoformat() if validity.effective_from else None,
        "repealed_on": validity.repealed_on.isoformat() if validity.repealed_on else None,
    }


def sources_of(output: Output) -> Sequence[Mapping[str, str]]:
    """The citations of an answer in the form of ``predictions.jsonl``."""
    return [{name: one[name] for name in ("document", "row", "place", "title")} for one in output["citations"]]
