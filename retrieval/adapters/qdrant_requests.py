"""Filters and query vectors for both Qdrants, built in one place.

``qdrant_edge`` and ``qdrant_client.models`` name their classes alike; ``models`` is whichever of the two is spoken to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from retrieval.filters import Admission
from retrieval.fusion import reciprocal_rank_fusion
from retrieval.ports import Candidate

LEXICAL, DENSE = "lexical", "dense"
DENSE_WEIGHT = 1.0


def admission_filter(models: Any, allowed: Admission) -> Any:
    """The query's filter as a ``Filter`` of ``models``: in force on the day, in a region, of a level."""
    conditions = [
        models.FieldCondition(key="from", range=_range(models, lte=allowed.day)),
        models.FieldCondition(key="until", range=_range(models, gt=allowed.day)),
    ]
    if allowed.regions is not None:
        conditions.append(_any(models, "region", allowed.regions))
    if allowed.levels:
        conditions.append(_any(models, "level", allowed.levels))
    return models.Filter(must=conditions)


def any_of(models: Any, **values: Sequence[str]) -> Any:
    """Every named field has one of its values."""
    return models.Filter(must=[_any(models, key, wanted) for key, wanted in values.items()])


def named_filter(models: Any, laws: Sequence[str], article: str, allowed: Admission) -> Any:
    """An article by its key, of a law by its title key or short title key, that the query admits."""
    titles = [_any(models, key, laws) for key in ("title_key", "short_key")]
    admitted = admission_filter(models, allowed)
    return models.Filter(must=[*admitted.must, _any(models, "article", (article,))], should=titles)


def fuse(lexical: Sequence[Candidate], dense: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Both rankings as one; lexical scores stay as they are where there is nothing to fuse."""
    if not dense:
        return list(lexical[:limit])
    rankings = [[candidate.passage_id for candidate in ranking] for ranking in (lexical, dense)]
    fused = reciprocal_rank_fusion(rankings, [1.0, DENSE_WEIGHT])
    return [Candidate(passage_id, score) for passage_id, score in fused[:limit]]


def _range(models: Any, **bounds: int) -> Any:
    kind = getattr(models, "RangeFloat", None) or models.Range
    return kind(**bounds)


def _any(models: Any, key: str, values: Sequence[str]) -> Any:
    return models.FieldCondition(key=key, match=models.MatchAny(any=list(values)))
