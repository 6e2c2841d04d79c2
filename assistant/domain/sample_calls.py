"""Who calls in the sample orders (演示数据): season, weekday and hour, places, repeats by one caller; one burst, one group of
neighbours, one matter that rises."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.domain.appeal import AppealType
from assistant.domain.catalogue import STREET, Catalogue, UnitKind
from assistant.domain.time_limits import BEIJING

HOURS = (1, 1, 1, 1, 1, 1, 3, 6, 10, 12, 12, 10, 7, 7, 9, 10, 10, 9, 8, 8, 8, 7, 4, 2)
"""Calls by hour of the day, relative."""
MONTHS = 15
GROUP = 7
"""Neighbours who complain of one thing."""
RISING_SHARE = 5
"""Every fifth call of the last weeks is about what rises."""


@dataclass(frozen=True, slots=True)
class SampleMatter:
    """``months``: twelve relative frequencies, January first. ``texts`` hold ``{place}``."""

    category: str
    type: AppealType
    weight: float
    months: tuple[float, ...]
    texts: tuple[str, ...]
    answers: tuple[str, ...]
    burst: bool = False
    group: bool = False
    rises: bool = False


@dataclass(frozen=True, slots=True)
class SampleWorld:
    """What orders are made from: the matters and estates of the sample file, streets and leads of the catalogue."""

    matters: tuple[SampleMatter, ...]
    estates: tuple[str, ...]
    streets: tuple[tuple[str, str], ...]
    leads: dict[str, tuple[str, tuple[str, ...]]]

    @classmethod
    def of(cls, matters: Sequence[SampleMatter], estates: Sequence[str], catalogue: Catalogue) -> SampleWorld:
        streets = tuple((unit.id, unit.name) for unit in catalogue.units if unit.kind is UnitKind.STREET)
        leads = {matter.category: _lead(matter.category, catalogue) for matter in matters}
        return cls(tuple(matters), tuple(estates), streets, leads)


def _lead(category: str, catalogue: Catalogue) -> tuple[str, tuple[str, ...]]:
    """The narrowest entry of the dispatch catalogue without a condition: nobody knows whether one is met."""
    fitting = [entry for entry in catalogue.dispatch if f"{category}/".startswith(f"{entry.category}/")]
    best = max(fitting, key=lambda entry: (not entry.condition, entry.category.count("/")), default=None)
    return (best.lead, best.co_units) if best else (STREET, ())


@dataclass(frozen=True, slots=True)
class Call:
    """One appellant's matter at a place and time, before anybody worked on it."""

    at: datetime
    matter: SampleMatter
    street: str
    place: str
    phone: str
    text: str
    repeat_of: int | None = None


def sample_calls(world: SampleWorld, end: datetime, count: int, chance: random.Random) -> list[Call]:
    """``count`` calls within fifteen months before ``end``, in order of time."""
    begin = end - timedelta(days=MONTHS * 30.4)
    calls = _burst(world, end, count // 70, chance)
    while len(calls) < count:
        call = _call(world, _moment(begin, end, chance), chance)
        calls.append(call)
        if chance.random() < 0.07:  # the same caller again, impatient
            again = replace(call, at=call.at + timedelta(days=chance.uniform(1, 20)), repeat_of=0)
            if again.at < end - timedelta(minutes=15) and len(calls) < count:
                calls.append(replace(again, text=f"再次反映：{call.text}"))
    calls.sort(key=lambda call: call.at)
    return _lately(world, end, _linked(calls), chance)


def _linked(calls: list[Call]) -> list[Call]:
    """``repeat_of`` as the position of the caller's first call."""
    first: dict[str, int] = {}
    linked: list[Call] = []
    for at, call in enumerate(calls):
        linked.append(replace(call, repeat_of=first.get(call.phone) if call.repeat_of is not None else None))
        first.setdefault(call.phone, at)
    return linked


def _lately(world: SampleWorld, end: datetime, calls: list[Call], chance: random.Random) -> list[Call]:
    """Some calls of the last four weeks are about other things: neighbours with one grievance, and a matter that rises."""
    numbers = Counter(call.phone for call in calls)
    recent = (end - timedelta(days=26), end - timedelta(days=2))
    free = [
        at
        for at, call in enumerate(calls)
        if recent[0] < call.at < recent[1] and numbers[call.phone] == 1 and not call.matter.burst
    ]
    chance.shuffle(free)
    changed, (group, others) = list(calls), (free[:GROUP], free[GROUP:])
    for matter in (matter for matter in world.matters if matter.group):
        for at in group:
            neighbour = replace(calls[at], street=calls[group[0]].street, place=calls[group[0]].place)
            changed[at] = _about(matter, neighbour, chance)
    for matter in (matter for matter in world.matters if matter.rises):
        for at in others[: len(free) // RISING_SHARE]:
            changed[at] = _about(matter, calls[at], chance)
    return changed


def _about(matter: SampleMatter, call: Call, chance: random.Random) -> Call:
    return replace(call, matter=matter, text=chance.choice(matter.texts).format(place=call.place))


def _burst(world: SampleWorld, end: datetime, size: int, chance: random.Random) -> list[Call]:
    """One estate loses its heating: many callers within a day and a half, three weeks before the end."""
    matter = next(matter for matter in world.matters if matter.burst)
    start = end - timedelta(days=21)
    model = _call(world, start, chance)
    made = []
    for _ in range(size):
        text = chance.choice(matter.texts).format(place=model.place)
        at = start + timedelta(hours=min(36, chance.expovariate(1 / 8)))
        made.append(replace(model, at=at, matter=matter, text=text, phone=_phone(chance)))
    return made


def _moment(begin: datetime, end: datetime, chance: random.Random) -> datetime:
    day = begin + (end - begin) * chance.random()
    hour = chance.choices(range(24), HOURS)[0]
    local = day.astimezone(BEIJING).replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
    return local if begin <= local < end - timedelta(minutes=15) else _moment(begin, end, chance)


def _call(world: SampleWorld, at: datetime, chance: random.Random) -> Call:
    month = at.astimezone(BEIJING).month - 1
    matter = chance.choices(world.matters, [matter.weight * matter.months[month] for matter in world.matters])[0]
    street, name = world.streets[min(int(chance.expovariate(1 / 9)), len(world.streets) - 1)]
    place = f"{name.removesuffix('办事处')}{chance.choice(world.estates)}{chance.randint(1, 3)}号院"
    text = chance.choice(matter.texts).format(place=place)
    return Call(at, matter, street, place, _phone(chance), text)


def _phone(chance: random.Random) -> str:
    """Eleven digits that begin with 100: no mobile number does, so nobody is called by mistake."""
    return f"100{chance.randrange(10**8):08d}"
