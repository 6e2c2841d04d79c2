"""Stage ``extract_appeal``: what an order must say (ordinance Article 10), found by rules in the masked words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.domain import order_fields
from assistant.domain.appeal import Appeal, Extraction, Found, Span
from assistant.domain.gazetteer import Gazetteer
from assistant.domain.order_fields import Piece
from assistant.domain.said_places import said_place
from assistant.domain.said_times import find_time
from assistant.domain.transcripts import answers
from assistant.ports.answering import ChatModelError
from assistant.ports.triage import FieldFiller, PlaceTagger

ANSWERED = 0.85
POINTED_AT = 0.6
"""What a model points at: below every rule that is sure."""
FILLABLE = ("where", "when", "object", "demand")
MIN_QUOTE, MAX_QUOTE = 2, 60
ELSEWHERE = 0.8
_SENTENCE = re.compile("[^。！？!?;；\n]+")
_POLITE = re.compile("^(?:(?:您|你)好|喂|我想?(?:要|想)?(?:反映|咨询|投诉|问)一?下?|麻烦|[，,、：: ])+")
_SURNAME = re.compile("^(?:我|免贵)?(?:姓|叫)?(〔姓名[0-9]+〕|[\u4e00-\u9fff]{1,4})$")

QUESTIONS = (
    ("where", "请问具体在哪个街道、哪个小区或者哪条路，门牌或者附近有什么标志？"),
    ("object", "请问反映的是哪个单位、哪家店或者哪一户？"),
    ("when", "请问是什么时候发生的，现在还在持续吗？"),
    ("demand", "请问您希望怎么解决？"),
    ("contact", "请留一个能联系到您的电话，方便承办单位与您联系。"),
)


class ExtractAppeal:
    def __init__(
        self, gazetteer: Gazetteer, tagger: PlaceTagger | None = None, filler: FieldFiller | None = None
    ) -> None:
        self._gazetteer, self._filler = gazetteer, filler
        self._tag = tagger.words if tagger else None

    async def __call__(self, appeal: Appeal) -> Extraction:
        """Offsets of spans are those of ``appeal.text``. ``missing`` is in asking order."""
        text, told = appeal.text, _answers_here(appeal)
        where = said_place(text, self._gazetteer, self._tag)
        wanted = order_fields.demand(text)
        when = self._when(appeal, told)
        sure = where if where and where.confidence >= ANSWERED else None
        about = order_fields.reported(text, [*_pieces(when), *(piece for piece in (sure, wanted) if piece)])
        found = {
            "who": _found(text, order_fields.own_name(text)) or _named(told, text),
            "what": _matter(text),
            "where": self._where(appeal, where, told),
            "when": when,
            "object": _found(text, about) or _answer("object", told, text),
            "demand": _wanted(wanted, told, text),
            "contact": _contact(appeal, told),
        }
        found |= await self._filled(appeal, [name for name in FILLABLE if found[name] is None])
        missing = tuple((name, question) for name, question in QUESTIONS if found[name] is None)
        return Extraction(**found, missing=missing)

    async def _filled(self, appeal: Appeal, fields: list[str]) -> dict[str, Found]:
        """Only what stands in the appeal word for word: a model may point at words, not add any. Without it, rules only.

        A call of several demands is not asked about: each would wait for the model in turn.
        """
        if self._filler is None or not fields or appeal.context not in ("", appeal.text):
            return {}
        try:
            told = await self._filler.fill(appeal.text, fields)
        except ChatModelError:
            return {}
        return {name: _pointed_at(name, words, appeal) for name, words in told.items() if _quotes(words, appeal.text)}

    def _where(self, appeal: Appeal, own: Piece | None, told: Mapping[str, str]) -> Found | None:
        """The address that was given, this demand's words, the answer to the agent's question, the rest of the call."""
        if appeal.address:
            return Found(appeal.address, 0.95)
        if own and own.confidence >= ANSWERED:
            return _found(appeal.text, own)
        elsewhere = appeal.context if appeal.context != appeal.text else ""
        before = said_place(elsewhere, self._gazetteer, self._tag)
        called = _elsewhere(_found(appeal.context, before))
        weak = _found(appeal.text, own)
        surer = (called, weak) if before and before.confidence >= ANSWERED else (weak, called)
        return _answer("where", told, appeal.text) or surer[0] or surer[1]

    def _when(self, appeal: Appeal, told: Mapping[str, str]) -> Found | None:
        """The answer to 什么时候 counts before what else was said in passing."""
        for text in (told.get("when", ""), appeal.text):
            said = find_time(text, appeal.received_at)
            if said is not None:
                words = text[said.start : said.end]
                return Found(words, said.confidence, _spans(words, appeal.text), said.normal)
        return _answer("when", told, appeal.text)


def _answers_here(appeal: Appeal) -> dict[str, str]:
    """Of a call with several demands, place and name hold for all; what is wanted and when, for the one it was said of."""
    told = answers(appeal.transcript)
    return {name: words for name, words in told.items() if name in ("where", "who") or words in appeal.text}


def _quotes(words: str, text: str) -> bool:
    return MIN_QUOTE <= len(words) <= MAX_QUOTE and "\n" not in words and words in text


def _pointed_at(name: str, words: str, appeal: Appeal) -> Found:
    said = find_time(words, appeal.received_at) if name == "when" else None
    return Found(words, POINTED_AT, _spans(words, appeal.text), said.normal if said else "")


def _pieces(found: Found | None) -> list[Piece]:
    return [Piece(span.start, span.end, found.confidence) for span in found.spans] if found else []


def _found(text: str, piece: Piece | None) -> Found | None:
    return Found(text[piece.start : piece.end], piece.confidence, (Span(piece.start, piece.end),)) if piece else None


def _elsewhere(found: Found | None) -> Found | None:
    """Said in another part of the call: less sure, and not in this text."""
    return replace(found, confidence=round(found.confidence * ELSEWHERE, 3), spans=()) if found else None


def _answer(name: str, told: Mapping[str, str], text: str) -> Found | None:
    words = told.get(name, "")
    return Found(words, ANSWERED, _spans(words, text)) if words else None


def _spans(words: str, text: str) -> tuple[Span, ...]:
    at = text.find(words) if words else -1
    return (Span(at, at + len(words)),) if at >= 0 else ()


def _named(told: Mapping[str, str], text: str) -> Found | None:
    match = _SURNAME.match(told.get("who", ""))
    return Found(match[1], ANSWERED, _spans(match[1], text)) if match else None


def _wanted(own: Piece | None, told: Mapping[str, str], text: str) -> Found | None:
    """What was answered to 您希望怎么解决, cut to the clause that asks where there is one."""
    words = told.get("demand", "")
    if not words:
        return _found(text, own)
    clause = order_fields.demand(words)
    said = words[clause.start : clause.end] if clause else words
    return Found(said, ANSWERED, _spans(said, text))


def _matter(text: str) -> Found | None:
    """The longest of the first three sentences: greetings come first, demands last."""
    sentences = list(_SENTENCE.finditer(text))[:3]
    if not sentences:
        return None
    best = max(sentences, key=lambda match: len(_POLITE.sub("", match[0])))
    return Found(best[0].strip(), 0.7, (Span(*best.span()),))


def _contact(appeal: Appeal, told: Mapping[str, str]) -> Found | None:
    if appeal.appellant_key:
        return Found("来电号码", 0.95)
    own = _found(appeal.text, order_fields.contact(appeal.text))
    return own or _elsewhere(_found(appeal.context, order_fields.contact(appeal.context)))
