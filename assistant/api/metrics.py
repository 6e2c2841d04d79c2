"""Prometheus metrics: base units, closed label sets, own registry. Nothing a citizen wrote becomes a label."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from assistant.api.live_gauges import DegradedGauge, OutboxGauges, ReadOutbox
from assistant.contracts import TurnOutcome

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """RED per route template, time to the first text, endings of answers, and what is degraded."""

    def __init__(self, degraded: Callable[[], Sequence[str]] = tuple, outbox: ReadOutbox | None = None) -> None:
        self.registry = CollectorRegistry()
        self._degraded = degraded
        self.registry.register(DegradedGauge(degraded))
        if outbox is not None:
            self.registry.register(OutboxGauges(outbox))
        self._declare_http()
        self._declare_answers()

    def _declare_http(self) -> None:
        registry = self.registry
        labels = ("method", "route")
        self.requests = Counter(
            "hotline_http_requests", "Finished HTTP requests.", (*labels, "status"), registry=registry
        )
        self.duration = Histogram(
            "hotline_http_request_duration_seconds",
            "Until the response ended.",
            labels,
            buckets=SECONDS,
            registry=registry,
        )
        self.in_flight = Gauge("hotline_http_requests_in_flight", "HTTP requests being answered.", registry=registry)
        self.rate_limited = Counter("hotline_rate_limited", "Requests refused with 429.", registry=registry)
        self.shed = Counter("hotline_shed", "Requests refused with 503 because of load.", registry=registry)

    def _declare_answers(self) -> None:
        registry = self.registry
        self.first_text = Histogram(
            "gen_ai_server_time_to_first_token_seconds", "Question to first text.", buckets=SECONDS, registry=registry
        )
        self.answer_duration = Histogram(
            "gen_ai_workflow_duration_seconds", "Question to ending.", ("composer",), buckets=SECONDS, registry=registry
        )
        self.stage_duration = Histogram(
            "hotline_stage_duration_seconds", "One stage of the flow.", ("stage",), buckets=SECONDS, registry=registry
        )
        self.answers = Counter("hotline_answers", "Endings by status.", ("status", "composer"), registry=registry)
        self.guardrails = Counter("hotline_guardrail_hits", "Turns stopped by a guard.", ("type",), registry=registry)
        self.retrieval_empty = Counter("hotline_retrieval_empty", "Turns without usable evidence.", registry=registry)
        self.cancelled = Counter("hotline_answers_cancelled", "Turns whose reader left.", registry=registry)
        self.removed = Counter("hotline_unsupported_sentences", "Sentences that the check removed.", registry=registry)
        self.audit_failures = Counter(
            "hotline_audit_failures", "Audit records that were not written.", registry=registry
        )
        self.degraded_answers = Counter(
            "hotline_degraded_answers", "Answers given while something failed.", ("dependency",), registry=registry
        )

    def observe_outcome(self, outcome: TurnOutcome, seconds: float) -> None:
        composer = outcome.composer.value if outcome.composer else "none"
        self.answers.labels(outcome.status, composer).inc()
        self.answer_duration.labels(composer).observe(seconds)
        self.removed.inc(len(outcome.removed))
        if outcome.status.startswith("guardrails_"):
            self.guardrails.labels(outcome.status.removeprefix("guardrails_")).inc()
        if outcome.status == "unanswerable_no_evidence":
            self.retrieval_empty.inc()
        for name in {*outcome.degraded, *self._degraded()}:
            self.degraded_answers.labels(name).inc()
        for stage in outcome.trace:
            self.stage_duration.labels(stage.stage).observe(stage.seconds)
