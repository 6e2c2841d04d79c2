"""Stage ``suggest_handling_unit``: place first, then duty, with the reasons; a person decides (Articles 11, 12, 17, 19, 22)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.appeal_cues import Calibration
from assistant.domain.appeal import (
    Appeal,
    Classification,
    Decision,
    DispatchMode,
    Handling,
    Place,
    SimilarOrders,
    UnitRanking,
    UnitSuggestion,
)
from assistant.domain.catalogue import STREET, Catalogue, DispatchEntry, HandlingUnit, UnitKind
from assistant.domain.dispatch_match import DispatchTable
from assistant.domain.home_region import levels
from assistant.ports.triage import UnitLessons, UnitRouter

LIMIT = 3
MAX_REASONS = 2
NEGLIGIBLE = 0.02
LEAD_SHARE = 0.8
PASSES_ON = 0.25
ROUTER_SHARE = 0.5
PRECEDENT_SHARE = 0.25
UNCLEAR_BELOW = 0.35
SUPERVISED = "beyond-duties"
COORDINATION = "district-command-centre"
CITY_CENTRE = "hotline-centre"
_KIND_REASONS = {
    UnitKind.COMPANY: "公共服务企业，全天候受理（条例第十九条）",
    UnitKind.CENTRAL: "中央在京单位事项：转送并跟踪办理情况（条例第二十二条）",
    UnitKind.CITY: "市级单位事项：转市级派单",
}


@dataclass
class _Candidate:
    """``own``: the score by the catalogue alone, before orders of the past had their say."""

    score: float = 0.0
    own: float = 0.0
    entry: DispatchEntry | None = None
    entry_score: float = 0.0
    reasons: dict[str, None] = field(default_factory=dict)
    precedents: dict[str, None] = field(default_factory=dict)


class SuggestHandlingUnit:
    def __init__(
        self,
        catalogue: Catalogue,
        calibration: Calibration,
        router: UnitRouter | None = None,
        lessons: UnitLessons | None = None,
    ) -> None:
        self._units: Mapping[str, HandlingUnit] = {unit.id: unit for unit in catalogue.units}
        self._home = levels(catalogue.region)[-1]
        self._table = DispatchTable.of(catalogue.dispatch)
        self._calibration, self._router, self._lessons = calibration, router, lessons

    async def __call__(
        self,
        appeal: Appeal,
        classification: Classification,
        place: Place,
        similar: SimilarOrders,
        decision: Decision,
    ) -> UnitRanking:
        nothing = UnitRanking((), DispatchMode.DISTRICT_COORDINATION, note=decision.reason)
        if decision.diversion is not None and decision.diversion.rule_id != SUPERVISED:
            return nothing
        if place.district not in (None, self._home):
            return self._elsewhere(place)
        ranked = self._ranked(appeal, classification, place, similar)
        return self._ranking(ranked, classification, place, decision) if ranked else self._unclear(place)

    def _ranked(
        self, appeal: Appeal, classification: Classification, place: Place, similar: SimilarOrders
    ) -> list[tuple[str, _Candidate]]:
        candidates: dict[str, _Candidate] = defaultdict(_Candidate)
        shares = (
            (classification.category.label, classification.category.confidence),
            *classification.category.alternatives,
        )
        for category, share in shares:
            entry = self._table.best(category, appeal.text, appeal.received_at.date())
            if entry is not None:
                self._weigh(candidates, entry, category, share * self._say(entry), place)
        self._add_precedents(candidates, similar, place)
        self._add_router(candidates, appeal, classification, place)
        self._heed(candidates, appeal, classification, place)
        return sorted(candidates.items(), key=lambda item: -item[1].score)

    def _say(self, entry: DispatchEntry) -> float:
        """Praise or an idea is for the unit whose matter it is about: who only passes it on gives way."""
        lead = self._units.get(entry.lead)
        return PASSES_ON if lead is not None and lead.kind is UnitKind.DISTRICT_GOVERNMENT else 1.0

    def _weigh(
        self, candidates: dict[str, _Candidate], entry: DispatchEntry, category: str, share: float, place: Place
    ) -> None:
        others = [unit for unit in entry.co_units if unit != entry.lead]
        parts = [(entry.lead, share * LEAD_SHARE)]
        parts += [(unit, share * (1 - LEAD_SHARE) / 2 ** (at + 1)) for at, unit in enumerate(others)]
        for name, score in parts:
            # The duty may be the street's while nobody has said which street: then the district coordinates.
            candidate = candidates[(place.street_id or COORDINATION) if name == STREET else name]
            candidate.score += score
            if name == STREET and place.street:
                candidate.reasons[f"属地：{place.street}（{place.reason}）"] = None
            if score > candidate.entry_score:
                candidate.entry, candidate.entry_score = entry, score
            role = "牵头" if name == entry.lead else "协办"
            if len(candidate.reasons) < MAX_REASONS:  # the likeliest categories come first
                condition = f"（{entry.condition}）" if entry.condition else ""
                candidate.reasons[f"派单目录：{category}{condition}由其{role}"] = None

    def _add_precedents(self, candidates: dict[str, _Candidate], similar: SimilarOrders, place: Place) -> None:
        """Who led like orders, by vote: the more alike they are, the more of the say they get, up to ``PRECEDENT_SHARE``."""
        votes = [order for order in similar.orders if order.unit in self._units]
        say = PRECEDENT_SHARE * max((order.score for order in votes), default=0.0)
        for candidate in candidates.values():
            candidate.own = candidate.score
            candidate.score *= 1 - say
        whole = sum(order.score for order in votes)
        for order in votes:
            candidate = candidates[self._led_here(order.unit or "", place)]
            candidate.score += say * order.score / whole
            candidate.precedents[order.number or order.order_id] = None

    def _led_here(self, unit: str, place: Place) -> str:
        """Another 街乡 that led a like order there says that here it is the 街乡 of this place."""
        if self._units[unit].kind is not UnitKind.STREET:
            return unit
        return place.street_id or COORDINATION

    def _add_router(
        self, candidates: dict[str, _Candidate], appeal: Appeal, classification: Classification, place: Place
    ) -> None:
        learned = self._router.rank(appeal.text, classification.category.label, place.street_id) if self._router else ()
        if not learned:
            return
        for candidate in candidates.values():
            candidate.score *= 1 - ROUTER_SHARE
        for unit, probability in learned:
            if unit in self._units:
                candidates[unit].score += ROUTER_SHARE * probability
                candidates[unit].reasons["历史工单的派单规律"] = None

    def _heed(
        self, candidates: dict[str, _Candidate], appeal: Appeal, classification: Classification, place: Place
    ) -> None:
        """A unit that was wrong for like appeals gives its share, as far as that holds here, to the one that was right."""
        if self._lessons is None:
            return
        category = classification.category.label
        for lesson in self._lessons.recall(appeal.text, category, place.street_id, appeal.received_at):
            if lesson.unit not in candidates:
                continue
            wrong = candidates[lesson.unit]
            moved = wrong.score * lesson.strength
            wrong.score, wrong.own = wrong.score - moved, wrong.own * (1 - lesson.strength)
            wrong.reasons[lesson.reason] = None
            known = lesson.instead is not None and lesson.instead in self._units
            right = self._led_here(lesson.instead or "", place) if known else lesson.unit
            if right != lesson.unit:
                candidates[right].score += moved
                candidates[right].reasons["同类诉求更正后由其承办"] = None

    def _ranking(
        self, ranked: list[tuple[str, _Candidate]], classification: Classification, place: Place, decision: Decision
    ) -> UnitRanking:
        likely = [item for item in ranked[:LIMIT] if item[1].score >= NEGLIGIBLE] or ranked[:1]
        suggestions = tuple(self._suggestion(unit, candidate) for unit, candidate in likely)
        best, entry = suggestions[0], ranked[0][1].entry
        unclear = best.probability < UNCLEAR_BELOW or best.unit_id == COORDINATION
        one_click_from = self._calibration.one_click_from
        # Measured for the catalogue's own ranking: past orders and a learned router mixed in have no held-back figure yet.
        own = min(best.probability, self._probability(ranked[0][1].own))
        # A row that no article and no district has confirmed is a proposal, however sure its category.
        confirmed = entry is not None and entry.verified and self._router is None
        sure = one_click_from is not None and confirmed and own >= one_click_from
        return UnitRanking(
            suggestions,
            self._mode(best.unit_id, unclear),
            tuple(self._resolved(entry.co_units, place, best.unit_id)) if entry else (),
            one_click=sure and not unclear and decision.handling is Handling.DISPATCH,
            consult=tuple(item.unit_id for item in suggestions[:2]) if unclear else (),
            escalation=entry.city_line if entry else (),
            note="请先问清所在街乡" if best.unit_id == COORDINATION and place.street_id is None else "",
        )

    def _suggestion(self, unit_id: str, candidate: _Candidate) -> UnitSuggestion:
        unit, entry = self._units[unit_id], candidate.entry
        basis = tuple(f"《{item.law}》{item.article}" for item in entry.basis) if entry else ()
        kind = [_KIND_REASONS[unit.kind]] if unit.kind in _KIND_REASONS else []
        return UnitSuggestion(
            unit_id,
            unit.name,
            self._probability(candidate.score),
            entry.id if entry else None,
            basis,
            tuple(candidate.precedents),
            (*candidate.reasons, *kind),
        )

    def _probability(self, raw: float) -> float:
        share = min(max(raw, 1e-4), 1 - 1e-4)
        calibrated = self._calibration.slope * math.log(share / (1 - share)) + self._calibration.offset
        return 1 / (1 + math.exp(-calibrated))

    def _mode(self, unit_id: str, unclear: bool) -> DispatchMode:
        if unclear:
            return DispatchMode.DISTRICT_COORDINATION
        if self._units[unit_id].kind is UnitKind.STREET:
            return DispatchMode.DIRECT_WITH_DISTRICT_COPY
        return DispatchMode.DIRECT

    def _resolved(self, units: Iterable[str], place: Place, lead: str) -> Iterable[str]:
        for unit in units:
            known = place.street_id if unit == STREET else unit
            if known is not None and known != lead:
                yield known

    def _unclear(self, place: Place) -> UnitRanking:
        centre = self._units[COORDINATION]
        reason = "没有明确的承办单位，由区人民政府协调确定（条例第十二条）"
        suggestion = UnitSuggestion(centre.id, centre.name, 0.3, reasons=(reason,))
        return UnitRanking((suggestion,), DispatchMode.DISTRICT_COORDINATION, note=reason)

    def _elsewhere(self, place: Place) -> UnitRanking:
        centre = self._units[CITY_CENTRE]
        reason = f"属地在{place.district}，转市级热线按属地派单"
        suggestion = UnitSuggestion(centre.id, centre.name, place.confidence, reasons=(reason,))
        return UnitRanking((suggestion,), DispatchMode.DISTRICT_COORDINATION, note=reason)
