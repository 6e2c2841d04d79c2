"""Judges pairs as the service does: a new appeal against an order of known category, by matter and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.bootstrap.pack_triage import category_index
from assistant.city_pack import city_pack_folder
from assistant.domain.category_index import CategoryIndex
from assistant.domain.place_names import Agreement, names_in, without_places
from assistant.similarity.matter import WEIGHTS, MatterWeights, expected_agreement
from assistant.similarity.search import places_agree
from assistant.similarity.signatures import TokenCounts, overlaps, sign
from evals.tasks.duplicates.pairs import Pair

LIKELY = 6
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """``parts``: agreement of category, cosine, shared words; shape (n, 3). ``elsewhere``: the texts name different places."""

    parts: Floats
    elsewhere: NDArray[np.bool_]

    def chances(self, weights: MatterWeights = WEIGHTS) -> Floats:
        same = np.array([weights.probability(*row) for row in self.parts.tolist()])
        return np.where(self.elsewhere, 0.0, same)


def compare(pairs: Sequence[Pair]) -> Compared:
    index = category_index(city_pack_folder(None) / "catalogue")
    places = [(names_in(pair.first), names_in(pair.second)) for pair in pairs]
    matters = [
        (without_places(pair.first, here), without_places(pair.second, there))
        for pair, (here, there) in zip(pairs, places, strict=True)
    ]
    first, second = sign([one for one, _ in matters]), sign([other for _, other in matters])
    counts = TokenCounts.of([signed.tokens for signed in (*first, *second)])
    parts = [
        (
            _agreement(index, matter, pair),
            float(one.vector @ other.vector),
            float(overlaps(one.tokens, [other.tokens], counts)[0]),
        )
        for pair, matter, one, other in zip(pairs, matters, first, second, strict=True)
    ]
    apart = [
        places_agree(pair.first, here, there) is Agreement.DIFFERENT
        for pair, (here, there) in zip(pairs, places, strict=True)
    ]
    return Compared(np.array(parts), np.array(apart))


def _agreement(index: CategoryIndex, matter: tuple[str, str], pair: Pair) -> float:
    """Without a known category, the second text's best guess stands for it."""
    known = pair.category or next((name for name, _ in index.scores(matter[1])), "")
    return expected_agreement(index.scores(matter[0])[:LIKELY], known) if known else 0.0
