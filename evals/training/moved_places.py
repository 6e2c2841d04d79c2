"""Notices as if each came from a place of its own, so that what a place in a question is worth can be learned.

The public notices are of one province. Fitted on them as they are, it weighs nothing whether a document is of the place
that is asked about, and a notice of another province answers as well as the right one.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from evals.library import row_of
from evals.tasks.retrieve.cases import RetrievalCase
from retrieval.contracts import Passage
from retrieval.ingestion.describe import canonical_region
from retrieval.places import PLACES_FILE

_HOME = "河北"
_TWIN_SHARE = 0.25
_NAMED_SHARE, _NATIONAL_NAMED_SHARE = 0.5, 0.25
_SEPARATOR = "@"
Places = Sequence[str]
"""Short name of a province and then its cities."""


@dataclass(frozen=True, slots=True)
class Moved:
    """``province`` names the new home of each row that has one; ``twins`` the rows that say the same elsewhere."""

    passages: Sequence[Passage]
    province: Mapping[str, str]
    twins: Mapping[str, frozenset[str]]


def provinces() -> list[Places]:
    lines = files("retrieval").joinpath(PLACES_FILE).read_text(encoding="utf-8").split("\n")
    return [line.split() for line in lines if line]


def scatter(passages: Sequence[Passage], seed: int = 1) -> Moved:
    """Every document that names its province moves to one drawn by lot, and a quarter of them to a second one as well."""
    drawn, places = random.Random(seed), provinces()
    home = next(names for names in places if names[0] == _HOME)
    kept: list[Passage] = []
    province: dict[str, str] = {}
    twins: dict[str, frozenset[str]] = {}
    for name, parts in _documents(passages).items():
        if not any(_HOME in part.title + part.text for part in (parts[0], parts[-1])):
            kept += parts
            continue
        first, second = drawn.sample(places, 2)
        kept += [_moved(part, home, first) for part in parts]
        province[name] = first[0]
        if drawn.random() < _TWIN_SHARE:
            other = f"{name}{_SEPARATOR}{second[0]}"
            kept += [_renamed(_moved(part, home, second), _SEPARATOR + second[0]) for part in parts]
            province[other] = second[0]
            twins |= {name: frozenset({other}), other: frozenset({name})}
    return Moved(kept, province, twins)


def _documents(passages: Sequence[Passage]) -> Mapping[str, Sequence[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        found[row_of(passage)].append(passage)
    return found


def _moved(passage: Passage, home: Places, target: Places) -> Passage:
    return replace(
        passage,
        title=move_text(passage.title, home, target),
        text=move_text(passage.text, home, target),
        path=tuple(move_text(part, home, target) for part in passage.path),
        region=canonical_region(target[0]),
    )


def _renamed(passage: Passage, mark: str) -> Passage:
    row = passage.row_id and passage.row_id + mark
    return replace(passage, id=passage.id + mark, document_id=passage.document_id + mark, row_id=row)


def move_text(text: str, home: Places, target: Places) -> str:
    """The text with the province and the cities of ``home`` called by names of ``target``."""
    state, cities = target[0], target[1:] or target[:1]
    called = {name: cities[place % len(cities)] for place, name in enumerate(home[1:])}
    text = text.replace(f"{home[0]}省", canonical_region(state) or state).replace(home[0], state)
    return re.sub("|".join(home[1:]), lambda found: called[found[0]], text)


def place_questions(moved: Moved, made: Sequence[RetrievalCase], seed: int = 1) -> list[RetrievalCase]:
    """Half of the questions name the place; those that do not are answered by a twin as well."""
    drawn = random.Random(seed)
    names = {places[0]: places for places in provinces()}
    texts = {name: _first_lines(parts) for name, parts in _documents(moved.passages).items()}
    return [_placed(drawn, case, moved, names, texts[case.id]) for case in made]


def _first_lines(parts: Sequence[Passage]) -> str:
    return parts[0].title + "".join(part.text[:60] for part in parts[:6])


def _placed(
    drawn: random.Random, case: RetrievalCase, moved: Moved, names: Mapping[str, Places], first_lines: str
) -> RetrievalCase:
    state = moved.province.get(case.id)
    if state is None:
        elsewhere = drawn.random() < _NATIONAL_NAMED_SHARE
        return replace(case, question=drawn.choice(sorted(names)) + case.question) if elsewhere else case
    called = any(name in case.question for name in names[state])
    if not called and drawn.random() < _NAMED_SHARE:
        cities = [f"{name}市" for name in names[state][1:] if name in first_lines]
        return replace(case, question=drawn.choice([state, canonical_region(state) or state, *cities]) + case.question)
    return case if called else replace(case, groups=[frozenset({case.id}) | moved.twins.get(case.id, frozenset())])
