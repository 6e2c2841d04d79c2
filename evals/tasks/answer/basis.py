"""Which laws a reference answer rests on, and whether an answer cites the same: for sets that name laws instead of passages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evals.case_run import Output
from evals.tasks.answer.cases import Case
from retrieval.clauses import ARTICLE_LABEL

_REFERENCE = re.compile(rf"《(?P<law>[^《》]+)》|(?P<article>{ARTICLE_LABEL.pattern})")
_COUNTRY = "中华人民共和国"
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]$")


def laws_named(text: str) -> frozenset[tuple[str, str]]:
    """(law, article) pairs in the order of reading; article "" where the law is named alone."""
    found: set[tuple[str, str]] = set()
    law = ""
    for match in _REFERENCE.finditer(text):
        law = bare_title(match["law"]) if match["law"] else law
        if law:
            found.add((law, match["article"] or ""))
    return frozenset(found)


def bare_title(title: str) -> str:
    """Without 中华人民共和国 in front and （2021年修正） behind, as laws are quoted."""
    return _IN_BRACKETS.sub("", title.strip()).removeprefix(_COUNTRY)


def basis_values(case: Case, output: Output) -> dict[str, float]:
    """``law_right``: a law that the reference names is cited; ``article_right``: also one of its articles. Nothing where the case
    has clauses or passages of its own, or its reference names no law."""
    named = laws_named(case.answer)
    if not named or case.clauses or case.relevant or output["status"] != "answered":
        return {}
    cited = {(bare_title(one["title"]), article) for one in output["citations"] for article in _articles(one)}
    laws, articles = {law for law, _ in named}, {pair for pair in named if pair[1]}
    values = {"law_right": float(bool(laws & {law for law, _ in cited}))}
    return values | ({"article_right": float(bool(articles & cited))} if articles else {})


def _articles(citation: Mapping[str, object]) -> set[str]:
    return set(ARTICLE_LABEL.findall(str(citation["place"]))) | {""}
