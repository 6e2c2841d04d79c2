"""Finds the names of places in a citizen's words: exact ones, and long ones with one wrong character."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

from assistant.domain.catalogue import Catalogue, UnitKind
from assistant.domain.home_region import levels
from assistant.domain.places import NumberRange, PlaceKind, PlaceName

FUZZY_FROM, FUZZY_TO = 4, 9
FUZZY_TEXT = 400
_NUMERALS = str.maketrans("0123456789〇", "零一二三四五六七八九零")
_TEENS = re.compile("(?<![一二三四五六七八九十百])十(?=[一二三四五六七八九])")
_TENS = re.compile("([一二三四五六七八九])十(?=[一二三四五六七八九])")
_GENERIC = re.compile("(?:小区|社区|家园|花园|嘉园|公寓|新村|大厦|市场|公园|村)$")
_TELLING = "东西南北中一二三四五六七八九十甲乙"
_TAILS = "里园区村院庄苑城路寓厦场"
_HAN = re.compile("[\u4e00-\u9fff]")
_BEFORE = re.compile("(?:[在住到从是去往于的叫就区乡镇道们家和与即跟那这城京县]|阳)$")
_AFTER = re.compile(
    "^(?:小区|社区|家园|新村|街道|地区|村|路|大?街|里|园|苑|站|地铁|桥|公园|市场|商场|附近|旁|周边|周围|对面|对过|后|前|门口|这|那|上|内|外"
    "|[东西南北中一二三四五六七八九十甲乙丙零几]|的|有|是|到|和)"
)


def folded(text: str) -> str:
    """Same length as ``text``: lower case, digits in one script, so that 劲松8区 and 劲松八区 are one name."""
    lower = text.lower()
    return (lower if len(lower) == len(text) else text).translate(_NUMERALS)


def spoken(name: str) -> str:
    """十三区 as digits say it: 一三区."""
    return _TENS.sub(r"\1", _TEENS.sub("一", name))


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names ``place``; ``exact`` is false where one character had to be forgiven."""

    name: str
    place: PlaceName
    start: int
    end: int
    exact: bool = True


@dataclass(frozen=True)
class Gazetteer:
    """Longest name first, from left to right; linear in the text."""

    places: tuple[PlaceName, ...]
    numbers: tuple[NumberRange, ...] = ()
    region: str = ""

    @classmethod
    def of(cls, catalogue: Catalogue) -> Gazetteer:
        """The 街乡 of the catalogue with their aliases, and the names of ``places.yaml``."""
        streets = tuple(
            PlaceName((unit.name, *unit.aliases), PlaceKind.STREET, (unit.id,), verified=unit.verified)
            for unit in catalogue.units
            if unit.kind is UnitKind.STREET
        )
        return cls((*catalogue.places.names, *streets), catalogue.places.numbers, catalogue.region)

    @property
    def home(self) -> str:
        """The narrowest part of ``region``: 朝阳区."""
        return levels(self.region)[-1]

    @cached_property
    def _forms(self) -> dict[str, tuple[str, PlaceName]]:
        """Every written form, folded; what stands first in the gazetteer keeps a form that occurs twice."""
        forms: dict[str, tuple[str, PlaceName]] = {}
        for place in self.places:
            for name in place.names:
                for form in _variants(name, place.kind):
                    forms.setdefault(form, (name, place))
        return forms

    @cached_property
    def _by_opening(self) -> dict[str, tuple[str, ...]]:
        opening: dict[str, list[str]] = defaultdict(list)
        for form in self._forms:
            opening[form[:2]].append(form)
        return {key: tuple(sorted(forms, key=len, reverse=True)) for key, forms in opening.items()}

    @cached_property
    def _with_gap(self) -> dict[str, set[str]]:
        """Long names with one character taken for any (风林绿洲 → 风林绿＊)."""
        gaps: dict[str, set[str]] = defaultdict(set)
        for form, (_, place) in self._forms.items():
            long = len(_GENERIC.sub("", form)) >= FUZZY_FROM and len(form) <= FUZZY_TO
            if long and place.kind in (PlaceKind.ESTATE, PlaceKind.LANDMARK):
                for gap in _gapped(form):
                    gaps[gap].add(form)
        return dict(gaps)

    @cached_property
    def _ends(self) -> frozenset[tuple[int, str]]:
        """Length with first two and with last two characters of the long names: one wrong character cannot spoil both ends."""
        forms = {form for found in self._with_gap.values() for form in found}
        return frozenset((len(form), end) for form in forms for end in (form[:2] + "＊", "＊" + form[-2:]))

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """In reading order, without overlaps; forgives a character only where no place of ours is named rightly."""
        found = tuple(self._exact(text, folded(text)))
        settled = any(m.place.units and m.place.kind is not PlaceKind.ROAD for m in found)
        return found if settled else _merged(found, self._forgiven(folded(text)[:FUZZY_TEXT]))

    def _exact(self, text: str, plain: str) -> Iterator[Mention]:
        at = 0
        while at < len(plain) - 1:
            form = next(
                (form for form in self._by_opening.get(plain[at : at + 2], ()) if self._fits(plain, at, form)), ""
            )
            if form:
                yield self._mention(form, at, exact=True)
            at += len(form) or 1

    def _fits(self, plain: str, at: int, form: str) -> bool:
        """A name of two characters may be part of another word (中国贸易): its neighbours must look like a place's."""
        if not plain.startswith(form, at):
            return False
        before, after = plain[max(0, at - 1) : at], plain[at + len(form) : at + len(form) + 4]
        if form[-1].isascii() and after[:1].isascii() and after[:1].isalnum():
            return False
        if len(form) > 2 or self._forms[form][1].kind is PlaceKind.REGION:
            return True
        return not _HAN.match(before) or not _HAN.match(after) or bool(_BEFORE.search(before) or _AFTER.match(after))

    def _forgiven(self, plain: str) -> Iterator[Mention]:
        for size in range(FUZZY_TO, FUZZY_FROM - 1, -1):
            for at in range(len(plain) - size + 1):
                window = plain[at : at + size]
                if (size, window[:2] + "＊") not in self._ends and (size, "＊" + window[-2:]) not in self._ends:
                    continue
                forms = {form for gap in _gapped(window) for form in self._with_gap.get(gap, ())}
                if len(forms) == 1:
                    yield self._mention(forms.pop(), at, exact=False)

    def _mention(self, form: str, at: int, *, exact: bool) -> Mention:
        name, place = self._forms[form]
        return Mention(name, place, at, at + len(form), exact)


def _variants(name: str, kind: PlaceKind) -> Iterator[str]:
    plain = folded(normalize("NFKC", name))
    yield plain
    if spoken(plain) != plain:
        yield spoken(plain)
    if kind is PlaceKind.STATION and plain.endswith("地铁站"):
        bare = plain.removesuffix("地铁站")
        yield from (f"地铁{bare}站", f"地铁{bare}", f"{bare}站")


def _gapped(form: str) -> Iterator[str]:
    """No direction, number or last 里, 园, 村 … is forgiven: 东里 and 西里 are two places."""
    for at, char in enumerate(form):
        if char not in _TELLING and not (at == len(form) - 1 and char in _TAILS):
            yield f"{form[:at]}＊{form[at + 1 :]}"


def _merged(found: Iterable[Mention], more: Iterable[Mention]) -> tuple[Mention, ...]:
    taken = list(found)
    for mention in more:
        if all(mention.end <= other.start or mention.start >= other.end for other in taken):
            taken.append(mention)
    return tuple(sorted(taken, key=lambda mention: mention.start))
