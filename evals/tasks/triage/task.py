"""Runs the flow over every appeal as the service would: masked, split, without history and without a model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.adapters.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Intake
from assistant.triage_flow import TriageFlow
from evals.contracts import RunOptions, TaskResult
from evals.tasks.triage.cases import Case, read_cases
from evals.tasks.triage.scoring import Judged, judge, metrics

RECEIVED_AT = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


class TriageTask:
    """Option with ``--set``: split."""

    name = "triage"

    def run(self, options: RunOptions) -> TaskResult:
        flow = open_triage_flow(city_pack_folder(None) / "catalogue", secret=b"demo")
        cases = list(read_cases(options.dataset, options.limit, options.extra.get("split")))
        judged = asyncio.run(_triage_all(flow, cases))
        times = sorted(item.seconds * 1000 for item in judged) or [0.0]
        return TaskResult(
            n=len(judged),
            metrics=metrics(judged),
            latency={"p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)], "max": times[-1]},
            config={"model": "none", "history": "none", **options.extra},
            predictions=[_prediction(item) for item in judged],
            failures=[row for item in judged if (row := _failure(item))],
        )


async def _triage_all(flow: TriageFlow, cases: Sequence[Case]) -> list[Judged]:
    judged = []
    for case in cases:
        started = time.perf_counter()
        report = await flow.triage_appeal(Intake(case.text, RECEIVED_AT))
        judged.append(judge(case, report, time.perf_counter() - started))
    return judged


def _prediction(item: Judged) -> Mapping[str, Any]:
    triage = item.triage
    if triage is None:
        return {"id": item.case.id}
    ranked = triage.units.suggestions if triage.units else ()
    return {
        "id": item.case.id,
        "type": triage.type.label,
        "label": triage.category.label,
        "scores": dict([(triage.category.label, triage.category.confidence), *triage.category.alternatives]),
        "urgency": triage.urgency.label,
        "place": triage.place.street_id if triage.place else None,
        "diversion": triage.diversion.rule_id if triage.diversion else None,
        "ranked": [{"unit": unit.unit_id, "score": unit.probability} for unit in ranked],
    }


def _failure(item: Judged) -> Mapping[str, Any] | None:
    wrong = [label for label, right in item.right.items() if not right]
    if item.alarm != item.case.is_emergency:
        wrong.append("emergency")
    return {"text": item.case.text, "wrong": wrong, **_prediction(item)} if wrong else None
