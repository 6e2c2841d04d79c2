"""The released tagger of place words in citizens' sentences; made by ``evals/tasks/extract/training.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from assistant.domain.address_tokens import features_of, tokens_of
from assistant.domain.said_places import PlaceWords
from assistant.learning.sequence_tagger import SequenceTagger, load, spans_of

FOLDER = Path(__file__).resolve().parent.parent / "place_tagger"
MAX_LINE = 400


def load_place_tagger(folder: Path = FOLDER) -> LearnedPlaceTagger:
    """Raises ``ModelUnusable``: the model folder is damaged."""
    return LearnedPlaceTagger(load(folder))


@dataclass(frozen=True)
class LearnedPlaceTagger:
    """``PlaceTagger`` over a sequence tagger; one serves all. Two stages ask for the same text: the last few are kept."""

    tagger: SequenceTagger
    _kept: Callable[[str], tuple[PlaceWords, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_kept", lru_cache(maxsize=32)(self._read))

    def words(self, text: str) -> tuple[PlaceWords, ...]:
        """Offsets are those of ``text``; a turn of a call is read by itself, of a long one the first ``MAX_LINE``."""
        return self._kept(text)

    def _read(self, text: str) -> tuple[PlaceWords, ...]:
        found: list[PlaceWords] = []
        at = 0
        for line in text.split("\n"):
            found += (PlaceWords(at + start, at + end, label) for start, end, label in self._line(line[:MAX_LINE]))
            at += len(line) + 1
        return tuple(found)

    def _line(self, line: str) -> list[tuple[int, int, str]]:
        tokens = tokens_of(line)
        edges = [0, *accumulate(len(token) for token in tokens)]
        tags = self.tagger.tag(features_of(tokens))
        return [(edges[first], edges[last], label) for first, last, label in spans_of(tags)]
