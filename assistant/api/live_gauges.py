"""Gauges that are read when somebody scrapes, whichever of the two ports is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assistant.ports.orders import OutboxState, StoreUnavailable

ReadOutbox = Callable[[], OutboxState]


class DegradedGauge(Collector):
    """1 while a dependency is failing; one that ever failed stays with 0, so that its recovery is seen."""

    def __init__(self, degraded: Callable[[], Sequence[str]]) -> None:
        self._degraded, self._seen = degraded, set[str]()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("hotline_degraded", "1 while a dependency is failing.", labels=["dependency"])
        now = frozenset(self._degraded())
        self._seen |= now
        for name in sorted(self._seen):
            gauge.add_metric([name], float(name in now))
        yield gauge


class OutboxGauges(Collector):
    """Messages to the units' systems: how many, and for how many seconds the oldest has waited.

    Asks the database, so a scrape must not run on the event loop. One that is away or does not answer within ``within_s`` gives
    no sample, which ``HotlineOrdersAway`` tells; the other metrics go out all the same.
    """

    def __init__(
        self,
        read: ReadOutbox,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        within_s: float = 2.0,
    ) -> None:
        self._read, self._clock, self._within_s = read, clock, within_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox-gauges")

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Registering asks for the names only."""
        yield _messages()
        yield _age()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        asked = self._thread.submit(self._read)
        try:
            state = asked.result(self._within_s)
        except (StoreUnavailable, TimeoutError):
            asked.cancel()  # one that waits behind another look would be asked for nobody
            return
        messages, age = _messages(), _age()
        messages.add_metric(["waiting"], state.waiting)
        messages.add_metric(["given_up"], state.dead)
        age.add_metric([], (self._clock() - state.oldest).total_seconds() if state.oldest else 0.0)
        yield messages
        yield age


def _messages() -> GaugeMetricFamily:
    return GaugeMetricFamily("hotline_outbox_messages", "Messages not delivered yet.", labels=["state"])


def _age() -> GaugeMetricFamily:
    return GaugeMetricFamily("hotline_outbox_oldest_seconds", "Age of the oldest message that waits.")
