from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest

from assistant.api.live_gauges import DegradedGauge, OutboxGauges
from assistant.ports.orders import OutboxState, StoreUnavailable

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def scraped(collector: DegradedGauge | OutboxGauges) -> str:
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry).decode()


def gauges(state: OutboxState) -> OutboxGauges:
    return OutboxGauges(lambda: state, clock=lambda: NOW)


def test_a_dependency_that_recovered_stays_with_zero() -> None:
    failing = ["redis"]
    gauge = DegradedGauge(lambda: tuple(failing))
    assert 'hotline_degraded{dependency="redis"} 1.0' in scraped(gauge)
    failing.clear()
    assert 'hotline_degraded{dependency="redis"} 0.0' in scraped(gauge)


def test_the_outbox_tells_how_many_wait_and_for_how_long() -> None:
    text = scraped(gauges(OutboxState(3, 2, NOW - timedelta(minutes=5))))
    assert 'hotline_outbox_messages{state="waiting"} 3.0' in text
    assert 'hotline_outbox_messages{state="given_up"} 2.0' in text
    assert "hotline_outbox_oldest_seconds 300.0" in text


def test_an_empty_outbox_has_no_age() -> None:
    assert "hotline_outbox_oldest_seconds 0.0" in scraped(gauges(OutboxState(0, 0, None)))


def test_a_database_that_is_away_gives_no_sample_and_no_error() -> None:
    def away() -> OutboxState:
        raise StoreUnavailable("start the database")

    assert "hotline_outbox" not in scraped(OutboxGauges(away)).replace("# ", "")


def test_a_database_that_hangs_does_not_hold_the_scrape() -> None:
    """The scraper would give up after ten seconds and tell that the whole service is down."""
    answered = threading.Event()

    def hanging() -> OutboxState:
        answered.wait()
        return OutboxState(0, 0, None)

    gauges = OutboxGauges(hanging, within_s=0.05)
    for _ in range(2):
        assert "hotline_outbox" not in scraped(gauges).replace("# ", "")
    answered.set()
