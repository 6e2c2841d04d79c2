"""What triage needs from outside: past orders and what was learned from them; all of it is optional."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.appeal import Appeal, Judgement, Place, SimilarOrder
from assistant.domain.correction_memory import UnitLesson
from assistant.domain.said_places import PlaceWords


class OrderHistory(Protocol):
    """Past orders of the city: own repeats, the same event by others, solved precedents."""

    async def similar(self, appeal: Appeal, category: Judgement, place: Place, limit: int) -> tuple[SimilarOrder, ...]:
        """Best first, at most ``limit``. Empty where nothing is like it."""
        ...

    def received(self, appellant_key: str) -> Sequence[datetime]:
        """When the orders of one appellant came in, in any order, of what is known by now. Never waits."""
        ...


class CategoryModel(Protocol):
    """Learned from a city's own orders; labels are category names of that history."""

    def scores(self, text: str) -> Sequence[tuple[str, float]]:
        """(category, probability), best first."""
        ...


class UnitRouter(Protocol):
    """Learned from a city's own orders and from what people corrected."""

    def rank(self, text: str, category: str, street_id: str | None) -> Sequence[tuple[str, float]]:
        """(unit id, calibrated probability), best first; ids are those of the catalogue."""
        ...


class FieldFiller(Protocol):
    """Names the words of a masked appeal for fields that rules left open; what it gives is checked by who asks."""

    async def fill(self, text: str, fields: Sequence[str]) -> Mapping[str, str]:
        """Field to words, of the ``fields`` asked for only. Raises ``ChatModelError``."""
        ...


class PlaceTagger(Protocol):
    """Finds the words that say where in a masked sentence, also for places that no gazetteer holds."""

    def words(self, text: str) -> Sequence[PlaceWords]:
        """In reading order, without overlaps."""
        ...


class UnitLessons(Protocol):
    """What upheld objections and people's corrections teach of an appeal at once, before any model is learned anew."""

    def recall(self, text: str, category: str, street: str | None, now: datetime) -> Sequence[UnitLesson]:
        """One per wrong unit, strongest first. Never waits for a database."""
        ...
