"""A model server under the service's own load: ``python -m evals.bench.serving --base-url http://127.0.0.1:8931/v1 --model NAME``.

Prompts are what ``compose_answer`` and ``extract_appeal`` send for the project's own questions over the city pack. They go
through the service's client. ``--people`` then puts the whole service before the same server. A model with random weights
measures speed, never words: it says nothing that a clause supports, so every answer of ``--people`` falls back, the worst case.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from assistant.adapters.openai_chat import OpenAIChat
from assistant.ports.answering import ChatRequest
from evals.bench.live import free_port
from evals.bench.serving_load import PATIENT_S, abort, level, patient, structured
from evals.bench.serving_people import crowd, fill_index, service
from evals.bench.serving_prompts import answer_requests, field_requests, questions, shape
from evals.bench.table import Report, as_table

LEAST_REQUESTS = 16


def requests_at(concurrency: int) -> int:
    """Three rounds of everybody, and enough for a percentile where few ask."""
    return max(LEAST_REQUESTS, 3 * concurrency)


def slices(pool: Sequence[ChatRequest], levels: Sequence[int]) -> list[list[ChatRequest]]:
    """Other prompts for each level: one asked again would be answered out of the prefix cache."""
    endless = cycle(pool)
    return [list(islice(endless, requests_at(count))) for count in levels]


async def measure(given: argparse.Namespace, pool: Sequence[ChatRequest], fields: Sequence[ChatRequest]) -> Report:
    root = given.base_url.rstrip("/").removesuffix("/v1")
    key = os.environ.get("CHAT_API_KEY")
    chat = OpenAIChat(given.base_url, given.model, key, connect_timeout_s=10, gap_timeout_s=PATIENT_S)
    calm = [patient(request, given.answer_tokens) for request in pool]
    try:
        await level(chat, root, calm[-2:], 1)  # what is compiled or allocated at the first call
        rows = [
            so_far(await level(chat, root, chosen, count))
            for count, chosen in zip(given.concurrency, slices(calm[:-2], given.concurrency), strict=True)
        ]
        bound = [patient(request, request.max_tokens) for request in fields]
        long = [patient(request, 10 * given.answer_tokens) for request in pool[:8]]
        return {
            "levels": rows,
            "structured": await structured(chat, bound, min(8, max(given.concurrency))),
            "abort": await abort(chat, root, long),
        }
    finally:
        await chat.close()


async def before_people(given: argparse.Namespace, port: int, asked: Sequence[str]) -> list[Report]:
    endless = cycle(asked)
    return [so_far(await crowd(port, list(islice(endless, requests_at(count))), count)) for count in given.people]


def so_far(row: Report) -> Report:
    """A run is long: what is known already goes to stderr."""
    print(json.dumps(row, ensure_ascii=False), file=sys.stderr, flush=True)
    return row


def run(given: argparse.Namespace) -> Report:
    with tempfile.TemporaryDirectory() as scratch:
        folder, asked = Path(scratch) / "var", questions()
        fill_index(folder)
        pool = answer_requests(folder, asked)
        report: Report = {"prompts": shape(pool), "answer_tokens": given.answer_tokens}
        if given.base_url:
            report |= asyncio.run(measure(given, pool, field_requests(16)))
        if given.people:
            settings = {"HOTLINE_CHAT__BASE_URL": given.base_url, "HOTLINE_CHAT__MODEL": given.model}
            key = os.environ.get("CHAT_API_KEY")
            settings |= {"HOTLINE_CHAT__API_KEY": key} if key else {}
            port = free_port()
            with service(folder, port, settings):
                report["people"] = asyncio.run(before_people(given, port, asked))
    report["machine"] = {"cpus": os.cpu_count(), "load_1min": round(os.getloadavg()[0], 2)}
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--base-url", help="OpenAI-compatible address, with /v1; without it only the prompts are described"
    )
    parser.add_argument("--model", help="its name there; the key comes from CHAT_API_KEY")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 8, 32, 64], metavar="N")
    parser.add_argument(
        "--people", type=int, nargs="*", default=[], metavar="N", help="people before the whole service"
    )
    parser.add_argument("--answer-tokens", type=int, default=250, help="length of an answer (default: 250)")
    parser.add_argument("--json", action="store_true", help="print JSON (else a table)")
    given = parser.parse_args()
    if bool(given.base_url) != bool(given.model) or (given.people and not given.base_url):
        parser.error("--base-url and --model belong together, and --people needs them")
    found = run(given)
    print(json.dumps(found, ensure_ascii=False) if given.json else as_table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
