"""What counts as right, label by label. An emergency missed and a false alarm are counted apart from all else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.appeal import Triage, TriageReport
from evals.tasks.triage.cases import Case

EMERGENCY = "handover_emergency"
ONE_CLICK = "one_click"


@dataclass(frozen=True, slots=True)
class Judged:
    """``right`` holds the labels that were judged; ``triage`` is the first demand's."""

    case: Case
    triage: Triage | None
    right: Mapping[str, bool]
    seconds: float
    alarm: bool


def judge(case: Case, report: TriageReport, seconds: float) -> Judged:
    triage = report.triages[0] if report.triages else None
    alarm = any(item.diversion is not None and item.diversion.status == EMERGENCY for item in report.triages)
    right = dict(_labels(case, triage, report)) if triage else {}
    return Judged(case, triage, right, seconds, alarm)


def _labels(case: Case, triage: Triage, report: TriageReport) -> Iterable[tuple[str, bool]]:
    found = {item.diversion.rule_id for item in report.triages if item.diversion}
    yield "diversion", (case.diversion in found) if case.diversion else not found
    if case.type:
        yield "type", triage.type.label == case.type
    if case.category:
        for depth in (1, 2, 3):
            yield f"category_l{depth}", _upto(triage.category.label, depth) == _upto(case.category, depth)
    if case.urgency:
        yield "urgency", triage.urgency.label == case.urgency
    if case.place:
        yield "place", triage.place is not None and triage.place.street_id == case.place
    if case.unit and not case.diversion and case.unit != "@street":
        ranked = [item.unit_id for item in triage.units.suggestions] if triage.units else []
        yield "unit_top1", ranked[:1] == [case.unit]
        yield "unit_top3", case.unit in ranked


def _upto(name: str, depth: int) -> list[str]:
    return name.split("/")[:depth]


def metrics(judged: Sequence[Judged]) -> dict[str, float]:
    """Shares in [0, 1]; ``f1_type`` and ``f1_diversion`` are macro averages over the labels that occur."""
    sums: dict[str, list[bool]] = defaultdict(list)
    for item in judged:
        for label, right in item.right.items():
            sums[label].append(right)
    values = {label: _share(hits) for label, hits in sorted(sums.items())}
    danger = [item.alarm for item in judged if item.case.is_emergency]
    calm = [item.alarm for item in judged if not item.case.is_emergency]
    values |= {"emergency_recall": _share(danger), "emergency_false_alarms": _share(calm)}
    values["f1_type"] = macro_f1(_pairs(judged, lambda item: item.case.type, lambda triage: triage.type.label))
    values |= {f"recall_{name}": share for name, share in _diversion_recall(judged).items()}
    return values | _one_click(judged)


def _pairs(
    judged: Iterable[Judged], gold: Callable[[Judged], str | None], found: Callable[[Triage], str]
) -> list[tuple[str, str]]:
    return [(label, found(item.triage)) for item in judged if item.triage and (label := gold(item))]


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean F1 over the labels of the gold side."""
    hits = Counter(gold for gold, found in pairs if gold == found)
    golds, founds = Counter(gold for gold, _ in pairs), Counter(found for _, found in pairs)
    return sum(2 * hits[label] / (golds[label] + founds[label]) for label in golds) / max(len(golds), 1)


def _diversion_recall(judged: Iterable[Judged]) -> dict[str, float]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for item in judged:
        if item.case.diversion and not item.case.is_emergency:
            groups[item.case.diversion].append(item.right.get("diversion", False))
    return {name: _share(hits) for name, hits in sorted(groups.items())}


def _one_click(judged: Iterable[Judged]) -> dict[str, float]:
    rated = [item for item in judged if "unit_top1" in item.right and item.triage and item.triage.units]
    chosen = [
        item.right["unit_top1"] for item in rated if item.triage and item.triage.units and item.triage.units.one_click
    ]
    return {"one_click_coverage": len(chosen) / max(len(rated), 1), "one_click_precision": _share(chosen)}


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
