"""How long a triage takes with a long history: ``python -m evals.bench.triage``.

The history is invented (演示数据): matters of the sample file at places of all 街乡, in the index that the service uses.
Appeals are the project's own set, one at a time for the latency, many at once for the rate.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from assistant.adapters.order_history import IndexedHistory
from assistant.adapters.sample_files import load_world
from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Appeal, Intake, Place
from assistant.domain.past_order import PastOrder
from assistant.domain.work_order import OrderState
from assistant.flows.triage_appeal import Learned, TriageFlow
from assistant.similarity.order_index import OrderIndex
from assistant.similarity.search import find_similar
from assistant.similarity.telling import asked_of
from evals.files import read_rows
from retrieval.static_embedding import default_embedding

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
APPEALS = Path(__file__).resolve().parent.parent / "datasets" / "appeals.jsonl"
TAILS = (
    "",
    "，希望尽快处理",
    "，打了几次电话都没人管",
    "，已经一个星期了",
    "，老人孩子都受影响",
    "，请给个说法",
    "，物业推给街道",
)


def made_orders(count: int, seed: int = 12345) -> Iterator[PastOrder]:
    """``count`` orders over fifteen months; one in twelve still open."""
    chance, world = random.Random(seed), load_world(city_pack_folder(None))
    for number in range(count):
        matter, (street, name) = chance.choice(world.matters), chance.choice(world.streets)
        place = f"{name.removesuffix('办事处')}{chance.choice(world.estates)}{chance.randint(1, 60)}号院"
        closed = chance.random() > 1 / 12
        yield PastOrder(
            id=f"demo-{number:07d}",
            number=f"演示-{number:07d}",
            version=3,
            state=OrderState.CLOSED if closed else OrderState.HANDLING,
            category=matter.category,
            received_at=NOW - timedelta(minutes=chance.randrange(60 * 24 * 456)),
            title=f"（演示）{matter.category}",
            text=chance.choice(matter.texts).format(place=place) + chance.choice(TAILS),
            street=street,
            place=place,
            appellant_key=f"caller-{chance.randrange(count)}",
            lead=world.leads[matter.category][0],
            solved=closed and chance.random() < 0.9,
            outcome=chance.choice(matter.answers),
        )


async def one_by_one(flow: TriageFlow, intakes: Sequence[Intake]) -> list[float]:
    seconds = []
    for intake in intakes:
        began = time.perf_counter()
        report = await flow.triage_appeal(intake)
        seconds.append(time.perf_counter() - began)
        assert not report.error
    return seconds


async def at_once(flow: TriageFlow, intakes: Sequence[Intake]) -> tuple[float, float]:
    """Triages a second of one process: by the clock, and of processor time, which others on the machine do not slow."""
    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(flow.triage_appeal(intake) for intake in intakes))
    return len(intakes) / (time.perf_counter() - began), len(intakes) / (time.process_time() - used)


async def search_alone(flow: TriageFlow, index: OrderIndex, intakes: Sequence[Intake]) -> list[float]:
    """The look into the index alone, with the category and the place that the flow found."""
    seconds = []
    for intake in intakes:
        (triage, *_) = (await flow.triage_appeal(intake)).triages
        appeal: Appeal = (await flow.intake.run({Intake: intake})).values[Appeal]
        began = time.perf_counter()
        find_similar(index, asked_of(appeal, triage.category, triage.place or Place("")), 10)
        seconds.append(time.perf_counter() - began)
    return seconds


def told(name: str, seconds: Sequence[float]) -> str:
    p50, p99 = np.percentile(np.array(seconds) * 1000, [50, 99])
    return f"{name:<28}p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   max {max(seconds) * 1000:6.1f} ms   n {len(seconds)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    began = time.perf_counter()
    index = OrderIndex.empty(default_embedding().dimension)
    index.add(made_orders(given.orders))
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {len(index)} orders indexed in {time.perf_counter() - began:.1f} s"
    )
    flow = open_triage_flow(city_pack_folder(None) / "catalogue", Learned(IndexedHistory(index)), secret=b"demo")
    texts = [str(row["text"]) for row in read_rows(APPEALS)]
    intakes = [Intake(text, NOW, phone=f"100{at:08d}") for at, text in enumerate(texts)]
    asyncio.run(one_by_one(flow, intakes[:20]))
    for _ in range(given.rounds):
        print(told("triage", asyncio.run(one_by_one(flow, intakes))), flush=True)
        wall, processor = asyncio.run(at_once(flow, intakes))
        print(f"{'triages a second, batch':<28}{wall:.0f}, of processor time {processor:.0f}", flush=True)
    print(told("similar orders alone", asyncio.run(search_alone(flow, index, intakes))), flush=True)


if __name__ == "__main__":
    main()
