"""Second-stage order: a linear model over ``passage_features``, fitted by ``evals.training``, scored in numpy.

Notices, statutes and guides have weights of their own: an article is told by its words and by how often it is cited,
a notice by its first lines, its place and its office. Fitted together, the scores of the kinds compare.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval import answerability
from retrieval.answerability import EVIDENCE, LogisticModel, evidence
from retrieval.forward_index import ForwardIndex
from retrieval.matching import Floats
from retrieval.passage_features import GUIDE, STATUTE, features
from retrieval.ports import Candidate

MODEL_FILE = "data/reranker.json"


@dataclass(frozen=True, slots=True)
class LinearModel:
    """``score = weights . (values - centre) / spread`` over the named features.

    ``weights`` has shape (3, features), a row for each kind of passage, see ``kinds``.
    """

    names: tuple[str, ...]
    centre: Floats
    spread: Floats
    weights: Floats

    def score(self, found: Mapping[str, Floats]) -> Floats:
        values = np.stack([found[name] for name in self.names], axis=1)
        by_kind = (values - self.centre) / self.spread @ self.weights.T
        return np.asarray(by_kind[np.arange(len(by_kind)), kinds(found)], np.float32)


def kinds(found: Mapping[str, Floats]) -> NDArray[np.int64]:
    """Kind of each candidate: 0 for a notice, 1 for a statute, 2 for a guide."""
    return (found[STATUTE] + 2 * found[GUIDE]).astype(np.int64)


@lru_cache(maxsize=1)
def default_model() -> LinearModel:
    """The released model, ``retrieval/data/reranker.json``."""
    raw = json.loads(files("retrieval").joinpath(MODEL_FILE).read_text(encoding="utf-8"))
    arrays = (np.array(raw[name], np.float32) for name in ("centre", "spread", "weights"))
    return LinearModel(tuple(raw["names"]), *arrays)


class LearnedReranker:
    """Implements ``retrieval.ports.CandidateReranker`` over a forward index that holds the candidates."""

    def __init__(
        self, forward: ForwardIndex, model: LinearModel | None = None, sureness: LogisticModel | None = None
    ) -> None:
        self._forward = forward
        self._model = model or default_model()
        self._sureness = sureness or answerability.default_model()
        self._last: _Looked | None = None

    def rerank(self, query: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The same candidates, best first. Candidates that the forward index lacks keep their order at the end."""
        missing = set(self._forward.missing([candidate.passage_id for candidate in candidates]))
        known = [candidate.passage_id for candidate in candidates if candidate.passage_id not in missing]
        if not known:
            return list(candidates)
        scores, order, facts = self._looked_at(query, known)
        ranked = [Candidate(known[place], float(scores[place])) for place in order]
        self._last = _Looked(query, ranked[0].passage_id, facts)
        unknown = [candidate.passage_id for candidate in candidates if candidate.passage_id in missing]
        return ranked + [Candidate(name, ranked[-1].score - 1 - place) for place, name in enumerate(unknown)]

    def answerability(self, query: str, ranked: Sequence[Candidate]) -> float:
        """Probability in [0, 1] that what ``rerank`` gave answers the question; 0 without candidates."""
        last = self._last
        if last and ranked and (last.query, last.best) == (query, ranked[0].passage_id):
            return self._sureness.probability(last.facts)
        missing = set(self._forward.missing([candidate.passage_id for candidate in ranked]))
        known = [candidate.passage_id for candidate in ranked if candidate.passage_id not in missing]
        return self._sureness.probability(self._looked_at(query, known)[2]) if known else 0.0

    def _looked_at(self, query: str, known: Sequence[str]) -> tuple[Floats, NDArray[np.int64], dict[str, float]]:
        """Scores of the passages, their order, and the evidence that the best of them are."""
        found = features(self._forward, query, self._forward.rows(known))
        scores = self._model.score(found)
        order = np.argsort(-scores, kind="stable")
        return scores, order, evidence({name: found[name][order] for name in EVIDENCE}, scores[order])


@dataclass(frozen=True, slots=True)
class _Looked:
    """The evidence of the last question, so that ``answerability`` right after ``rerank`` costs nothing."""

    query: str
    best: str
    facts: Mapping[str, float]
