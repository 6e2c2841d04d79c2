"""Load on a model server through the service's own client: first token, rate, abort, what a schema costs."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from typing import Any

import httpx

from assistant.adapters.openai_chat import OpenAIChat
from assistant.ports.answering import ChatModelError, ChatRequest
from evals.bench.measure import percentile
from evals.bench.table import Report

PATIENT_S = 600.0
PRODUCT_FIRST_TOKEN_S = 4.0
ABORT_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Called:
    """One call; ``first_s`` is ``None`` where nothing came. ``pieces`` counts chunks with text: tokens, or a little fewer."""

    first_s: float | None
    total_s: float
    pieces: int
    ending: str


def patient(request: ChatRequest, tokens: int) -> ChatRequest:
    """The same call with an answer of ``tokens`` and no hurry: what the server takes is measured, not when we leave."""
    return replace(request, max_tokens=tokens, timeout_s=PATIENT_S, first_token_timeout_s=PATIENT_S)


async def call(chat: OpenAIChat, request: ChatRequest) -> Called:
    """A random model does not stop by itself: ``length`` is its ordinary ending."""
    began, first, pieces, ending = time.perf_counter(), None, 0, "stop"
    try:
        async for _ in chat.stream(request):
            first = first or time.perf_counter() - began
            pieces += 1
    except ChatModelError as error:
        ending = "length" if "max_tokens" in str(error) else error.reason
    return Called(first, time.perf_counter() - began, pieces, ending)


async def closed_loop(chat: OpenAIChat, requests: Sequence[ChatRequest], concurrency: int) -> list[Called]:
    """``concurrency`` callers, each with the next request as soon as it has its answer."""
    waiting, done = iter(requests), list[Called]()

    async def caller() -> None:
        for request in waiting:
            done.append(await call(chat, request))

    await asyncio.gather(*(caller() for _ in range(concurrency)))
    return done


async def level(chat: OpenAIChat, root: str, requests: Sequence[ChatRequest], concurrency: int) -> Report:
    """One line of the table: the server's own counters give the tokens."""
    before, began = await counters(root), time.perf_counter()
    calls = await closed_loop(chat, requests, concurrency)
    seconds, after = time.perf_counter() - began, await counters(root)
    spent = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in after}
    return {
        "concurrent": concurrency,
        "requests": len(calls),
        **_first(calls),
        "stream_tokens_per_s": _rate_of_streams(calls),
        "total_tokens_per_s": round(spent.get("generation_tokens_total", 0.0) / seconds, 1),
        "prompt_tokens": round(spent.get("prompt_tokens_total", 0.0) / max(1, len(calls))),
        "requests_per_s": round(len(calls) / seconds, 2),
        "prefix_hits": _share(spent.get("prefix_cache_hits_total", 0.0), spent.get("prefix_cache_queries_total", 0.0)),
        "endings": dict(Counter(one.ending for one in calls)),
    }


def _first(calls: Sequence[Called]) -> Report:
    firsts = [one.first_s for one in calls if one.first_s is not None] or [float("nan")]
    late = sum(one.first_s is None or one.first_s > PRODUCT_FIRST_TOKEN_S for one in calls)
    return {
        "first_p50_s": round(percentile(firsts, 0.5), 3),
        "first_p95_s": round(percentile(firsts, 0.95), 3),
        "later_than_4s": _share(late, len(calls)),
    }


def _rate_of_streams(calls: Sequence[Called]) -> float:
    rates = [(one.pieces - 1) / (one.total_s - one.first_s) for one in calls if one.first_s and one.pieces > 1]
    return round(percentile(rates, 0.5), 1) if rates else 0.0


def _share(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0


async def counters(root: str) -> dict[str, float]:
    """vLLM's counters and gauges by name, summed over labels; empty where the server shows none."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        text = (await client.get(f"{root}/metrics")).text
    found: dict[str, float] = {}
    for name, value in re.findall(r"^vllm:(\w+)(?:\{[^\n]*\})? (\S+)$", text, re.MULTILINE):
        found[name] = found.get(name, 0.0) + float(value)
    return found


async def abort(chat: OpenAIChat, root: str, requests: Sequence[ChatRequest]) -> Report:
    """Leaves all calls once each has its first piece: seconds until the server runs none."""
    async with AsyncExitStack() as left:
        streams = [await left.enter_async_context(aclosing(chat.stream(one))) for one in requests]
        await asyncio.gather(*(anext(stream) for stream in streams))
        before = (await counters(root)).get("num_requests_running", 0.0)
    began = time.perf_counter()
    while time.perf_counter() - began < ABORT_WITHIN_S:
        if not (await counters(root)).get("num_requests_running", 0.0):
            break
        await asyncio.sleep(0.02)
    return {"left": len(requests), "running_before": before, "free_after_s": round(time.perf_counter() - began, 3)}


async def structured(chat: OpenAIChat, requests: Sequence[ChatRequest], concurrency: int) -> Report:
    """The same calls with and without their schema; seconds for each chunk after the first."""
    found: dict[str, Any] = {}
    for name, form in (("schema", requests), ("free", [replace(one, schema=None) for one in requests])):
        await closed_loop(chat, form[:2], 1)  # the first use of a schema compiles it
        calls = await closed_loop(chat, form, concurrency)
        paces = [(one.total_s - one.first_s) / (one.pieces - 1) for one in calls if one.first_s and one.pieces > 1]
        pace = round(percentile(paces, 0.5) * 1000, 2) if paces else None
        found[name] = {**_first(calls), "chunk_ms_p50": pace, "endings": dict(Counter(one.ending for one in calls))}
    return found
