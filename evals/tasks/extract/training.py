"""Fits ``assistant/place_tagger``: the words of a sentence that say where, for places that no gazetteer holds.

``python -m evals.tasks.extract.training --out assistant/place_tagger`` (extra ``learn``). Trained on sentences that are put
together here from invented names, names of the city pack and its example sentences; names that occur in the evaluation sets
are left out, and no public set takes part. The same seed gives the same model.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.adapters.catalogue_files import load_catalogue
from assistant.appeal_cues import load_category_examples
from assistant.city_pack import city_pack_folder
from assistant.data_files import StrictModel, load_declared
from assistant.domain.address_tokens import features_of, tokens_of
from assistant.domain.gazetteer import Gazetteer
from assistant.domain.places import PlaceKind
from assistant.learning.sequence_fitting import TaggerOptions, fit_tagger
from assistant.learning.sequence_tagger import save, without_idle
from evals.files import read_rows


class PlaceWordLists(StrictModel):
    """``place_words.yaml``: endings of names, words before and behind a place."""

    characters: str
    estates: list[str]
    landmarks: list[str]
    roads: list[str]
    doors: list[str]
    spots: list[str]
    areas: list[str]
    openings: list[str]
    joints: list[str]


WORDS = load_declared(Path(__file__).with_name("place_words.yaml"), PlaceWordLists)
DATASETS = Path(__file__).resolve().parents[2] / "datasets"
SEED = 12345
PLACED, PLAIN = 3600, 900
LEAST = 0.1
"""Features whose weights are all smaller are dropped: the tags stay, the file shrinks."""
Part = tuple[str, str]
"""Words and their label; "" for words that are no place."""


@dataclass(frozen=True)
class Names:
    estates: Sequence[str]
    landmarks: Sequence[str]
    stations: Sequence[str]
    roads: Sequence[str]


def names_outside(folder: Path, seen: str) -> Names:
    """The city pack's names, less those that occur in ``seen``, the words of the evaluation sets."""
    places = load_catalogue(folder).places.names
    kinds = (PlaceKind.ESTATE, PlaceKind.LANDMARK, PlaceKind.STATION, PlaceKind.ROAD)
    of_kind = [
        [name for place in places if place.kind is kind for name in place.names if len(name) > 2 and name not in seen]
        for kind in kinds
    ]
    return Names(*of_kind)


class Writer:
    """Draws sentences whose words are labelled as they are put together."""

    def __init__(self, names: Names, matters: Sequence[str], seed: int) -> None:
        self._names, self._matters, self._chance = names, matters, random.Random(seed)

    def sentences(self, placed: int, plain: int) -> Iterator[list[Part]]:
        for _ in range(placed):
            yield self._placed()
        for _ in range(plain):
            yield [(self._pick(self._matters), "")]

    def _placed(self) -> list[Part]:
        matter = self._pick(self._matters)
        if self._maybe(0.8):
            return [(self._pick(WORDS.openings), ""), *self._where(), (self._pick(WORDS.joints) + matter, "")]
        return [(matter + self._pick(["，在", "，地址是", "，我住", "。就在", "，位置是"]), ""), *self._where()]

    def _where(self) -> Iterator[Part]:
        if self._maybe(0.12):
            yield self._pick(["朝阳区", "北京市朝阳区", "朝阳"]), "district"
        if self._maybe(0.3):
            yield self._pick(WORDS.areas), "area"
        draw = self._chance.random()
        if draw < 0.6:
            yield from self._estate()
        elif draw < 0.78:
            yield from self._road()
        else:
            yield self._landmark(), "poi"
        if self._maybe(0.3):
            yield self._pick(WORDS.spots), "spot"

    def _estate(self) -> Iterator[Part]:
        yield self._name(self._names.estates, WORDS.estates), "poi"
        if self._maybe(0.5):
            yield self._pick(WORDS.doors), "door"

    def _road(self) -> Iterator[Part]:
        yield self._name(self._names.roads, WORDS.roads), "road"
        if self._maybe(0.5):
            yield self._pick([f"{self._chance.randint(1, 300)}号", "甲3号", "十二号"]), "door"
        if self._maybe(0.3):
            yield self._landmark(), "poi"

    def _landmark(self) -> str:
        kind = self._chance.random()
        return self._pick(self._names.stations) if kind < 0.25 else self._name(self._names.landmarks, WORDS.landmarks)

    def _name(self, known: Sequence[str], endings: Sequence[str]) -> str:
        """Two of three are invented, so that the ending and the words around it must tell."""
        if self._maybe(0.35):
            return self._pick(known)
        return "".join(self._chance.choices(WORDS.characters, k=self._chance.choice((2, 2, 2, 3)))) + self._pick(
            endings
        )

    def _pick(self, choices: Sequence[str]) -> str:
        return self._chance.choice(choices)

    def _maybe(self, share: float) -> bool:
        return self._chance.random() < share


def tagged(parts: Sequence[Part]) -> tuple[list[str], list[str]]:
    """Tokens of the sentence and their BIO tags; a part begins with a token of its own."""
    tokens: list[str] = []
    tags: list[str] = []
    for words, label in parts:
        own = tokens_of(words)
        tokens += own
        tags += ["O"] * len(own) if not label else [f"{'I' if at else 'B'}-{label}" for at in range(len(own))]
    return tokens, tags


def evaluation_words() -> str:
    rows = [row for name in ("addresses", "extractions") for row in read_rows(DATASETS / f"{name}.jsonl")]
    return json.dumps(rows, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    catalogue = city_pack_folder(None) / "catalogue"
    gazetteer = Gazetteer.of(load_catalogue(catalogue))
    matters = [sentence for _, sentence in load_category_examples(catalogue) if not gazetteer.mentions(sentence)]
    writer = Writer(names_outside(catalogue, evaluation_words()), matters, SEED)
    pairs = [tagged(parts) for parts in writer.sentences(PLACED, PLAIN)]
    features = [features_of(tokens) for tokens, _ in pairs]
    tagger = fit_tagger(features, [tags for _, tags in pairs], TaggerOptions(penalty=1.0, at_least=4, steps=60))
    tagger = without_idle(tagger, LEAST)
    save(
        tagger, options.out, {"sentences": len(pairs), "seed": SEED, "trained_on": "sentences written by this program"}
    )
    print(
        json.dumps({"sentences": len(pairs), "features": len(tagger.features), "tags": tagger.tags}, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
