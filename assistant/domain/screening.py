"""The guards: what must not be answered by policy text, and what tries to steer the assistant (design.md, fail closed).

Order: danger to life first (条例第十一条), then self-harm, prompt extraction, injection, illegal requests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.domain.content_screening import MODEL_RULE, ContentScreening, screen_content
from assistant.domain.disguises import Variants, views
from assistant.domain.request_model import RequestModel
from assistant.domain.screening_rules import Reading, Rule

UNREADABLE = "guardrails_unreadable"
STEERING = ("guardrails_prompt_extraction", "guardrails_injection")

_NOT_JUDGED = frozenset({"pinyin"})
_READABLE = re.compile("[^\\W_]")
_MOJIBAKE = re.compile("\ufffd|锟斤拷|烫烫烫|ï¿½|â€|Ã[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a text must stop: the ending's status, the rule and the view it was found in."""

    status: str
    rule: str
    view: str = "plain"


@dataclass(frozen=True, slots=True)
class Screener:
    """All guards of one installation; holds no state between texts."""

    rules: tuple[Rule, ...]
    variants: Variants
    order: tuple[str, ...]
    models: tuple[RequestModel, ...] = ()
    _by_status: dict[str, tuple[Rule, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        grouped = {status: tuple(rule for rule in self.rules if rule.status == status) for status in self.order}
        object.__setattr__(self, "_by_status", grouped)

    def screen_question(self, text: str) -> Verdict | None:
        """The first guard that ``text`` (as the citizen wrote it) trips, or ``None``."""
        readings = [Reading(name, view) for name, view in views(text, self.variants)]
        plain = readings[0].text
        if not _READABLE.search(plain) or _is_mojibake(plain):
            return Verdict(UNREADABLE, "no_words")
        for status in self.order:
            found = self._first(self._by_status[status], readings)
            if found is not None:
                return found
        return self._judged_by_model(readings)

    def screen_content(self, text: str, *, official: bool = True) -> ContentScreening:
        """Instructions hidden in a document, an order or a file name: flagged, and taken out of ``.text``.

        Give ``official=False`` for what citizens wrote (past orders, attachments, file names): recall before precision.
        """
        rules = [rule for status in STEERING for rule in self._by_status.get(status, ())]
        models = [model for model in self.models if model.status in STEERING]
        return screen_content(text, rules, models, self.variants, official=official)

    def gives_orders(self, text: str) -> bool:
        """Whether a sentence of an official text tells the assistant what to do."""
        return bool(self.screen_content(text).spans)

    def _first(self, rules: Sequence[Rule], readings: Sequence[Reading]) -> Verdict | None:
        for reading in readings:
            for rule in rules:
                if next(rule.matches(reading), None) is not None:
                    return Verdict(rule.status, rule.id, reading.name)
        return None

    def _judged_by_model(self, readings: Sequence[Reading]) -> Verdict | None:
        for model in self.models:
            for reading in readings:
                if reading.name not in _NOT_JUDGED and model.fires(reading.text):
                    return Verdict(model.status, MODEL_RULE, reading.name)
        return None


def _is_mojibake(plain: str) -> bool:
    garbled = sum(len(match[0]) for match in _MOJIBAKE.finditer(plain))
    return garbled > 0.3 * len(plain)
