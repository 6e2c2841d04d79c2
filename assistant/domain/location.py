"""From the places that are named to one 街乡, or to the question that settles it. Pure; a doubt is said, not guessed away."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.gazetteer import Gazetteer, Mention
from assistant.domain.numerals import parse_numeral
from assistant.domain.places import PlaceKind

DECIDED = 0.6
WORTH_NAMING = 0.15
MAX_ALTERNATIVES = 4
FORGIVEN, PASSING, VICINITY = 0.8, 0.2, 0.95
SHARED = 0.62
PRECISE = (PlaceKind.ESTATE, PlaceKind.LANDMARK, PlaceKind.STATION)
INSIDE_ANOTHER = frozenset({"street-shoudujichang"})
"""首都机场街道 lies within 顺义区: to name that district beside it says nothing against it."""

_SURE: Mapping[PlaceKind, float] = {
    PlaceKind.ESTATE: 0.93,
    PlaceKind.LANDMARK: 0.91,
    PlaceKind.STATION: 0.88,
    PlaceKind.ROAD: 0.8,
    PlaceKind.STREET: 0.85,
    PlaceKind.REGION: 0.85,
}
FORMAL, AREA_ONLY = 0.97, 0.35
_FORMAL = re.compile("(?:街道|地区|乡|办事处|人民政府)$")
_PASSED_BEFORE = re.compile(
    "(?:往|开往|通往|户口在|户籍在?|老家在?|以前[在住]*|原来[在住]*|之前[在住]*|不是|不在|不属于)$"
)
_PASSED_AFTER = re.compile("^(?:区|市|那边|这边)?(?:方向|搬|过来|来的|交界|与|户口|户籍|人[，,。]?|牌照|和.{0,6}交界)")
_NEAR = re.compile("^.{0,3}?(?:附近|旁边|旁|对面|对过|后面|后身|周边|那边|交界)")
_DIRECTION = re.compile(
    "(?:那[块儿边片]?)?[，,]?(?:对面|对过|往?[东南西北]{1,2}[边侧走角]?|旁边|后面|后边|后身|附近|出来|过去|那边|边上)[的，,]?"
)
_NUMBER = re.compile("([0-9]{1,4}|[零一二三四五六七八九十百]{1,5})号")


@dataclass(frozen=True, slots=True)
class Located:
    """``unit`` is empty where none is sure enough; ``alternatives`` are (unit id, confidence), best first.

    ``district`` is set where the words lead out of the city pack's area. ``by`` are the mentions that decided.
    """

    unit: str = ""
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    district: str = ""
    by: tuple[Mention, ...] = ()

    @property
    def decided(self) -> bool:
        return bool(self.unit or self.district)


def locate_in(text: str, gazetteer: Gazetteer) -> Located:
    """What ``text`` says of the place."""
    mentions = gazetteer.mentions(text)
    ours = [m for m in mentions if m.place.units and not _claimed(m, mentions, text)]
    others = [m for m in mentions if m.place.kind is PlaceKind.REGION and _weight(m, text) > PASSING]
    here = bool(gazetteer.home and gazetteer.home in text) or any(_weight(m, text) > PASSING for m in ours)
    if others and not here:
        return Located(district=others[0].place.district or "", confidence=_weight(others[0], text), by=(others[0],))
    return _chosen(_shares(ours, text, gazetteer), ours)


def _claimed(mention: Mention, mentions: Sequence[Mention], text: str) -> bool:
    """海淀八里庄: the name of another district right before makes the place that district's."""
    if INSIDE_ANOTHER & set(mention.place.units):
        return False
    return any(
        other.place.kind is PlaceKind.REGION
        and text[other.end : mention.start].strip("区市的，, ") == ""
        and other.end <= mention.start
        and _weight(other, text) > PASSING
        for other in mentions
    )


def _weight(mention: Mention, text: str) -> float:
    """How far a mention says where it happened, in [0, 1]: a place that one comes from or goes to says little."""
    sure = _SURE[mention.place.kind]
    if mention.place.kind is PlaceKind.STREET and _FORMAL.search(mention.name):
        sure = FORMAL
    if _PASSED_AFTER.match(text[mention.end : mention.end + 12]) or _PASSED_BEFORE.search(text[: mention.start]):
        return PASSING
    if _came_from(mention, text):
        return PASSING
    if _NEAR.match(text[mention.end : mention.end + 6]):
        sure *= VICINITY
    return sure if mention.exact else sure * FORGIVEN


def _came_from(mention: Mention, text: str) -> bool:
    return text[: mention.start].endswith("从") and bool(re.match(".{0,6}(?:搬|来|到|过)", text[mention.end :]))


def _shares(mentions: Sequence[Mention], text: str, gazetteer: Gazetteer) -> dict[str, float]:
    """Unit id to confidence; an area's everyday name (望京) counts less beside an estate, which is one of it or not."""
    missed: dict[str, float] = defaultdict(lambda: 1.0)
    single = [mention for mention in mentions if len(mention.place.units) == 1]
    precise = [mention for mention in single if mention.place.kind in PRECISE]
    named = {mention.place.units[0] for mention in single}
    for mention in mentions:
        sure = _weight(mention, text)
        if precise and sure < FORMAL and (mention not in precise or _leads_to(mention, precise, text)):
            sure *= AREA_ONLY
        for unit, share in _units(mention, text, gazetteer, named):
            missed[unit] *= 1 - sure * share
    return {unit: 1 - rest for unit, rest in missed.items()}


def _leads_to(mention: Mention, precise: Sequence[Mention], text: str) -> bool:
    """炫特嘉园对面的石佛营东里: what a direction is told from is not where it happened."""
    behind = any(other.start >= mention.end for other in precise)
    return behind and bool(_DIRECTION.match(text, mention.end))


def _units(mention: Mention, text: str, gazetteer: Gazetteer, named: set[str]) -> Iterable[tuple[str, float]]:
    """A road that crosses several 街乡 is settled by a house number or by another name of one of them (大屯北苑路);
    else it is shared out, likeliest first."""
    units = tuple(unit for unit in mention.place.units if unit in named) or mention.place.units
    if len(units) == 1:
        return ((units[0], 1.0),)
    number = _NUMBER.match(text, mention.end)
    value = parse_numeral(number[1]) if number else None
    for known in gazetteer.numbers:
        if value is not None and known.road in mention.place.names and known.first <= value <= known.last:
            return ((known.unit, 1.0),)
    return tuple((unit, SHARED * 0.85**rank) for rank, unit in enumerate(units))


def _chosen(shares: Mapping[str, float], mentions: Sequence[Mention]) -> Located:
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    if not ranked:
        return Located()
    total = sum(share for _, share in ranked)
    (unit, share), rest = ranked[0], ranked[1:]
    confidence = share * share / total if total else 0.0
    others = tuple((name, value * value / total) for name, value in rest if value / total >= WORTH_NAMING)
    if confidence < DECIDED * share or share < DECIDED:
        return Located(alternatives=((unit, confidence), *others)[:MAX_ALTERNATIVES], by=tuple(mentions))
    deciding = tuple(mention for mention in mentions if unit in mention.place.units)
    return Located(unit, confidence, others[:MAX_ALTERNATIVES], by=deciding)


def estate_of(mentions: Iterable[Mention]) -> str | None:
    """The estate, community or village that is named, as the gazetteer writes it; else the landmark."""
    for kind in (PlaceKind.ESTATE, PlaceKind.LANDMARK):
        named = [mention for mention in mentions if mention.place.kind is kind]
        if named:
            return max(named, key=lambda mention: mention.end - mention.start).name
    return None
