"""A cross-encoder behind a ``/v1/rerank`` endpoint (vLLM, Jina and Cohere speak it alike)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import httpx

from retrieval.adapters.model_endpoint import ModelEndpoint
from retrieval.contracts import Passage
from retrieval.ports import EndpointUnavailable

_LONGEST_PASSAGE = 800
"""Characters of a passage that are sent; cross-encoders of the usual size see no more."""


class RerankEndpoint:
    """``base_url`` ends in ``/v1``; ``timeout_s`` bounds one call over all passages."""

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None = None,
        timeout_s: float = 0.5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._endpoint = ModelEndpoint(f"{base_url.rstrip('/')}/rerank", api_key=api_key, transport=transport)
        self._model, self._timeout_s = model, timeout_s

    def rerank(self, query: str, passages: Sequence[Passage], first_stage: Sequence[float]) -> list[float]:
        """One relevance score per passage. Raises ``EndpointUnavailable``."""
        documents = [f"{passage.title} {passage.clause}\n{passage.text}"[:_LONGEST_PASSAGE] for passage in passages]
        body = {"model": self._model, "query": query, "documents": documents, "top_n": len(documents)}
        return _scores(self._endpoint.post(body, self._timeout_s), len(documents))

    def close(self) -> None:
        self._endpoint.close()


def _scores(answer: dict[str, Any], expected: int) -> list[float]:
    try:
        scores = {int(row["index"]): float(row["relevance_score"]) for row in answer["results"]}
    except (KeyError, TypeError, ValueError) as error:
        raise EndpointUnavailable("the rerank endpoint answers in another form") from error
    if set(scores) != set(range(expected)) or not all(map(isfinite, scores.values())):
        raise EndpointUnavailable("the rerank endpoint does not score every passage")
    return [scores[place] for place in range(expected)]
