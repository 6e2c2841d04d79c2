"""The port to the three rates. All calls block: async callers use a thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from assistant.domain.three_rates import Exclusions, Grouping, Measure, RateCounts, RateFilter, Weights


@dataclass(frozen=True, slots=True)
class RateRules:
    """What the operator settles, because no law does. ``None``: no composite."""

    exclusions: Exclusions = field(default_factory=Exclusions)
    weights: Weights | None = None


class RateBook(Protocol):
    """Every method raises ``StoreUnavailable``."""

    @property
    def rules(self) -> RateRules: ...

    def groups(self, wanted: RateFilter, by: Grouping, *, depth: int = 1) -> dict[str, RateCounts]:
        """As ``three_rates.rate_groups`` over the stored orders."""
        ...

    def orders(self, wanted: RateFilter, measure: Measure, *, after: str = "", limit: int = 100) -> list[str]:
        """Ids of the orders behind a number, in ascending order from the one after ``after``."""
        ...

    def samples(self, wanted: RateFilter) -> int:
        """How many of the orders are invented (演示数据)."""
        ...
