"""Makes ``evals/datasets/order_pairs.jsonl`` from ``order_events.yaml``: ``python -m evals.tasks.duplicates.made_pairs --out FILE``.

Repeats: one matter at one place, told by two callers. Hard negatives: the same place with a near or another matter, the same
matter at another place. Matters of dev and test differ.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from evals.files import write_rows

EVENTS = Path(__file__).resolve().parents[2] / "datasets" / "order_events.yaml"
EACH = 3
Matter = Mapping[str, Any]


def made_pairs(declared: Mapping[str, Any], seed: int = 0) -> Iterator[dict[str, Any]]:
    chance, places = random.Random(seed), declared["places"]
    for split in ("dev", "test"):
        matters = [matter for matter in declared["matters"] if matter["split"] == split]
        for matter in matters:
            for number, (kind, first, second) in enumerate(_pairs(matter, matters, places, chance)):
                yield {
                    "id": f"{matter['id']}-{number}",
                    "q1": first,
                    "q2": second[0],
                    "category2": second[1],
                    "label": int(kind == "repeat"),
                    "kind": kind,
                    "split": split,
                }


def _pairs(
    matter: Matter, matters: Sequence[Matter], places: Sequence[str], chance: random.Random
) -> Iterator[tuple[str, str, tuple[str, str]]]:
    near = [other for other in matters if other["id"] in matter["near"]]
    far = [other for other in matters if other is not matter and other not in near]
    for first, second in combinations(matter["texts"], 2):
        place = chance.choice(places)
        yield "repeat", first.format(place=place), (second.format(place=place), matter["category"])
    for kind, others in (("near", near * EACH), ("other", chance.sample(far, EACH))):
        for other in others:
            yield kind, *_told(matter, other, chance, [chance.choice(places)] * 2)
    for _ in range(EACH):
        yield "elsewhere", *_told(matter, matter, chance, chance.sample(places, 2))


def _told(one: Matter, other: Matter, chance: random.Random, places: Sequence[str]) -> tuple[str, tuple[str, str]]:
    first, second = (
        chance.choice(matter["texts"]).format(place=at) for matter, at in zip((one, other), places, strict=True)
    )
    return first, (second, other["category"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write_rows(given.out, made_pairs(yaml.safe_load(EVENTS.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
