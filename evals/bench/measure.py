"""Times, percentiles, ratios and growth; nothing here knows what is measured."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

Ask = Callable[[str], object]


def times_ms(ask: Ask, questions: Sequence[str], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Milliseconds of each call by ``clock``, one after the other, with the garbage collector as it is in service."""
    found = []
    for question in questions:
        started = clock()
        ask(question)
        found.append((clock() - started) * 1e3)
    return found


def alternate(systems: Mapping[str, Ask], rounds: Sequence[Sequence[str]]) -> dict[str, list[list[float]]]:
    """Every system answers every round's questions; the order of the systems turns from round to round."""
    measured: dict[str, list[list[float]]] = {name: [] for name in systems}
    names = list(systems)
    for number, questions in enumerate(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            gc.collect()
            measured[name].append(times_ms(systems[name], questions))
    return measured


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def summary(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    """Milliseconds over all rounds together."""
    values = [value for times in rounds for value in times]
    named = {"p50_ms": 0.50, "p90_ms": 0.90, "p99_ms": 0.99}
    return {"n": len(values)} | {name: round(percentile(values, share), 3) for name, share in named.items()}


def median_ratio(slow: Sequence[Sequence[float]], fast: Sequence[Sequence[float]]) -> float:
    """Median over the rounds of how many times longer the median call of ``slow`` takes."""
    pairs = zip(slow, fast, strict=True)
    return statistics.median(percentile(one, 0.5) / percentile(other, 0.5) for one, other in pairs)


def growth_exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """``e`` of the best fit ``cost = c * size ** e``: 0.5 is the square root, 1 is proportional."""
    slope, _ = statistics.linear_regression([math.log(size) for size in sizes], [math.log(cost) for cost in costs])
    return slope
