"""One look for all who ask the same; never an older page than what the asker has heard of."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from assistant.api.work_orders.shared_pages import KEEP_S, MOST, ReadyPage, SharedPages


@dataclass
class World:
    """``gate`` holds the look back until it is opened."""

    changes: int = 1
    at: float = 0.0
    looks: int = 0
    fails: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()
        self.pages = SharedPages(lambda: self.changes, lambda: self.at)

    async def look(self) -> ReadyPage:
        self.looks += 1
        made = self.looks
        await self.gate.wait()
        if self.fails:
            raise RuntimeError("away")
        return ReadyPage.of(str(made).encode())

    async def ask(self, key: str = "a") -> bytes:
        return (await self.pages.get(key, self.look)).body


async def test_two_hundred_who_ask_at_once_share_one_look() -> None:
    world = World()
    world.gate.clear()
    asking = [asyncio.create_task(world.ask()) for _ in range(200)]
    await asyncio.sleep(0)
    world.gate.set()
    assert set(await asyncio.gather(*asking)) == {b"1"}
    assert await world.ask("b") == b"2"


async def test_after_a_change_nobody_gets_what_was_begun_before_it() -> None:
    world = World()
    world.gate.clear()
    early = asyncio.create_task(world.ask())
    await asyncio.sleep(0)
    world.changes += 1
    late = asyncio.create_task(world.ask())
    await asyncio.sleep(0)
    world.gate.set()
    assert (await early, await late) == (b"1", b"2")
    assert await world.ask() == b"2"


async def test_a_page_is_kept_a_second_at_most() -> None:
    world = World()
    await world.ask()
    world.at = KEEP_S - 0.01
    assert await world.ask() == b"1"
    world.at = KEEP_S
    assert await world.ask() == b"2"


async def test_who_hears_of_no_change_shares_nothing() -> None:
    world = World(changes=0)
    assert (await world.ask(), await world.ask()) == (b"1", b"2")


async def test_a_failure_is_told_and_not_kept() -> None:
    world = World(fails=True)
    with pytest.raises(RuntimeError):
        await world.ask()
    world.fails = False
    assert await world.ask() == b"2"


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    world = World()
    world.gate.clear()
    first, second = asyncio.create_task(world.ask()), asyncio.create_task(world.ask())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    world.gate.set()
    assert await second == b"1"


async def test_it_does_not_grow_without_end() -> None:
    world = World()
    for number in range(MOST + 50):
        await world.ask(str(number))
    assert len(world.pages._kept) == MOST


def test_the_tag_is_that_of_the_words() -> None:
    assert ReadyPage.of(b"a").etag == ReadyPage.of(b"a").etag != ReadyPage.of(b"b").etag
