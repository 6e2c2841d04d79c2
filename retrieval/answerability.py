"""How likely the ranked candidates answer the question at all: a calibrated logistic model over the best of them.

What refuses best is what the evidence lacks: the question's rarest words, its numbers, its longest shared stretch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from retrieval.matching import Floats
from retrieval.passage_features import STATUTE

MODEL_FILE = "data/answerability.json"
_LOOKED_AT, _SPREAD_OVER = 10, 20
_STRONGEST = (
    "all_bigrams",
    "all_units",
    "text_bigrams",
    "sentence_bigrams",
    "sentence_units",
    "first_share",
    "plain",
    "span_share",
    "span_weight",
    "rarest_three",
    "title_bigrams",
    "document_bigrams",
    "document_units",
    "document_okapi",
    "document_places",
    "document_numbers",
    "semantic",
    "with_front",
    "front_bigrams",
    "lead_bigrams",
    "place_in_document",
    "beyond_front",
)
_AT_THE_TOP = (
    "all_bigrams",
    "document_bigrams",
    "document_okapi",
    "document_places",
    "document_numbers",
    "document_lacks",
    "head_bigrams",
    "head_units",
    "sentence_bigrams",
    "rarest_three",
    "semantic",
    "leads_document",
    "level_guide",
    "level_other",
    "lead_bigrams",
    "lead_units",
    "front_bigrams",
    "with_front",
    "beyond_front",
    "place_agrees",
    "place_conflicts",
    "place_unasked",
    "place_in_front",
    "place_in_document",
    "sentence_units",
    "text_bigrams",
    "text_units",
    "all_units",
    "span_share",
    "span_weight",
    "span_length",
    "first_share",
    "plain",
    "document_units",
    "okapi_units",
    "okapi_bigrams",
    "title_bigrams",
    "locally_rare",
)
_COMPARED = ("document_bigrams", "with_front", "sentence_bigrams", "semantic", "first_share", "rarest_three")
EVIDENCE = tuple(dict.fromkeys((*_STRONGEST, *_AT_THE_TOP, *_COMPARED, "question_length", STATUTE)))
"""Features that sureness rests on."""


def evidence(found: Mapping[str, Floats], scores: Floats) -> dict[str, float]:
    """Facts about the ten best candidates and how they stand out; ``scores`` are the reranker's, best first.

    Each fact stands there twice: as it is, and once more (``… of statute``) where the best candidate is of a statute.
    """
    top = {name: values[:_LOOKED_AT] for name, values in found.items()}
    facts = {f"best {name}": float(top[name].max()) for name in _STRONGEST}
    facts |= {f"first {name}": float(top[name][0]) for name in _AT_THE_TOP}
    facts |= _comparisons(top) | _leads(scores)
    facts["question length"] = float(found["question_length"][0])
    statute = float(top[STATUTE][0])
    return facts | {f"{name} of statute": statute * value for name, value in facts.items()} | {"statute": statute}


def _comparisons(top: Mapping[str, Floats]) -> dict[str, float]:
    """The best candidate beside the middling one of ten, and the mean of the ten."""
    gaps = {f"gap {name}": float(top[name][0] - np.median(top[name])) for name in _COMPARED}
    return gaps | {f"mean {name}": float(top[name].mean()) for name in _COMPARED}


def _leads(scores: Floats) -> dict[str, float]:
    weight = np.exp(scores[:_SPREAD_OVER] - scores[0])
    share = weight / weight.sum()
    return {
        "lead": float(scores[0] - scores[1]) if len(scores) > 1 else 0.0,
        "lead over tenth": float(scores[0] - scores[:_LOOKED_AT][-1]),
        "score": float(scores[0]),
        "entropy": float(-(share * np.log(share + 1e-9)).sum()),
    }


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """``p = 1 / (1 + exp(-(bias + weights . (facts - centre) / spread)))``; refuse below ``threshold``."""

    names: tuple[str, ...]
    centre: Floats
    spread: Floats
    weights: Floats
    bias: float
    threshold: float = 0.5

    def probability(self, facts: Mapping[str, float]) -> float:
        values = np.array([facts[name] for name in self.names], np.float32)
        return float(1 / (1 + np.exp(-(self.bias + (values - self.centre) / self.spread @ self.weights))))


@lru_cache(maxsize=1)
def default_model() -> LogisticModel:
    """The released model, ``retrieval/data/answerability.json``."""
    raw = json.loads(files("retrieval").joinpath(MODEL_FILE).read_text(encoding="utf-8"))
    centre, spread, weights = (np.array(raw[name], np.float32) for name in ("centre", "spread", "weights"))
    bias, threshold = float(raw["bias"]), float(raw.get("threshold", 0.5))
    return LogisticModel(tuple(raw["names"]), centre, spread, weights, bias, threshold)
