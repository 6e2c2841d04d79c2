"""One judge behind an OpenAI-compatible endpoint: structured replies, many at a time, each asked for once only."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from evals.contracts import DatasetError
from evals.store import OutputStore, Stored, key_of

CONCURRENCY = 128
CONNECT_S = 5.0
MAX_TOKENS = 2048
REPEATED = {408, 429, 500, 502, 503, 504}
Metric = Callable[[Mapping[str, Any]], Awaitable[float]]
"""A row of ``predictions.jsonl`` of the task ``answer`` → a figure in [0, 1]."""


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """``key_env`` names the environment variable with the key; times are seconds."""

    base_url: str
    model: str
    key_env: str | None = None
    concurrency: int = CONCURRENCY
    timeout_s: float = 60.0
    tries: int = 3
    pause_s: float = 0.5

    def headers(self) -> Mapping[str, str]:
        """Raises ``DatasetError``: the variable is not set."""
        if not self.key_env:
            return {}
        if not (key := os.environ.get(self.key_env)):
            raise DatasetError(f"the environment variable {self.key_env} is not set; it should hold the judge's key")
        return {"Authorization": f"Bearer {key}"}


class JudgeSilentError(Exception):
    """The judge gave no usable reply to one question; the case has no judged value then."""


class Judge:
    """Asks for JSON that fits a schema. Replies are kept in ``store`` by model, prompt and schema."""

    def __init__(self, session: aiohttp.ClientSession, options: JudgeOptions, store: OutputStore) -> None:
        self._session, self._options, self._store = session, options, store
        self._address = options.base_url.rstrip("/") + "/chat/completions"
        self._gate = asyncio.Semaphore(options.concurrency)
        self.asked = 0
        self.reused = 0

    async def reply(self, prompt: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Raises ``JudgeSilentError`` after the last try."""
        key = key_of("judge", self._options.model, prompt, schema)
        if kept := self._store.find(key):
            self.reused += 1
            return kept.output
        async with self._gate:
            answer = await self._ask(prompt, schema)
        self._store.keep(key, Stored(answer, 0.0))
        return answer

    async def _ask(self, prompt: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        reason = ""
        for attempt in range(self._options.tries):
            if attempt:
                await asyncio.sleep(self._options.pause_s * 2 ** (attempt - 1))
            self.asked += 1
            try:
                async with self._session.post(self._address, json=self._body(prompt, schema)) as response:
                    if response.status not in REPEATED:
                        return _content(response.status, await response.read())
                    reason = f"HTTP {response.status}"
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                reason = type(error).__name__
        raise JudgeSilentError(reason)

    def _body(self, prompt: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        form = {"name": "verdict", "schema": schema, "strict": True}
        return {
            "model": self._options.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": form},
        }


def _content(status: int, body: bytes) -> Mapping[str, Any]:
    """Raises ``JudgeSilentError`` for a refusal that no second try mends, ``ValueError`` for a reply that is no JSON object."""
    if status != 200:
        raise JudgeSilentError(f"HTTP {status}")
    try:
        found = json.loads(json.loads(body)["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("no content") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


@asynccontextmanager
async def open_judge(options: JudgeOptions, store: OutputStore) -> AsyncIterator[Judge]:
    """Raises ``DatasetError``: no key."""
    connector = aiohttp.TCPConnector(limit=options.concurrency)
    timeout = aiohttp.ClientTimeout(total=options.timeout_s, connect=None, sock_connect=CONNECT_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers=options.headers()) as session:
        yield Judge(session, options, store)
