"""Asks the index of past orders: own repeats, the same event by others, settled precedents (domain.md §1.3, ordinance Article 11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from assistant.domain.appeal import Relation
from assistant.domain.past_order import PastOrder
from assistant.domain.place_names import Agreement, PlaceName, agreement, mentions
from assistant.domain.work_order import OrderState
from assistant.similarity.matter import WEIGHTS, MatterWeights, expected_agreement
from assistant.similarity.order_index import CODE_ERROR, OrderIndex, code_of, cosines
from assistant.similarity.signatures import Signature, overlaps

LOOKED_AT = 48
"""Rows of one relation that get the exact second look."""
LATEST = 8192
"""Precedents of one matter that are looked at."""
SAME_MATTER = 0.5
SURE_MATTER = 0.75
OWN_WINDOW = timedelta(days=365)
EVENT_WINDOW = timedelta(days=30)
OPEN_EVENT_WINDOW = timedelta(days=180)
UNPLACED_WINDOW = timedelta(days=3)
SHARES = {Relation.OWN_REPEAT: 3, Relation.SAME_EVENT: 4, Relation.PRECEDENT: 5}
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """An appeal as the index can compare it. ``words`` is its text with the address; ``categories`` are likely ones, best first."""

    signature: Signature
    words: str
    categories: Sequence[tuple[str, float]]
    at: datetime
    places: tuple[PlaceName, ...] = ()
    street: str | None = None
    appellant_key: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    order: PastOrder
    relation: Relation
    score: float
    place: Agreement


def find_similar(index: OrderIndex, asked: Asked, limit: int, weights: MatterWeights = WEIGHTS) -> list[Match]:
    """At most ``limit``: own repeats, then the same event, then precedents; each best first."""
    if not len(index):
        return []
    look = _Look(index, asked, weights)
    found: dict[str, Match] = {}
    for relation, matches in (
        (Relation.OWN_REPEAT, look.own_repeats()),
        (Relation.SAME_EVENT, look.same_events()),
        (Relation.PRECEDENT, look.precedents()),
    ):
        best = sorted((match for match in matches if match.order.id not in found), key=_first)
        found |= {match.order.id: match for match in best[: SHARES[relation]]}
    return list(found.values())[:limit]


def _first(match: Match) -> tuple[bool, float]:
    """An event that is still being worked on before one that is over; a merged order after the one it went into."""
    behind = match.order.is_over if match.relation is Relation.SAME_EVENT else match.order.state is OrderState.MERGED
    return behind, -match.score


class _Look:
    def __init__(self, index: OrderIndex, asked: Asked, weights: MatterWeights) -> None:
        self.index, self.asked, self.weights = index, asked, weights
        self.rows = len(index)  # a writer may add while we look
        self.now = int(asked.at.timestamp())
        by_category = [expected_agreement(asked.categories, name or "") for name in index.categories.all]
        self.agreement = np.array(by_category, np.float32)
        self.columns = index.columns

    def own_repeats(self) -> Iterator[Match]:
        key = self.asked.appellant_key
        rows = np.array(self.index.rows_of_caller.get(key, ()) if key else (), np.int64)
        rows = rows[(rows < self.rows)]
        recent = self.columns.received[rows] >= self.now - OWN_WINDOW.total_seconds()
        for row, score in self._judged(rows[recent]):
            place = self._place(row)
            if place is not Agreement.DIFFERENT:
                yield self._match(row, Relation.OWN_REPEAT, score, place)

    def same_events(self) -> Iterator[Match]:
        here = self._here()
        columns, age = self.columns, self.now - self.columns.received[here]
        window = np.where(columns.is_over[here], EVENT_WINDOW.total_seconds(), OPEN_EVENT_WINDOW.total_seconds())
        recent = here[(age <= window) & ~columns.is_merged[here]]
        for row, score in self._judged(self._likeliest(recent)):
            place = self._place(row)
            if self._is_same_event(row, score, place):
                yield self._match(row, Relation.SAME_EVENT, score, place)

    def _here(self) -> Rows:
        """Rows of the 街乡 in question and of none; where nobody said where, none can be the same event."""
        street = self.columns.street[: self.rows]
        if self.asked.street is None:
            return np.arange(self.rows if self.asked.places else 0)
        names = self.index.streets
        return np.flatnonzero((street == names.find(self.asked.street)) | (street == names.find(None)))

    def _is_same_event(self, row: int, score: float, place: Agreement) -> bool:
        """Where nobody named the place, only a sure matter in the same street within days can be the same event."""
        order = self.index.orders[row]
        key = self.asked.appellant_key
        if place is Agreement.DIFFERENT or (key and key == order.appellant_key):
            return False
        if place is Agreement.SAME:
            return True
        close = abs(self.asked.at - order.received_at) <= UNPLACED_WINDOW
        return close and score >= SURE_MATTER and order.street is not None and order.street == self.asked.street

    def precedents(self) -> Iterator[Match]:
        """Of the likely categories, where there are any: another category's precedent is seldom one. The latest count most."""
        settled = self.columns.is_settled[: self.rows]
        alike = settled & (self._agreement(np.s_[: self.rows]) > 0)
        rows = np.flatnonzero(alike if alike.any() else settled)[-LATEST:]
        for row, score in self._judged(self._likeliest(rows)):
            yield self._match(row, Relation.PRECEDENT, score, self._place(row))

    def _first_look(self, rows: Rows) -> NDArray[np.float32]:
        """Categories and codes of many rows at once."""
        score = cosines(self.columns.code[:, rows], code_of(self.asked.signature.vector))
        score *= self.weights.meaning
        score += np.float32(self.weights.category) * self._agreement(rows)
        return score

    def _likeliest(self, rows: Rows) -> Rows:
        """At most ``LOOKED_AT`` of ``rows``, without those that no shared words could lift to the same matter."""
        if len(rows) <= LOOKED_AT:
            return rows
        least = -self.weights.bias - self.weights.words - 2 * CODE_ERROR * self.weights.meaning
        score = self._first_look(rows)
        able = score >= least
        rows, score = rows[able], score[able]
        return rows if len(rows) <= LOOKED_AT else rows[np.argpartition(-score, LOOKED_AT)[:LOOKED_AT]]

    def _agreement(self, rows: Rows | slice) -> NDArray[np.float32]:
        # A category that came in after this look began is not in the table: it counts as the last one of it.
        return np.asarray(self.agreement.take(self.columns.category[rows], mode="clip"))

    def _judged(self, rows: Rows) -> Iterator[tuple[int, float]]:
        """The second look, by exact cosine and shared words: the rows that tell of the same matter, and how likely."""
        signature, counts = self.asked.signature, self.index.counts
        cosine = self.columns.vector[rows].astype(np.float32) @ signature.vector
        shared = overlaps(signature.tokens, [self.index.tokens[row] for row in rows], counts)
        for row, *parts in zip(rows.tolist(), self._agreement(rows), cosine, shared, strict=True):
            score = self.weights.probability(*map(float, parts))
            if score >= SAME_MATTER:
                yield row, score

    def _place(self, row: int) -> Agreement:
        return places_agree(self.asked.words, self.asked.places, self.index.places[row])

    def _match(self, row: int, relation: Relation, score: float, place: Agreement) -> Match:
        return Match(self.index.orders[row], relation, round(score, 4), place)


def places_agree(words: str, places: Iterable[PlaceName], known: Sequence[PlaceName]) -> Agreement:
    """Whether an appeal speaks of a place that an order is about: by name in its words, else by the names it gives."""
    said = [mentions(words, name) for name in known]
    if Agreement.SAME in said:
        return Agreement.SAME
    return Agreement.DIFFERENT if Agreement.DIFFERENT in said else agreement(places, known)
