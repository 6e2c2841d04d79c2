"""Questions with their candidates as the product recalls them: what reranker and sureness are fitted on."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from evals.library import passages_of, row_of, write_index
from evals.metrics.ranking import Groups
from evals.tasks.retrieve.cases import RetrievalCase
from retrieval.adapters.open_search import open_embedded
from retrieval.contracts import Passage, SearchQuery
from retrieval.forward_index import ForwardIndex
from retrieval.matching import Features
from retrieval.passage_features import features
from retrieval.recall_tokens import sparse_query

CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Example:
    """``rows`` are places in the forward index, ``names`` corpus rows, ``relevant`` says which candidates answer."""

    case: RetrievalCase
    rows: NDArray[np.int64]
    names: NDArray[np.str_]
    features: Features
    relevant: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Collection:
    """A corpus in the product's index, with the candidates of every case."""

    passages: Sequence[Passage]
    forward: ForwardIndex
    examples: Sequence[Example]


def collect(files: Sequence[Path], cases: Sequence[RetrievalCase], *, national_only: bool = False) -> Collection:
    """Indexes the files in a scratch folder and recalls candidates for each case."""
    return collect_passages(list(passages_of(files, national_only, dated=False)), cases)


def collect_passages(passages: Sequence[Passage], cases: Sequence[RetrievalCase]) -> Collection:
    """As ``collect``, of passages that were read before."""
    forward = ForwardIndex.build(passages)
    with TemporaryDirectory(prefix="hotline-training-") as scratch:
        write_index(passages, Path(scratch) / "index")
        search = open_embedded(Path(scratch) / "index")
        names = {passage.id: row_of(passage) for passage in passages}
        examples = []
        for case in cases:
            query = SearchQuery(case.question, as_of=date.today())
            found = [
                hit.passage_id for hit in search.index.recall(sparse_query(case.question), None, query, CANDIDATES)
            ]
            if found:
                examples.append(_example(forward, case, found, np.array([names[one] for one in found])))
        search.close()
    return Collection(passages, forward, examples)


def _example(forward: ForwardIndex, case: RetrievalCase, found: list[str], names: NDArray[np.str_]) -> Example:
    rows = forward.rows(found)
    relevant = np.isin(names, sorted({name for group in case.groups for name in group}))
    return Example(case, rows, names, features(forward, case.question, rows), relevant)


_CLAUSE = re.compile(r"[，。；：、\n（）\s]")
_FORMULAS = re.compile(r"关于印发|关于|的通知|的意见|办公厅|人民政府|《|》|印发")
_ASKING = (
    "是什么？",
    "有哪些？",
    "如何规定？",
    "怎么办理？",
    "什么时候？",
    "多少？",
    "有什么要求？",
    "哪些部门负责？",
    "？",
)


def notice_questions(passages: Sequence[Passage], count: int, seed: int = 1) -> list[RetrievalCase]:
    """Made-up questions to official notices: a stretch of the title and one or two of a clause, with a question word."""
    drawn = random.Random(seed)
    documents: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        documents[row_of(passage)].append(passage)
    chosen = drawn.sample(sorted(documents), min(count, len(documents)))
    made = [(name, _question(drawn, drawn.choice(documents[name]))) for name in chosen]
    return [RetrievalCase(name, question, _gold(name)) for name, question in made if question]


def _gold(name: str) -> Groups:
    return [frozenset({name})]


def _question(drawn: random.Random, passage: Passage) -> str:
    clauses = [clause for clause in _CLAUSE.split(passage.text) if 4 <= len(clause) <= 40]
    if not clauses:
        return ""
    title = _stretch(drawn, _FORMULAS.sub("", passage.title), 5, 12) if drawn.random() < 0.6 else ""
    second = _stretch(drawn, drawn.choice(clauses), 4, 8) if drawn.random() < 0.4 else ""
    return (
        title
        + drawn.choice(["", "的", "中"])
        + _stretch(drawn, drawn.choice(clauses), 5, 14)
        + second
        + drawn.choice(_ASKING)
    )


def _stretch(drawn: random.Random, text: str, shortest: int, longest: int) -> str:
    size = drawn.randint(shortest, longest)
    start = drawn.randint(0, max(0, len(text) - size))
    return text[start : start + size]
