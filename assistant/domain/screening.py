"""The guards: what must not be answered by policy text, and what tries to steer the assistant (design.md, fail closed).

Order: danger to life first (条例第十一条), then self-harm, prompt extraction, injection, illegal requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.domain.disguises import Variants, views
from assistant.domain.normalise import fold, invisible_families
from assistant.domain.request_model import RequestModel
from assistant.domain.screening_rules import SENTENCE_ENDS, Reading, Rule

UNREADABLE = "guardrails_unreadable"
STEERING = ("guardrails_prompt_extraction", "guardrails_injection")
REMOVED = "〔疑似指令，已隔离〕"
MODEL_RULE = "model"

_JUDGED = frozenset({"plain", "spelling", "spread", "unicode_escape", "entity", "percent"})
_READABLE = re.compile("[^\\W_]")
_MOJIBAKE = re.compile("\ufffd|锟斤拷|烫烫烫|ï¿½|â€|Ã[\x80-\xff]")
_LINE = re.compile("[^\n]+")
_SPEECH_SIGNS = [
    "你",
    "您",
    "ai",
    "AI",
    "助手",
    "机器人",
    "模型",
    "指令",
    "提示词",
    "提示语",
    "prompt",
    "Prompt",
    "PROMPT",
    "ystem",
    "YSTEM",
    "ssistant",
    "gnore",
    "GNORE",
    "isregard",
    "nstruction",
    "NSTRUCTION",
    "<|",
    "[INST",
    "[/INST",
    "![",
    "<s",
    "<i",
    "http",
    "role",
    "忽略",
    "无视",
    "忘记",
    "工单",
    "输出",
    "回复",
    "扮演",
    "越狱",
    "授权",
    "base64",
    "BASE64",
    "令指",
    "\\u",
    "\\x",
    "&#",
    "%E",
    "%e",
    "人工智能",
    "大语言",
    "执行以下",
    "_order",
    "_ticket",
    "{{",
    "${",
    "00",
    "01",
    "==",
    "hulve",
    "zhiling",
    "vtaber",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a text must stop: the ending's status, the rule and the view it was found in."""

    status: str
    rule: str
    view: str = "plain"


@dataclass(frozen=True, slots=True)
class ContentScreening:
    """A document, order or file name after screening: ``text`` is verbatim but for the flagged sentences."""

    flags: tuple[str, ...]
    text: str
    spans: tuple[tuple[int, int], ...] = ()


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

    def screen_content(self, text: str) -> ContentScreening:
        """Looks only for steering: a policy may speak of crimes and fires. Linear; plain law text costs next to nothing."""
        found = [item for line in _LINE.finditer(text) if _has_sign(line[0]) for item in self._steering(line)]
        hidden = tuple(f"invisible:{family}" for family in invisible_families(text))
        spans = _merged(span for span, _ in found)
        flags = tuple(dict.fromkeys([*(rule for _, rule in found), *hidden]))
        return ContentScreening(flags, _without(text, spans), spans)

    def _steering(self, line: re.Match[str]) -> Iterator[tuple[tuple[int, int], str]]:
        rules = [rule for status in STEERING for rule in self._by_status.get(status, ())]
        folded = fold(line[0])
        for reading in (Reading(name, view) for name, view in views(line[0], self.variants)):
            same_length = reading.name == "plain" and len(reading.text) == len(folded.text)
            for rule in _applicable(rules, reading.name):
                for span in rule.matches(reading):
                    sentence = folded.original_span(*reading.widened(span, SENTENCE_ENDS)) if same_length else None
                    yield _shifted(sentence or (0, len(line[0])), line.start()), rule.id

    def _first(self, rules: Sequence[Rule], readings: Sequence[Reading]) -> Verdict | None:
        for reading in readings:
            for rule in _applicable(rules, reading.name):
                if next(rule.matches(reading), None) is not None:
                    return Verdict(rule.status, rule.id, reading.name)
        return None

    def _judged_by_model(self, readings: Sequence[Reading]) -> Verdict | None:
        for model in self.models:
            for reading in readings:
                if reading.name in _JUDGED and model.fires(reading.text):
                    return Verdict(model.status, MODEL_RULE, reading.name)
        return None


def _applicable(rules: Iterable[Rule], view: str) -> Iterator[Rule]:
    """Pinyin letters are read by pinyin rules only; every other reading by all other rules."""
    return (rule for rule in rules if (rule.view == "pinyin") == (view == "pinyin"))


def _has_sign(line: str) -> bool:
    return (not line.isascii() and not line.isprintable()) or any(sign in line for sign in _SPEECH_SIGNS)


def _is_mojibake(plain: str) -> bool:
    garbled = sum(len(match[0]) for match in _MOJIBAKE.finditer(plain))
    return garbled > 0.3 * len(plain)


def _shifted(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], REMOVED]
        at = end
    return "".join([*pieces, text[at:]])
