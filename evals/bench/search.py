"""``python -m evals.bench.search``: how long one search takes, beside LlamaIndex and LangChain, and how that grows.

Same run, same corpus, same tokens, one thread, validity and region filter on; the systems take turns, round by round.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.bench.command import run_bench
from evals.bench.corpus import read_articles, read_questions, spread
from evals.bench.measure import Ask, alternate, growth_exponent, median_ratio, percentile, summary, times_ms
from evals.bench.systems import AS_OF, REGION, hotline, langchain, llama_index
from evals.bench.table import Report
from retrieval.contracts import Passage

SIZES = (10_000, 20_000, 50_000, 100_000)
GOALS = {"p50_ms": 8.0, "p99_ms": 20.0, "times_faster": 100.0, "growth_exponent": 0.5}


def measure(shared_data: Path, work: Path, passages: int | None, rounds: int) -> Report:
    """The whole report; ``passages`` None means all. Raises ``DatasetError``."""
    articles = read_articles(shared_data)
    corpus = articles if passages is None else spread(articles, passages)
    questions = read_questions(shared_data)
    random.Random(12345).shuffle(questions)
    growth = _growth(work, corpus, questions)
    ask = hotline(work / "whole", corpus)
    alone = _alone(ask, questions)
    return {
        "passages": len(corpus),
        "filter": {"region": REGION, "as_of": AS_OF.isoformat()},
        "hotline": alone,
        "growth": _fitted([*growth, {"passages": len(corpus), "p50_ms": alone["p50_ms"]}]),
        "compared": _compared(ask, corpus, questions, rounds),
        "goals": GOALS,
    }


def _alone(ask: Ask, questions: Sequence[str]) -> dict[str, float]:
    """Wall-clock times, and the processor time beside them, which tells when the machine was busy with other things."""
    times_ms(ask, questions[:50])
    busy = times_ms(ask, questions, time.process_time)
    wall = summary([times_ms(ask, questions) for _ in range(3)])
    return wall | {"cpu_p50_ms": round(percentile(busy, 0.5), 3), "cpu_p99_ms": round(percentile(busy, 0.99), 3)}


def _growth(work: Path, corpus: Sequence[Passage], questions: Sequence[str]) -> list[dict[str, float]]:
    found: list[dict[str, float]] = []
    for size in (size for size in SIZES if size < len(corpus)):
        ask = hotline(work / str(size), spread(corpus, size))
        found.append({"passages": size, "p50_ms": _alone(ask, questions)["p50_ms"]})
    return found


def _fitted(points: list[dict[str, float]]) -> dict[str, Any]:
    sizes = [int(point["passages"]) for point in points]
    exponent = growth_exponent(sizes, [point["p50_ms"] for point in points]) if len(points) > 1 else None
    return {"points": points, "exponent": exponent}


def _compared(ours: Ask, corpus: Sequence[Passage], questions: Sequence[str], rounds: int) -> dict[str, Any]:
    """Ratios of medians, round by round; each round asks other questions."""
    systems = {"hotline": ours} | llama_index(corpus) | langchain(corpus)
    per_round = max(5, min(20, len(questions) // rounds))
    turns = [questions[number * per_round : (number + 1) * per_round] for number in range(rounds)]
    for ask in systems.values():
        ask(questions[-1])
    measured = alternate(systems, turns)
    return {
        name: summary(times) | {"times_slower": round(median_ratio(times, measured["hotline"]), 1)}
        for name, times in measured.items()
    } | {"rounds": [{name: percentile(times[n], 0.5) for name, times in measured.items()} for n in range(rounds)]}


if __name__ == "__main__":
    raise SystemExit(run_bench(__doc__, measure))
