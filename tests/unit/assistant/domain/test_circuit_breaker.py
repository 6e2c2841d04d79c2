from __future__ import annotations

from assistant.domain.circuit_breaker import CircuitBreaker


def test_opens_rests_probes_and_closes() -> None:
    now = [0.0]
    breaker = CircuitBreaker(failures=2, rest_s=10, clock=lambda: now[0])
    breaker.failed()
    assert breaker.admits()
    breaker.failed()
    assert breaker.is_open
    assert not breaker.admits()
    now[0] = 10.0
    assert breaker.admits(), "one probe after the rest"
    assert not breaker.admits(), "only one"
    breaker.failed()
    now[0] = 19.0
    assert not breaker.admits()
    now[0] = 20.0
    assert breaker.admits()
    breaker.succeeded()
    assert breaker.admits()
    assert not breaker.is_open


def test_a_success_forgets_earlier_failures() -> None:
    breaker = CircuitBreaker(failures=2)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.admits()
