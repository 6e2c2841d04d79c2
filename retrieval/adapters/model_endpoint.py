"""One POST to a model endpoint that may be silent or garbled: it answers within its budget or counts as failed."""

from __future__ import annotations

from typing import Any

import httpx

from retrieval.adapters.breaker import Breaker
from retrieval.ports import EndpointUnavailable

_RETRY_AFTER_S = 5.0


class ModelEndpoint:
    """JSON over HTTP without redirects, proxies or retries. After a failure it is not asked for five seconds."""

    def __init__(self, url: str, *, api_key: str | None, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._url = url
        self._http = httpx.Client(headers=headers, trust_env=False, transport=transport)
        self._breaker = Breaker(_RETRY_AFTER_S)

    def post(self, body: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The answer's JSON object. Raises ``EndpointUnavailable``; its message never holds what was sent."""
        if self._breaker.is_open:
            raise EndpointUnavailable(f"{self._url} failed a moment ago")
        try:
            answer = self._http.post(self._url, json=body, timeout=timeout_s).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            self._breaker.failed()
            raise EndpointUnavailable(f"{self._url}: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise EndpointUnavailable(f"{self._url} answers no JSON object")
        return answer

    def close(self) -> None:
        self._http.close()
