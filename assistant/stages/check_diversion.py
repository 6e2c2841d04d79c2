"""Stage ``check_diversion``: what Article 11 keeps from dispatch; danger first, and rather once too often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.appeal_cues import AppealCues, DiversionSign
from assistant.domain.appeal import Appeal, Diversion, DiversionCheck, Span
from assistant.domain.catalogue import DiversionRule
from assistant.domain.emergencies import MODEL_RULE, EmergencySign, EmergencyWatch

EMERGENCY = "handover_emergency"
SIGN_CONFIDENCE = 0.8
CUE_CONFIDENCE = 0.6


_SERVICES = (
    (
        "crime_now",
        re.compile(
            "刀|枪|砍|捅|杀|抢|劫|绑|跟踪|尾随|强奸|猥亵|拐|撬|打(?:人|我|他|她|孩子|死)|揍|贼|小偷|不想活|跳楼|跳河|遗书|自杀|炸弹"
        ),
    ),
    ("traffic_now", re.compile("车祸|追尾|翻车|撞(?:了|上|飞|倒|车|人)|轧|肇事|对撞|侧翻|刹车")),
    (
        "danger_now",
        re.compile(
            "火|着了|烟|燃气|煤气|天然气|漏气|泄漏|爆|炸|塌|埋|困|卡|电梯|掉(?:进|到|下)|井|冰|水里|淹|触电|电线|漏电|马蜂|树|墙"
        ),
    ),
    (
        "body_now",
        re.compile("晕|昏|抽|喘|气|血|吐|心|胸|噎|呛|中毒|药|不动|不醒|叫不|脸色|生了|羊水|摔|骨|疼|烫|咬|蜇"),
    ),
)
"""Who must come where the model alone heard danger: the first whose words stand in the sentence."""


def _service(sign: EmergencySign, text: str) -> str:
    """The rule of ``emergency_rules`` that says which service is called."""
    if sign.rule != MODEL_RULE:
        return sign.rule
    said = text[sign.span.start : sign.span.end]
    return next((rule for rule, words in _SERVICES if words.search(said)), sign.rule)


_INTRODUCTION = re.compile(
    "(?:我|本人)?(?:的)?(?:叫|是|姓|名字|联系人|联系|电话|手机|号码|身份证)*(?:号码?)?[是为:：]?〔(?:姓名|手机|固话|身份证)[0-9]+〕"
)
"""Who calls and under which number says nothing of danger, and short clauses of masks alone were heard as it."""


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
        sign = self._watch.find(_INTRODUCTION.sub(lambda found: "，" * len(found[0]), text))
        if sign is None:
            return None
        rule = self._rules[self._emergency_rules[_service(sign, text)]]
        return _diversion(rule, 0.95, "紧急情况特征", sign.span)

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
                reason = f"“{match[0][:24]}”"
                yield _diversion(sign.rule, sign.confidence, reason, Span(*match.span())), sign.needs_order


def _diversion(rule: DiversionRule, confidence: float, reason: str, span: Span) -> Diversion:
    basis = tuple(f"《{item.law}》{item.article}" for item in rule.basis)
    return Diversion(rule.id, rule.item, rule.status, rule.tell, confidence, reason, (span,), basis)
