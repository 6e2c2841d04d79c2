"""Percentiles of durations."""

from __future__ import annotations

from collections.abc import Sequence


def percentiles_ms(seconds: Sequence[float]) -> dict[str, float]:
    """``p50``, ``p90``, ``p99`` and ``max`` in milliseconds (nearest rank); empty for no durations."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    ranks = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {name: 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in ranks.items()}
