"""What the orders behind a signal tell of: groups of them that say the same, so that four hundred titles need not be read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.place_names import place_of, without_places
from assistant.domain.watch import WatchedOrder

MOST = 2000
"""All pairs are compared: of more orders the newest are. 2,000 take about two seconds."""
LEAST = 2
_MASKED = re.compile("〔[^〕]*〕")

Texts = Sequence[tuple[str, str]]
"""(title, content), masked."""
Grouping = Callable[[Texts], Sequence[int]]
"""A group number for each text; one that is like no other has a group of its own."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``orders`` in order of time; ``title`` is the newest one's."""

    title: str
    orders: tuple[WatchedOrder, ...]

    @property
    def callers(self) -> int:
        return len({order.caller for order in self.orders})

    @property
    def open(self) -> int:
        return sum(order.is_open for order in self.orders)

    @property
    def unsolved(self) -> int:
        return sum(order.is_unsolved for order in self.orders)


@dataclass(frozen=True, slots=True)
class SignalTopics:
    """``total`` orders stand behind the signal, ``compared`` of them were grouped, ``alone`` are like no other."""

    total: int
    compared: int
    alone: int
    topics: tuple[Topic, ...]


def newest(orders: Sequence[WatchedOrder]) -> Sequence[WatchedOrder]:
    """Those of ``orders``, which are in order of time, that can be compared with each other."""
    return orders[-MOST:]


def topics_of(
    orders: Sequence[WatchedOrder], contents: Mapping[str, str], group: Grouping, place: str = ""
) -> SignalTopics:
    """``orders`` in order of time; ``contents`` by order id. Largest topic first, of equal ones the one heard last.

    ``place``: where all of them are. What all say tells nothing apart and is not compared, nor are marks of masked words.
    """
    compared = newest(orders)
    texts = [(_matter(order.title, place), _matter(contents.get(order.id, ""), place)) for order in compared]
    numbers = group(texts)
    members: dict[int, list[WatchedOrder]] = defaultdict(list)
    for order, number in zip(compared, numbers, strict=True):
        members[number].append(order)
    found = [Topic(own[-1].title, tuple(own)) for own in members.values() if len(own) >= LEAST]
    found.sort(key=lambda topic: (len(topic.orders), topic.orders[-1].received_at), reverse=True)
    grouped = sum(len(topic.orders) for topic in found)
    return SignalTopics(len(orders), len(compared), len(compared) - grouped, tuple(found))


def _matter(text: str, place: str) -> str:
    name = place_of(place)
    return _MASKED.sub("", without_places(text, [name] if name else []))
