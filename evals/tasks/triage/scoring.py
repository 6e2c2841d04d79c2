"""What counts as right, label by label. An emergency missed and a false alarm are counted apart from all else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.domain.appeal import Triage, TriageReport
from evals.case_run import Output, Row
from evals.contracts import CaseScore
from evals.tasks.triage.cases import is_emergency

EMERGENCY = "handover_emergency"

ANY_EMERGENCY = "emergency-any"
"""The label of a case that says danger, but not which service must come."""


def output_of(report: TriageReport) -> Output:
    """The report as plain data. The labels are the first demand's; ``diversions`` and ``alarm`` look at all demands."""
    diversions = sorted({item.diversion.rule_id for item in report.triages if item.diversion})
    alarm = any(item.diversion is not None and item.diversion.status == EMERGENCY for item in report.triages)
    first = report.triages[0] if report.triages else None
    return {"alarm": alarm, "diversions": diversions, **(_labels(first) if first else {})}


def _labels(triage: Triage) -> Output:
    ranked = triage.units.suggestions if triage.units else ()
    return {
        "type": triage.type.label,
        "label": triage.category.label,
        "scores": dict([(triage.category.label, triage.category.confidence), *triage.category.alternatives]),
        "urgency": triage.urgency.label,
        "place": triage.place.street_id if triage.place else None,
        "ranked": [{"unit": unit.unit_id, "score": unit.probability} for unit in ranked],
        "one_click": bool(triage.units and triage.units.one_click),
    }


def score(row: Row, output: Output) -> CaseScore:
    """One value per label that the row gives; ``emergency_*`` for every row."""
    danger = "emergency_recall" if is_emergency(row) else "emergency_false_alarms"
    values: dict[str, float] = {danger: float(output["alarm"])}
    if "label" not in output:
        return CaseScore(row["id"], values)
    right = dict(judged(row, output))
    values |= {name: float(hit) for name, hit in right.items()} | dict(_diversion(row, right))
    labels = {"gold": row["type"], "said": output["type"]} if row.get("type") else {}
    return CaseScore(row["id"], values | _one_click(output, right), labels=labels)


def judged(row: Row, output: Output) -> Iterator[tuple[str, bool]]:
    found = output["diversions"]
    if row.get("diversion") == ANY_EMERGENCY:
        yield "diversion", any(rule.startswith("emergency-") for rule in found)
    else:
        yield "diversion", (row["diversion"] in found) if row.get("diversion") else not found
    if row.get("type"):
        yield "type", output["type"] == row["type"]
    if row.get("category"):
        for depth in (1, 2, 3):
            yield f"category_l{depth}", _upto(output["label"], depth) == _upto(row["category"], depth)
    if row.get("urgency"):
        yield "urgency", output["urgency"] == row["urgency"]
    if row.get("place"):
        yield "place", output["place"] == row["place"]
    if row.get("unit") and not row.get("diversion") and row["unit"] != "@street":
        ranked = [item["unit"] for item in output["ranked"]]
        yield "unit_top1", ranked[:1] == [row["unit"]]
        yield "unit_top3", row["unit"] in ranked


def _upto(name: str, depth: int) -> list[str]:
    return name.split("/")[:depth]


def _diversion(row: Row, right: Mapping[str, bool]) -> Iterator[tuple[str, float]]:
    if row.get("diversion") and not is_emergency(row):
        yield f"recall_{row['diversion']}", float(right["diversion"])


def _one_click(output: Output, right: Mapping[str, bool]) -> dict[str, float]:
    if "unit_top1" not in right:
        return {}
    if not output["one_click"]:
        return {"one_click_coverage": 0.0}
    return {"one_click_coverage": 1.0, "one_click_precision": float(right["unit_top1"])}
