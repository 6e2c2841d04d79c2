"""Stage ``locate``: the 街乡, community and district that the words name, or the question that would settle it."""

from __future__ import annotations

import re

from assistant.domain.appeal import Appeal, Extraction, Place, Span
from assistant.domain.catalogue import Catalogue
from assistant.domain.gazetteer import Gazetteer, Mention
from assistant.domain.location import Located, estate_of, locate_in
from assistant.domain.said_places import named_estate
from assistant.ports.triage import PlaceTagger

ADDRESS, DEMAND, CALL, SEAT_AGENT = 1.0, 0.97, 0.8, 0.75
"""How far each source says where it happened: the address that was given, this demand, the whole call, the agent's words."""
_ESTATE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{2,10}?(?:小区|家园|花园|公寓|[东西南北]?里(?=小区|社区|[一二三四五六七八九十\d东西南北]|〔)|新村|嘉园|苑(?![路街桥地])|(?:[一二三四五六七八九十\d]{1,2}区)|社区)(?:小区|社区)?"
)
_BEFORE_NAME = re.compile("^.*(?:住在?|位于|在|是|我们|我家|我|街道|地区|这个|那个)")
_DETAIL = re.compile(r"^[^，。；,;！？!?\s]{0,6}?(〔门牌\d+〕|[东西南北]?门|[A-Z]口|负?[\d一二三四五六七八九十]+层)")
_NOT_SAID = re.compile("^(?:小区|社区|公寓|花园)$|这|那|哪")


class Locate:
    def __init__(
        self, catalogue: Catalogue, gazetteer: Gazetteer | None = None, tagger: PlaceTagger | None = None
    ) -> None:
        self._gazetteer = gazetteer or Gazetteer.of(catalogue)
        self._tag = tagger.words if tagger else None
        self._home = self._gazetteer.home
        self._names = {unit.id: unit.name for unit in catalogue.units}

    async def __call__(self, appeal: Appeal, extraction: Extraction) -> Place:
        """The first source that decides; a doubt of an earlier one is kept where no later one settles it."""
        doubt: tuple[str, Located] | None = None
        for text, trust in _sources(appeal):
            located = locate_in(text, self._gazetteer)
            if located.decided:
                return self._found(text, located, trust, appeal, doubt)
            if located.alternatives and doubt is None:
                doubt = (text, located)
        return self._doubtful(*doubt, appeal) if doubt else self._unknown(appeal, extraction)

    def _found(
        self, text: str, located: Located, trust: float, appeal: Appeal, doubt: tuple[str, Located] | None
    ) -> Place:
        first = max(located.by, key=lambda mention: mention.end - mention.start)
        said = text[first.start : first.end]
        confidence = round(located.confidence * trust, 3)
        spans = _spans(located.by, text, appeal)
        if located.district:
            return Place(said, located.district, confidence=confidence, reason=f"“{said}”不在{self._home}", spans=spans)
        name = self._names[located.unit]
        others = located.alternatives or _agreed(doubt)
        question = self._which(said, (located.unit, *(unit for unit, _ in located.alternatives)))
        return Place(
            said,
            self._home,
            located.unit,
            name,
            estate_of(located.by) or self._estate(text),
            _detail(text, located.by),
            confidence,
            f"提到“{said}”" + ("" if first.exact else f"，按“{first.name}”理解，请核对"),
            spans,
            tuple((unit, share) for unit, share in others if unit != located.unit),
            question if located.alternatives or not first.exact else "",
        )

    def _doubtful(self, text: str, located: Located, appeal: Appeal) -> Place:
        first = located.by[0]
        said = text[first.start : first.end]
        units = tuple(unit for unit, _ in located.alternatives)
        return Place(
            said,
            self._home,
            community=estate_of(located.by),
            confidence=round(located.alternatives[0][1], 3),
            reason=f"“{said}”涉及{'、'.join(self._names[unit] for unit in units)}",
            spans=_spans(located.by, text, appeal),
            alternatives=located.alternatives,
            question=self._which(said, units),
        )

    def _which(self, said: str, units: tuple[str, ...]) -> str:
        names = "、".join(self._names[unit].removesuffix("办事处") for unit in units)
        return f"“{said}”附近有{names}，请问具体是哪个小区、哪个路口，或者离哪个地铁站最近？"

    def _unknown(self, appeal: Appeal, extraction: Extraction) -> Place:
        said = " ".join(text for text, _ in _sources(appeal))
        words = extraction.where.value if extraction.where else ""
        estate = self._estate(said)
        question = f"请问{estate}在哪个街道，或者离哪个地铁站、哪条路近？" if estate else ""
        district = self._home if self._home and self._home in said else None
        return Place(words, district, community=estate, reason="未说明街乡", question=question)

    def _estate(self, text: str) -> str | None:
        return named_estate(text, self._tag) if self._tag else _estate(text)


def _sources(appeal: Appeal) -> tuple[tuple[str, float], ...]:
    agent = "\n".join(turn.text for turn in appeal.transcript if turn.speaker != "citizen")
    context = appeal.context if appeal.context != appeal.text else ""
    sources = ((appeal.address or "", ADDRESS), (appeal.text, DEMAND), (context, CALL), (agent, SEAT_AGENT))
    return tuple((text, trust) for text, trust in sources if text)


def _agreed(doubt: tuple[str, Located] | None) -> tuple[tuple[str, float], ...]:
    return doubt[1].alternatives if doubt else ()


def _spans(mentions: tuple[Mention, ...], text: str, appeal: Appeal) -> tuple[Span, ...]:
    return tuple(Span(mention.start, mention.end) for mention in mentions) if text == appeal.text else ()


def _detail(text: str, mentions: tuple[Mention, ...]) -> str | None:
    """What leads to the very spot, as far as it is not masked: a gate, an exit, a floor."""
    match = _DETAIL.match(text[mentions[-1].end :]) if mentions else None
    return match[1] if match else None


def _estate(text: str) -> str | None:
    match = _ESTATE.search(text)
    name = _BEFORE_NAME.sub("", match[0]) if match else ""
    return name if name and not _NOT_SAID.search(name) else None
