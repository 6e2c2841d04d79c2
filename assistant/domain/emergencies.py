"""Signs of an emergency in an appeal (ordinance Article 11 (一)): the guards' own rules, read sentence by sentence.

A caller speaks long and of many things; one sentence that says that somebody is in danger now is enough.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.domain.appeal import Span
from assistant.domain.disguises import Variants, views
from assistant.domain.request_model import RequestModel
from assistant.domain.screening import Screener
from assistant.domain.screening_rules import LONG_CHARS, Reading, Rule

STATUSES = ("handover_emergency", "handover_self_harm")
TRAFFIC = "traffic"
MODEL_RULE = "danger_model"
SIGNED = 1.0
"""Log-odds that a rule's sign is worth: words of danger stand, unless the model is sure that they only sound like it."""
EXCUSED = 1.0
"""What the model must be surer by where a sentence fears or asks: 「昨晚封的炉子，现在叫不醒」 is danger all the same."""
GRIEVING = 0.5
"""The same where somebody complains or tells of a habit."""
UNCUED = 0.5
"""The same where no word tells of harm or of this moment: a shoe mender's stall is no danger."""
MAX_JUDGED_CHARS = 200
_SENTENCE = re.compile("[^。！？!?\n]+[。！？!?\n]*")
_AGENT_ASKS = re.compile("(?:坐席|座席|客服|话务员|接线员)[:：][^\n]*?[?？]")
"""「坐席：请问是着火了吗？」: what the agent asks is no sign; the citizen's answer may be."""
_GRIEVANCE = re.compile(
    "每天|天天|每晚|经常|常年|总是|老是|(?<!抽)(?<!血)一直没|投诉|举报|咨询|反映|请问|问一下|问下|想问|能不能|希望|建议|怎么办理|哪里办|"
    "哪里领|退款|不退|物业(?!.{0,4}(?:被|倒))|没人管|没事|没伤|没碰|扰民|去哪|找谁|多少钱|第[二三四五]回|修好了"
)
"""Words of who complains, asks, or tells of what is so every day: they excuse a sentence from the model, not from the rules."""
_ACUTE = re.compile(
    "现在|正在|正(?=[打砸抢追拿])|刚|马上|快|救|这会儿|眼看|突然|血|昏|晕|倒|喘|抽|[不没](?:动|醒|应|来气|答应|反应|声|了气)|叫不|"
    "喊|烫|烧|着了|火|烟|炸|爆|漏气|煤气|燃气|天然气|毒|呛|噎|吞|喝了|吃了|吐|疼|断|卡|夹|压|埋|困|掉|摔|砸|撞|轧|翻|塌|刀|枪|打|"
    "砍|抢|绑|跟着|尾随|撬|踹|锁|拽|拖|掐|捅|电|淹|水里|河|井|坠|跳|悬|挂|走丢|不见|没影|没回|死|自杀|遗书|告别|咬|蜇|肿|骨|命|躲|"
    "藏|不让|裂|冲|扣"
)
"""Words of a body, of force, fire, water, or of this moment: hardly a call for rescue is without one."""


@dataclass(frozen=True, slots=True)
class EmergencySign:
    """The screening rule that fits and where; ``status`` is the ending it stands for."""

    rule: str
    status: str
    span: Span


@dataclass(frozen=True, slots=True)
class EmergencyWatch:
    rules: tuple[Rule, ...]
    variants: Variants
    model: RequestModel | None = None
    excuses: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, screener: Screener, further: Sequence[Rule] = (), model: RequestModel | None = None) -> EmergencyWatch:
        """``further`` rules are read after those that questions are screened with; ``model`` weighs what they find.

        What excuses the last of ``further`` makes the model harder to convince.
        """
        ordered = tuple(rule for status in STATUSES for rule in screener.rules if rule.status == status)
        return cls((*ordered, *further), screener.variants, model, further[-1].unless if further else ())

    def find(self, text: str) -> EmergencySign | None:
        """The first sentence with a sign, else the first that the model takes for danger, else a sign in disguise.

        Linear in the text. A long letter tells of much in passing, so there the model must be surer.
        """
        sentences = list(_SENTENCE.finditer(_without_questions(text)))
        for sentence in sentences:
            found = _likeliest(self._signs(sentence[0], sentence.start()))
            if found is not None:
                return found
        if self.model is not None:
            threshold = self.model.sentence_threshold if len(text) > LONG_CHARS else self.model.threshold
            for sentence in sentences:
                if self._margin(sentence[0]) >= threshold:
                    return EmergencySign(MODEL_RULE, self.model.status, Span(*sentence.span()))
        return _likeliest(self._disguised(text))

    def _margin(self, sentence: str) -> float:
        """The model's log-odds of danger now, less what speaks against taking its word alone."""
        if self.model is None:
            return math.inf
        plain = self.variants.plain(sentence)[:MAX_JUDGED_CHARS]
        excused = any(words.search(plain) for words in self.excuses)
        doubts = EXCUSED * excused + GRIEVING * bool(_GRIEVANCE.search(plain)) + UNCUED * (_ACUTE.search(plain) is None)
        return self.model.score(plain) - doubts

    def _signs(self, sentence: str, offset: int) -> Iterator[EmergencySign]:
        """What the rules find in the sentence as it stands, if the model does not call it harmless."""
        plain = self.variants.plain(sentence)
        reading, exact = Reading("plain", plain), len(plain) == len(sentence)
        found = [
            EmergencySign(
                rule.id, rule.status, Span(offset + start * exact, offset + (end if exact else len(sentence)))
            )
            for rule in self.rules
            if rule.view != "pinyin"
            for start, end in rule.matches(reading)
        ]
        if found and (self.model is None or self._margin(sentence) >= self.model.threshold - SIGNED):
            yield from found

    def _disguised(self, text: str) -> Iterator[EmergencySign]:
        """Danger in pinyin, in spread-out characters or encoded: nobody writes so in passing."""
        for name, view in islice(views(text, self.variants), 1, None):
            reading = Reading(name, view)
            for rule in self.rules:
                if (rule.view == "pinyin") == (name == "pinyin"):
                    for _ in rule.matches(reading):
                        yield EmergencySign(rule.id, rule.status, Span(0, len(text)))


def _without_questions(text: str) -> str:
    """The text with the agent's questions blanked, at the same places."""
    return _AGENT_ASKS.sub(lambda asked: "\n" * len(asked[0]), text)


def _likeliest(signs: Iterator[EmergencySign]) -> EmergencySign | None:
    """Somebody caught in a car is an accident of traffic before anything else; else the first sign says it."""
    found = list(signs)
    return next((sign for sign in found if sign.rule.startswith(TRAFFIC)), found[0] if found else None)
