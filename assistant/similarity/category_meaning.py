"""How near a text is to each category in meaning: static vectors of what a category's name, cues and examples say together.

Vectors of a tree of complaints share much (屋, 没人管): they are centred, so that what tells categories apart is what counts.
Whitening them brought nothing more. Implements ``assistant.domain.category_index.Meaning``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.domain.category_index import matter_of
from retrieval.static_embedding import StaticEmbedding, default_embedding, normalised
from retrieval.units import units

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class CategoryMeaning:
    """``vectors`` (categories, d) of unit length about ``centre`` (d,)."""

    vectors: Vectors
    centre: Vectors
    embedding: StaticEmbedding

    @classmethod
    def of(cls, said: Sequence[Sequence[str]], embedding: StaticEmbedding | None = None) -> CategoryMeaning:
        """``said``: of each category, in their order."""
        embedding = embedding or default_embedding()
        raw = np.zeros((len(said), embedding.dimension), np.float32)
        for at, sayings in enumerate(said):
            raw[at] = embedding.encode([units(matter_of("\n".join(sayings)))])[0]
        centre = np.asarray(raw.sum(0) / max(len(raw), 1), np.float32)
        return cls(normalised(raw - centre), centre, embedding)

    def likeness(self, text: str) -> list[float]:
        vector = normalised(self.embedding.encode([units(matter_of(text))]) - self.centre)[0]
        cosines: list[float] = (self.vectors @ vector).tolist()
        return cosines
