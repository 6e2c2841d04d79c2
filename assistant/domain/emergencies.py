"""Signs of an emergency in an appeal (ordinance Article 11 (一)): the guards' own rules, read sentence by sentence.

A caller speaks long and of many things; one sentence that says that somebody is in danger now is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.domain.appeal import Span
from assistant.domain.disguises import Variants, views
from assistant.domain.request_model import RequestModel
from assistant.domain.screening import Screener
from assistant.domain.screening_rules import LONG_CHARS, Reading, Rule

STATUSES = ("handover_emergency", "handover_self_harm")
TRAFFIC = "traffic"
MODEL_RULE = "danger_model"
EXCUSED = 2.0
"""Log-odds that the model must be surer by where a sentence fears or asks: 「昨晚封的炉子，现在叫不醒」 is danger all the same."""
MAX_JUDGED_CHARS = 200
_SENTENCE = re.compile("[^。！？!?\n]+[。！？!?\n]*")


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
        """``further`` rules are read after those that questions are screened with; ``model`` has the last word.

        What excuses the last of ``further`` makes the model harder to convince.
        """
        ordered = tuple(rule for status in STATUSES for rule in screener.rules if rule.status == status)
        return cls((*ordered, *further), screener.variants, model, further[-1].unless if further else ())

    def find(self, text: str) -> EmergencySign | None:
        """The first sentence with a sign, else a sign that only the whole text shows. Linear in the text."""
        for sentence in _SENTENCE.finditer(text):
            found = _likeliest(self._signs(sentence[0], sentence.start()))
            if found is not None:
                return found
        return _likeliest(self._signs(text, 0)) or self._judged(text)

    def _judged(self, text: str) -> EmergencySign | None:
        """By the model, sentence by sentence; a long letter tells of much in passing, so there it must be surer."""
        if self.model is None:
            return None
        threshold = self.model.sentence_threshold if len(text) > LONG_CHARS else self.model.threshold
        for sentence in _SENTENCE.finditer(text):
            plain = self.variants.plain(sentence[0])[:MAX_JUDGED_CHARS]
            excused = any(words.search(plain) for words in self.excuses)
            if self.model.score(plain) >= threshold + EXCUSED * excused:
                return EmergencySign(MODEL_RULE, self.model.status, Span(*sentence.span()))
        return None

    def _signs(self, text: str, offset: int) -> Iterator[EmergencySign]:
        for name, view in views(text, self.variants):
            reading = Reading(name, view)
            for rule in self.rules:
                if (rule.view == "pinyin") == (name == "pinyin"):
                    for start, end in rule.matches(reading):
                        exact = name == "plain" and len(view) == len(text)
                        span = Span(offset + start, offset + end) if exact else Span(offset, offset + len(text))
                        yield EmergencySign(rule.id, rule.status, span)


def _likeliest(signs: Iterator[EmergencySign]) -> EmergencySign | None:
    """Somebody caught in a car is an accident of traffic before anything else; else the first sign says it."""
    found = list(signs)
    return next((sign for sign in found if sign.rule.startswith(TRAFFIC)), found[0] if found else None)
