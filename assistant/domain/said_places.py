"""The words that say where it happened: names of the gazetteer with what leads to the spot, else what looks like a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.domain.gazetteer import Gazetteer, Mention
from assistant.domain.home_region import ahead_of
from assistant.domain.order_fields import Piece
from assistant.domain.places import PlaceKind

NAMING = frozenset({"poi", "road", "area"})
_JOINED = re.compile("(?:那边的?|这边的?|里面的?|的|旁边的?|街道|地区|[，, ])?")
_SPOT = re.compile(
    "(?:〔门牌[0-9]+〕|[A-Z0-9一二三四五六七八九十]{1,4}(?:号院|号楼|号|楼(?![上下]|住|的?邻|有|商|业)|单元|门|区|期|层|室|院|村)|[东西南北]{1,2}[区门里侧口]|[A-Z][口座区]|地下(?:一|二|负一)层"
    "|小区|社区|街道|村(?!委|民|口)|家园|新村|西路|东路|南路|北路|路(?!边|口|灯)|地铁站|商场|市场|广场|塔[一二三1-3])+"
)
_PLACE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{0,12}?(?:街道|地区|乡|村|路(?![灯面况过人费障])|大街|胡同|小区|社区|家园|花园|公寓|里|园|苑|号院|大厦|广场|地铁站|桥|公园|市场|〔门牌\d+〕)+[\u4e00-\u9fffA-Za-z0-9〔〕]{0,8}?(?=[，,。;；！!？?的有在被旁附门]|$)"
)
_OPENING = re.compile("^.*(?:我们?家?[住在是]+|住在?|位于|坐落在|就在|[在到去]|我们|反映一?下?|投诉|你好|您好)")


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """``text[start:end]`` is a ``district``, ``area``, ``poi`` (estate or landmark), ``road``, ``door`` or ``spot``."""

    start: int
    end: int
    label: str


Tag = Callable[[str], Sequence[PlaceWords]]
CERTAIN, TAGGED, SHAPED = 0.9, 0.75, 0.5


def said_place(text: str, gazetteer: Gazetteer, tag: Tag | None = None) -> Piece | None:
    """Names that are known; else what ``tag`` takes for a place; without one, what has a place's ending."""
    mentions = [mention for mention in gazetteer.mentions(text) if mention.place.kind is not PlaceKind.REGION]
    if mentions:
        return _around(text, mentions, gazetteer.region)
    return _tagged(tag(text)) if tag else _shaped(text)


def named_estate(text: str, tag: Tag) -> str | None:
    """The estate or landmark that ``tag`` sees, whether or not a gazetteer holds it."""
    return next((text[words.start : words.end] for words in tag(text) if words.label == "poi"), None)


def _tagged(found: Sequence[PlaceWords]) -> Piece | None:
    """The longest run of place words that stand together and name something."""
    runs: list[list[PlaceWords]] = []
    for words in found:
        if runs and words.start - runs[-1][-1].end <= 1:
            runs[-1].append(words)
        else:
            runs.append([words])
    naming = [run for run in runs if NAMING & {words.label for words in run}]
    best = max(naming, key=lambda run: run[-1].end - run[0].start, default=None)
    return Piece(best[0].start, best[-1].end, TAGGED) if best else None


def _shaped(text: str) -> Piece | None:
    match = _PLACE.search(text)
    if match is None:
        return None
    opening = _OPENING.match(match[0])
    start = match.start() + (opening.end() if opening else 0)
    return Piece(start, match.end(), SHAPED) if match.end() - start >= 3 else None


def _around(text: str, mentions: list[Mention], region: str) -> Piece:
    """The first run of names that stand together, with the city before it and gate, building or exit behind it."""
    start, end = mentions[0].start, mentions[0].end
    ahead = re.compile(f"{ahead_of(region)}$").search(text, 0, start) if region else None
    end = _spot(text, end)
    for mention in mentions[1:]:
        joint = _JOINED.match(text, end)
        if joint is None or joint.end() != mention.start:
            break
        end = _spot(text, mention.end)
    return Piece(ahead.start() if ahead else start, end, CERTAIN if mentions[0].exact else TAGGED)


def _spot(text: str, end: int) -> int:
    match = _SPOT.match(text, end)
    return match.end() if match else end
