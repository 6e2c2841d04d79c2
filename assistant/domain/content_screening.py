"""Look for instructions to the assistant inside documents, past orders and file names, and set them apart.

Only steering is sought here: a policy may speak of crimes and fires. Sentences without any sign of speaking to a program
are passed over, so that statutes cost next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.domain.disguises import Variants, views
from assistant.domain.normalise import fold, invisible_families
from assistant.domain.request_model import RequestModel
from assistant.domain.screening_rules import SENTENCE_ENDS, Reading, Rule

REMOVED = "〔疑似指令，已隔离〕"
MODEL_RULE = "model"

_SENTENCE = re.compile("[^。！？!?\n]+")
_SIGN = re.compile(
    "你(?!们)|您|(?<![A-Za-z])(?:ai|AI|Ai)(?![A-Za-z])|助手|机器人|模型|智能(?:客服|体|问答|派单|坐席)|指令|提示[词语]|[Pp]rompt|PROMPT"
    "|[Ss]ystem|SYSTEM|[Aa]ssistant|ASSISTANT|[Ii]gnore|IGNORE|[Dd]isregard|[Ff]orget|nstruction|<\\||\\[/?INST|!\\[|<[a-z/!]"
    "|https?:|role|忽略|无视|工单|输出|扮演|越狱|base64|BASE64|令指|\\\\[ux]|&#|%[0-9A-F]{2}|_order|_ticket|\\{\\{|\\$\\{"
    "|(?:[01]{8}[ ,]?){4}|[A-Za-z0-9+/_-]{24}|(?:[A-Za-z0-9][ .]){6}|[a-z]{3,}ling|回答|答复中|[^\x00-\x7f]\\s[^\x00-\x7f]\\s[^\x00-\x7f]\\s"
    "|[\U000e0020-\U000e007e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u0400-\u04ff]"
)


@dataclass(frozen=True, slots=True)
class ContentScreening:
    """``text`` is verbatim but for the flagged sentences; ``spans`` are theirs in the original; ``flags`` name rules."""

    flags: tuple[str, ...]
    text: str
    spans: tuple[tuple[int, int], ...] = ()


def screen_content(
    text: str, rules: Sequence[Rule], models: Sequence[RequestModel], variants: Variants, *, official: bool = True
) -> ContentScreening:
    """``official``: laws and notices, which speak of rules and programs themselves, need clearer signs. Linear in ``len(text)``. Invisible characters are flagged as ``invisible:<family>`` without a span."""
    found = [item for sentence in _SENTENCE.finditer(text) if not official or _SIGN.search(sentence[0])
             for item in _steering(sentence, rules, models, variants, official)]  # fmt: skip
    hidden = tuple(f"invisible:{family}" for family in invisible_families(text))
    spans = _merged(span for span, _ in found)
    return ContentScreening(tuple(dict.fromkeys([*(rule for _, rule in found), *hidden])), _without(text, spans), spans)


def _steering(
    sentence: re.Match[str], rules: Sequence[Rule], models: Sequence[RequestModel], variants: Variants, official: bool
) -> Iterator[tuple[tuple[int, int], str]]:
    folded = fold(sentence[0])
    for reading in (Reading(name, view) for name, view in views(sentence[0], variants)):
        same_length = reading.name == "plain" and len(reading.text) == len(folded.text)
        for rule in rules:
            for span in rule.matches(reading, in_document=official):
                inner = (
                    folded.original_span(*reading.widened(span, SENTENCE_ENDS))
                    if same_length
                    else (0, len(sentence[0]))
                )
                yield (inner[0] + sentence.start(), inner[1] + sentence.start()), rule.id
        if any(model.flags(reading.text.strip(), official=official) for model in models):
            yield sentence.span(), MODEL_RULE


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
