"""Dense vectors from any OpenAI-compatible ``/v1/embeddings`` endpoint, vLLM first of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from retrieval.adapters.model_endpoint import ModelEndpoint
from retrieval.ports import EndpointUnavailable

_BATCH = 64


class OpenAIEmbedder:
    """``base_url`` ends in ``/v1``. A question gets ``timeout_s``, a batch of 64 passages ``batch_timeout_s``."""

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None = None,
        timeout_s: float = 0.5,
        batch_timeout_s: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._endpoint = ModelEndpoint(f"{base_url.rstrip('/')}/embeddings", api_key=api_key, transport=transport)
        self._model = model
        self._timeout_s, self._batch_timeout_s = timeout_s, batch_timeout_s
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """Asked of the endpoint once. Raises ``EndpointUnavailable``."""
        if not self._dimension:
            self._ask(["维度"], self._batch_timeout_s)
        return self._dimension

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Raises ``EndpointUnavailable`` when the endpoint fails or answers something else than finite vectors."""
        timeout_s = self._timeout_s if len(texts) == 1 else self._batch_timeout_s
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        return [row for batch in batches for row in self._ask(batch, timeout_s)]

    def close(self) -> None:
        self._endpoint.close()

    def _ask(self, texts: Sequence[str], timeout_s: float) -> list[list[float]]:
        body = {"model": self._model, "input": list(texts), "encoding_format": "float"}
        vectors = _vectors(self._endpoint.post(body, timeout_s), len(texts))
        if self._dimension not in (0, vectors.shape[1]):
            raise EndpointUnavailable("the embedding model changed its dimension; build the index again")
        self._dimension = vectors.shape[1]
        unit: list[list[float]] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).tolist()
        return unit


def _vectors(answer: dict[str, Any], expected: int) -> NDArray[np.float64]:
    try:
        rows = sorted(answer["data"], key=lambda row: row["index"])
        vectors = np.array([row["embedding"] for row in rows], np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise EndpointUnavailable("the embedding endpoint answers in another form") from error
    lengths = np.linalg.norm(vectors, axis=1) if vectors.ndim == 2 else np.zeros(0)
    if len(lengths) != expected or not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
        raise EndpointUnavailable("the embedding endpoint answers vectors that cannot be used")
    return vectors
