"""Three rates as they may be published (ordinance Article 34): few follow-ups could be told apart, so they are hidden.

Hidden numbers cannot be found by subtraction within one summary; two summaries whose periods overlap can still be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.domain.small_cells import SMALL, hidden_cells
from assistant.domain.three_rates import RateCounts, ThreeRates, total


@dataclass(frozen=True, slots=True)
class PublicRates:
    """``valid`` follow-ups and their rates; both ``None``: hidden."""

    valid: int | None
    rates: ThreeRates | None


def hidden_groups(groups: Mapping[str, RateCounts], small: int = SMALL) -> frozenset[str]:
    """Groups with few valid follow-ups, and what else must be hidden with them."""
    return hidden_cells({name: counts.valid for name, counts in groups.items()}, small)


def publish(groups: Mapping[str, RateCounts], small: int = SMALL) -> tuple[PublicRates, dict[str, PublicRates]]:
    """The total and the groups, for everyone to see."""
    hidden = hidden_groups(groups, small)
    shown = {name: PublicRates(None, None) if name in hidden else _shown(counts) for name, counts in groups.items()}
    whole = total(groups)
    return (PublicRates(None, None) if 0 < whole.valid < small else _shown(whole)), shown


def _shown(counts: RateCounts) -> PublicRates:
    return PublicRates(counts.valid, counts.rates)
