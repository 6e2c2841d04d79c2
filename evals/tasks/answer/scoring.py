"""Scores of one answer. Support, validity and existence are judged anew here, from the passages, not taken from the flow."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.domain.figures import figures
from assistant.domain.support import fault_of, is_quoted
from evals.case_run import Output
from evals.contracts import CaseScore, Measure
from evals.measures import Ratio
from evals.metrics.chrf import chrf
from evals.tasks.answer.basis import basis_values
from evals.tasks.answer.cases import Case

MEASURES: Sequence[Measure] = (
    Ratio("citations_exist", "existing", "citations"),
    Ratio("citations_in_force", "in_force", "citations"),
    Ratio("quotes_occur", "occurring", "citations"),
    Ratio("unsupported_sentences", "unsupported", "sentences"),
    Ratio("false_sentences_shown", "false_shown", "false_said"),
    Ratio("removed_sentences_per_answer", "removed", "cases"),
    Ratio("sentences_per_answer", "sentences", "answers"),
    Ratio("from_the_model", "composed", "answers"),
    Ratio("model_calls_per_case", "model_calls", "cases"),
    Ratio("prompt_tokens_per_call", "prompt_tokens", "model_calls"),
    Ratio("reply_tokens_per_call", "reply_tokens", "model_calls"),
)


def score(case: Case, output: Output) -> CaseScore:
    """``None`` of the values below stands for "does not apply", and is left out."""
    answered = output["status"] == "answered"
    judged = answered and case.answerable
    has_gold = bool(case.clauses or case.relevant)
    cited = cites_gold(case, output) if has_gold else None
    values: dict[str, float | None] = {
        "answered": float(answered),
        "cited_correct": cited if judged else None,
        "cited_document_correct": _cites_document(case, output) if judged and case.clauses else None,
        "answered_and_cited_correct": float(answered and bool(cited)) if case.answerable and has_gold else None,
        "figures_right": figures_said(case, output) if judged and case.figures else None,
        "complete": completeness(case, output["text"]) if judged and case.checklist else None,
        "refused_correct": None if case.answerable or case.expect == "ask_back" else float(not answered),
        "refused_wrong": float(not answered) if case.answerable else None,
        "ending_correct": float(output["status"].startswith(case.ending)) if case.ending else None,
        "chrf": _chrf(output["text"], case.answer) if judged and case.answer else None,
        **_asking(case, output),
    }
    known = {name: value for name, value in values.items() if value is not None} | basis_values(case, output)
    return CaseScore(case.id, {**known, **_by_kind(case, known)}, _counts(output))


def _asking(case: Case, output: Output) -> Mapping[str, float | None]:
    """Of questions that lack something: asked back, instead of an answer or below one. Of complete ones: the same, needlessly."""
    held, offered = output["status"] == "clarification", output["status"] == "answered" and bool(output.get("ask"))
    lacks, complete = case.expect == "ask_back", case.expect == "answer"
    return {
        "asked_back": float(held or offered) if lacks else None,
        "asked_back_without_answer": float(held) if lacks else None,
        "held_back_wrongly": float(held) if complete else None,
        "asked_back_needlessly": float(offered) if complete else None,
    }


def _by_kind(case: Case, values: Mapping[str, float]) -> Mapping[str, float]:
    """The one figure that sums up a case, under each kind of question it is."""
    whole = "answered_and_cited_correct" if case.answerable else "refused_correct"
    return {f"{whole}/kind={kind}": values[whole] for kind in case.kinds if whole in values}


def _counts(output: Output) -> Mapping[str, float]:
    citations = output["citations"]
    return {
        "cases": 1,
        "answers": float(output["status"] == "answered"),
        "sentences": len(output["sentences"]),
        "unsupported": len(list(unsupported(output))),
        "removed": len(output["removed"]),
        "citations": len(citations),
        "existing": sum(one["exists"] for one in citations),
        "in_force": sum(in_force(one, output["as_of"]) for one in citations),
        "occurring": sum(quote_occurs(one) for one in citations),
        "composed": float(output["status"] == "answered" and output["composer"] == "model"),
        **_falsehoods(output),
        **_tokens(output),
    }


def _falsehoods(output: Output) -> Mapping[str, float]:
    """Sentences that a composer made false on purpose, and how many of them the citizen would read."""
    said = output.get("false") or ()
    shown = [sentence["text"] for sentence in output["sentences"]]
    return {"false_said": len(said), "false_shown": sum(any(text in line for line in shown) for text in said)}


def _tokens(output: Output) -> Mapping[str, float]:
    """Tokens as the endpoint counted them; nothing where no model was called or none were counted."""
    calls = output.get("calls") or ()
    return {
        "model_calls": len(calls),
        "prompt_tokens": sum(prompt for prompt, _ in calls),
        "reply_tokens": sum(reply for _, reply in calls),
    }


def cites_gold(case: Case, output: Output) -> float:
    return float(any(_is_gold(case, citation) for citation in output["citations"]))


def _is_gold(case: Case, citation: Mapping[str, Any]) -> bool:
    if citation["row"] in case.relevant:
        return True
    path = "".join(citation["path"])
    return any(citation["document"] == document and clause in path for document, clause in case.clauses)


def _cites_document(case: Case, output: Output) -> float:
    gold = {document for document, _ in case.clauses}
    return float(any(citation["document"] in gold for citation in output["citations"]))


def figures_said(case: Case, output: Output) -> float:
    """Share of the gold figures that the answer states, Chinese and Arabic numerals alike."""
    said = figures("".join(sentence["text"] for sentence in output["sentences"]))
    return sum(bool(figures(gold) & said) for gold in case.figures) / len(case.figures)


def completeness(case: Case, text: str) -> float:
    """Share of the checklist that the answer states, in any of the wordings given."""
    said = _bare(text)
    return sum(any(_bare(wording) in said for wording in item.split("|")) for item in case.checklist) / len(
        case.checklist
    )


def in_force(citation: Mapping[str, Any], day: str) -> bool:
    """Days in ISO form, which sort as text. Arithmetic of its own: what is judged must not judge itself."""
    begin, end = citation["effective_from"], citation["repealed_on"]
    return (begin is None or begin <= day) and (end is None or day < end)


def quote_occurs(citation: Mapping[str, Any]) -> bool:
    return is_quoted(citation["quote"], citation["source"])


def unsupported(output: Output) -> Iterator[str]:
    sources = {citation["number"]: citation["source"] for citation in output["citations"]}
    for sentence in output["sentences"]:
        cited = [sources[number] for number in sentence["citations"]]
        fault = fault_of(sentence["text"], cited, verbatim=sentence["verbatim"])
        if fault:
            yield f"{fault}: {sentence['text']}"


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _chrf(text: str, reference: str) -> float:
    """Of the body, without the list of sources."""
    return chrf(text.partition("\n\n依据（")[0], reference)


def reasons(case: Case, output: Output, found: CaseScore) -> list[str]:
    """Why the case is worth reading; empty when nothing is wrong with it."""
    counts, values = found.counts, found.values
    wrong = {
        "refused_wrong": values.get("refused_wrong") == 1,
        "answered_wrong": values.get("refused_correct") == 0,
        "cited_wrong": values.get("cited_correct") == 0,
        "figures_missing": values.get("figures_right", 1) < 1,
        "law_wrong": values.get("law_right") == 0,
        "incomplete": values.get("complete", 1) < 1,
        "ending_wrong": values.get("ending_correct") == 0,
        "unsupported": counts["unsupported"] > 0,
        "false_shown": counts["false_shown"] > 0,
        "citation_unknown": counts["existing"] < counts["citations"],
        "citation_not_in_force": counts["in_force"] < counts["citations"],
        "quote_not_found": counts["occurring"] < counts["citations"],
    }
    return [name for name, holds in wrong.items() if holds]
