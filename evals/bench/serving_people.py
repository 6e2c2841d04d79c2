"""People before an overloaded model: the whole service, asked over HTTP, with its own time limits."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from evals.bench.measure import percentile
from evals.bench.table import Report

HOTLINE = (sys.executable, "-m", "assistant.cli")
PROMISED_S = 5.0


@dataclass(frozen=True, slots=True)
class Answered:
    first_s: float | None
    total_s: float
    ending: str
    degraded: str


def own_environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    return {**plain, "HOTLINE_DATA_DIR": str(folder), **settings}


def fill_index(folder: Path) -> None:
    given, quiet = own_environment(folder, {}), subprocess.DEVNULL
    subprocess.run([*HOTLINE, "corpus", "sync"], env=given, check=True, stdout=quiet, stderr=quiet)  # noqa: S603 - this very program


@contextmanager
def service(folder: Path, port: int, settings: Mapping[str, str]) -> Iterator[None]:
    """``hotline serve`` over the index in ``folder``, without a limit of requests: one machine asks for all."""
    given = own_environment(folder, {"HOTLINE_API__REQUESTS_PER_MINUTE": "1000000", **settings})
    server = subprocess.Popen([*HOTLINE, "serve", "--port", str(port)], env=given, stderr=subprocess.DEVNULL)  # noqa: S603 - this very program
    try:
        until_ready(server, port)
        yield
    finally:
        server.terminate()
        server.wait(timeout=60)


def until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    """However long it takes on a slow machine, as long as the program lives."""
    while server.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the service ended with status {server.returncode} before it answered")


async def ask(client: httpx.AsyncClient, question: str) -> Answered:
    """Until the first words and until the end, as a person's page sees them."""
    began, first, ending, degraded = time.perf_counter(), None, "no ending", ""
    headers = {"accept": "text/event-stream"}
    async with client.stream("POST", "/v1/inquiries", json={"question": question}, headers=headers) as reply:
        async for line in reply.aiter_lines():
            if not line.startswith("data: {"):
                continue
            part = json.loads(line[6:])
            if part["type"] == "text-delta":
                first = first or time.perf_counter() - began
            elif part["type"] == "data-answer":
                answer = part["data"]
                ending, degraded = f"{answer['status']}/{answer['composer']}", ",".join(answer["degraded"])
            elif part["type"] == "error":
                ending = f"error: {part['errorText'][:24]}"
    return Answered(first, time.perf_counter() - began, ending, degraded)


async def crowd(port: int, asked: Sequence[str], concurrency: int) -> Report:
    """``concurrency`` people at once, each asking anew as soon as answered."""
    waiting, done = iter(asked), list[Answered]()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, limits=limits) as client:

        async def person() -> None:
            for question in waiting:
                done.append(await ask(client, question))

        began = time.perf_counter()
        await asyncio.gather(*(person() for _ in range(concurrency)))
        seconds = time.perf_counter() - began
    return {
        "people": concurrency,
        "questions": len(done),
        **_times("first", [one.first_s for one in done if one.first_s is not None]),
        **_times("whole", [one.total_s for one in done]),
        "first_later_than_5s": sum((one.first_s or one.total_s) > PROMISED_S for one in done),
        "questions_per_s": round(len(done) / seconds, 2),
        "endings": dict(Counter(one.ending for one in done)),
        "degraded": dict(Counter(one.degraded for one in done if one.degraded)),
    }


def _times(name: str, seconds: Sequence[float]) -> Report:
    found = seconds or [float("nan")]
    return {f"{name}_p50_s": round(percentile(found, 0.5), 3), f"{name}_p95_s": round(percentile(found, 0.95), 3)}
