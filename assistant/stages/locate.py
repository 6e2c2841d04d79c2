"""Stage ``locate``: which 街乡 the words name. Names and aliases of the catalogue only; a doubt is said, not guessed away."""

from __future__ import annotations

import re

from assistant.domain.appeal import Appeal, Extraction, Place, Span
from assistant.domain.catalogue import Catalogue, UnitKind

HOME = "朝阳区"
_OTHER = re.compile(
    "(东城|西城|海淀|丰台|石景山|门头沟|房山|通州|顺义|昌平|大兴|怀柔|平谷|密云|延庆)区|亦庄|经开区|燕郊|廊坊|河北|天津"
)
_ESTATE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{2,10}?(?:小区|家园|花园|公寓|[东西南北]?里(?=小区|社区|[一二三四五六七八九十\d东西南北]|〔)|新村|嘉园|苑|(?:[一二三四五六七八九十\d]{1,2}区)|社区)"
)
_BEFORE_NAME = re.compile("^.*(?:住在?|位于|在|是|我们|我家|我)")


class Locate:
    def __init__(self, catalogue: Catalogue) -> None:
        streets = [unit for unit in catalogue.units if unit.kind is UnitKind.STREET]
        self._units = {name: unit for unit in streets for name in (unit.name, *unit.aliases)}
        names = sorted(self._units, key=len, reverse=True)
        self._street = re.compile("|".join(map(re.escape, names)) or "(?!)")

    async def __call__(self, appeal: Appeal, extraction: Extraction) -> Place:
        """The address the citizen gave counts most, then the words of this demand, then the rest of the call."""
        for text, confidence in ((appeal.address or "", 0.97), (appeal.text, 0.92), (appeal.context, 0.75)):
            match = self._street.search(text)
            if match:
                spans = (Span(*match.span()),) if text == appeal.text else ()
                return self._found(match, text, confidence, spans)
        return self._unknown(appeal, extraction)

    def _found(self, match: re.Match[str], text: str, confidence: float, spans: tuple[Span, ...]) -> Place:
        elsewhere = _OTHER.search(text)
        if elsewhere and HOME not in text:
            return Place(match[0], elsewhere[0], confidence=0.6, reason=f"提到“{elsewhere[0]}”，不在本区", spans=spans)
        unit = self._units[match[0]]
        return Place(
            match[0],
            HOME,
            unit.id,
            unit.name,
            _estate(text),
            None,
            confidence,
            f"提到“{match[0]}”",
            spans,
        )

    def _unknown(self, appeal: Appeal, extraction: Extraction) -> Place:
        said = " ".join(part for part in (appeal.address, appeal.text, appeal.context) if part)
        elsewhere = _OTHER.search(said)
        if elsewhere and HOME not in said:
            return Place(elsewhere[0], elsewhere[0], confidence=0.8, reason="不在本区")
        words = extraction.where.value if extraction.where else ""
        return Place(words, HOME if HOME in said else None, community=_estate(said), reason="未说明街乡")


def _estate(text: str) -> str | None:
    match = _ESTATE.search(text)
    return _BEFORE_NAME.sub("", match[0]) or None if match else None
