"""Stage ``check_diversion``: what Article 11 keeps from dispatch; danger first, and rather once too often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.appeal_cues import AppealCues, DiversionSign
from assistant.domain.appeal import Appeal, Diversion, DiversionCheck, Span
from assistant.domain.catalogue import DiversionRule
from assistant.domain.emergencies import EmergencyWatch

EMERGENCY = "handover_emergency"
SIGN_CONFIDENCE = 0.8
CUE_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class _Sign:
    rule: DiversionRule
    when: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs_order: bool
    confidence: float


class CheckDiversion:
    """``rules`` are the city pack's, in their order; ``cues`` adds their signs and names the rules of emergencies."""

    def __init__(self, watch: EmergencyWatch, rules: tuple[DiversionRule, ...], cues: AppealCues) -> None:
        self._watch = watch
        self._rules = {rule.id: rule for rule in rules}
        self._emergency_rules = cues.emergency_rules
        self._signs = tuple(self._signs_of(cues))

    async def __call__(self, appeal: Appeal) -> DiversionCheck:
        emergency = self._emergency(appeal.text)
        if emergency is not None:
            return DiversionCheck(emergency)
        found = list(self._found(appeal.text))
        proved = next((diversion for diversion, needs_order in found if not needs_order), None)
        suspected = tuple(diversion for diversion, needs_order in found if needs_order)
        return DiversionCheck(proved, suspected)

    def _emergency(self, text: str) -> Diversion | None:
        sign = self._watch.find(text)
        if sign is None:
            return None
        rule = self._rules[self._emergency_rules[sign.rule]]
        return _diversion(rule, 0.95, f"紧急情况特征（{sign.rule}）", sign.span)

    def _signs_of(self, cues: AppealCues) -> Iterator[_Sign]:
        by_rule: dict[str, list[DiversionSign]] = {}
        for sign in cues.diversions:
            by_rule.setdefault(sign.rule, []).append(sign)
        for rule in self._rules.values():
            if rule.status == EMERGENCY:
                continue
            signs = by_rule.get(rule.id, [])
            for sign in signs:
                unless = re.compile(sign.unless) if sign.unless else None
                yield _Sign(rule, re.compile(sign.when), unless, sign.needs_order, SIGN_CONFIDENCE)
            if rule.cues and not signs:
                words = re.compile("|".join(map(re.escape, rule.cues)))
                yield _Sign(rule, words, None, False, CUE_CONFIDENCE)

    def _found(self, text: str) -> Iterator[tuple[Diversion, bool]]:
        for sign in self._signs:
            match = sign.when.search(text)
            if match and not (sign.unless and sign.unless.search(text)):
                reason = f"{sign.rule.item}：“{match[0][:24]}”"
                yield _diversion(sign.rule, sign.confidence, reason, Span(*match.span())), sign.needs_order


def _diversion(rule: DiversionRule, confidence: float, reason: str, span: Span) -> Diversion:
    basis = tuple(f"《{item.law}》{item.article}" for item in rule.basis)
    return Diversion(rule.id, rule.item, rule.status, rule.tell, confidence, reason, (span,), basis)
