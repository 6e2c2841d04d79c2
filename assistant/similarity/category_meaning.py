"""How near a text is to each category in meaning: static vectors of what a category's name, cues and examples say together.

Vectors of a tree of complaints share much (屋, 没人管): they are centred and partly whitened, so that what tells categories apart
weighs more (Huang et al. 2021, WhiteningBERT). Implements ``assistant.domain.category_index.Meaning``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.domain.category_index import matter_of
from retrieval.static_embedding import StaticEmbedding, default_embedding, normalised
from retrieval.units import units

Vectors = NDArray[np.float32]
WHITENING = 0.2
"""Power of the inverse covariance: 0 leaves the vectors as they are, 0.5 makes all directions equal."""
FLOOR = 1e-3


@dataclass(frozen=True)
class CategoryMeaning:
    """``vectors`` (names, d) of unit length; ``centre`` (d,) and ``turn`` (d, d) bring a text's vector among them."""

    names: tuple[str, ...]
    vectors: Vectors
    centre: Vectors
    turn: Vectors
    embedding: StaticEmbedding

    @classmethod
    def of(cls, texts: Mapping[str, Sequence[str]], embedding: StaticEmbedding | None = None) -> CategoryMeaning:
        """``texts``: category → what is said of it."""
        embedding = embedding or default_embedding()
        raw = np.zeros((len(texts), embedding.dimension), np.float32)
        for at, said in enumerate(texts.values()):
            raw[at] = embedding.encode([units("。".join(map(matter_of, said)))])[0]
        centre = np.asarray(raw.sum(0) / max(len(raw), 1), np.float32)
        turn = _whitening(raw)
        return cls(tuple(texts), _turned(raw, centre, turn), centre, turn, embedding)

    def likeness(self, text: str) -> dict[str, float]:
        own = self.embedding.encode([units(matter_of(text))])
        vector = _turned(own, self.centre, self.turn)[0]
        return dict(zip(self.names, (self.vectors @ vector).tolist(), strict=True))


def _turned(vectors: Vectors, centre: Vectors, turn: Vectors) -> Vectors:
    return normalised(np.asarray((vectors - centre) @ turn, np.float32))


def _whitening(raw: Vectors) -> Vectors:
    if len(raw) < 2:
        return np.eye(raw.shape[1], dtype=np.float32)
    values, turns = np.linalg.eigh(np.cov(raw.T) + FLOOR * np.eye(raw.shape[1]))
    return np.asarray((turns * values**-WHITENING) @ turns.T, np.float32)
