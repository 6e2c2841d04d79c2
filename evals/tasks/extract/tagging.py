"""Components of addresses: fitted on ``--history``, judged on rows that were never seen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from assistant.domain.address_tokens import features_of, tokens_of
from assistant.learning.sequence_fitting import TaggerOptions, fit_tagger
from assistant.learning.sequence_tagger import SequenceTagger
from evals.contracts import CaseScore
from evals.tasks.extract.aligned import Spans, Tagged
from evals.tasks.extract.neural import SIDE, Alphabet, Emissions, NeuralOptions, fit_and_score
from evals.tasks.extract.span_decoding import Chain, mixed, span_chances, worth_telling


@dataclass(frozen=True, slots=True)
class TaggingOptions:
    """``networks`` stand beside the random field, each with one voice; 0 need no torch. A span is told from a chance of ``least`` on."""

    networks: int = 2
    epochs: int = 10
    least: float = 0.45
    tagger: TaggerOptions = field(default_factory=TaggerOptions)


@dataclass(frozen=True, slots=True)
class Guess:
    row: Tagged
    spans: Spans
    seconds: float


def tag_rows(train: Sequence[Tagged], held: Sequence[Tagged], options: TaggingOptions) -> list[Guess]:
    """Guesses for ``held`` by taggers of ``train``. Raises ``ImportError`` where networks are asked for without torch."""
    usable = [row for row in train if row.by_token]
    tagger = fit_tagger([features_of(row.pieces) for row in usable], [row.tags for row in usable], options.tagger)
    tokens = [tokens_of(row.text) for row in held]
    nets = _networks(usable, tokens, tagger, options)
    return [
        _guess(row, cut, tagger, nets, at, options.least)
        for at, (row, cut) in enumerate(zip(held, tokens, strict=True))
    ]


def _networks(
    train: Sequence[Tagged], held: Sequence[Sequence[str]], tagger: SequenceTagger, options: TaggingOptions
) -> list[Emissions]:
    if not options.networks:
        return []
    shapes = [_shapes(row.pieces) for row in train]
    alphabet = Alphabet([_folded(row.pieces) for row in train], shapes)
    encoded = [alphabet.encode(_folded(row.pieces), own) for row, own in zip(train, shapes, strict=True)]
    numbers = {tag: number for number, tag in enumerate(tagger.tags)}
    gold = [[numbers[tag] for tag in row.tags] for row in train]
    judged = [alphabet.encode(_folded(cut), _shapes(cut)) for cut in held]
    chosen = NeuralOptions(epochs=options.epochs)
    return [
        fit_and_score(encoded, gold, judged, alphabet, len(tagger.tags), seed, chosen)
        for seed in range(options.networks)
    ]


def _folded(tokens: Sequence[str]) -> list[str]:
    return ["<" + str(min(len(token), 5)) if token.isdigit() else token[:3] for token in tokens]


def _shapes(tokens: Sequence[str]) -> list[list[str]]:
    """``SIDE`` facts of each token that the random field knows too: repetitions, its shape, its length, the next ending."""
    return [_facts(names, token) for names, token in zip(features_of(tokens), tokens, strict=True)]


def _facts(names: Sequence[str], token: str) -> list[str]:
    stood = "<<" if "<<" in names else "-<<" if "-<<" in names else "0"
    comes = ">>" if ">>" in names else "->>" if "->>" in names else "1"
    shape = next((name for name in names if name.startswith("t:")), "t:")
    ending = next((name for name in names if name.startswith("n:")), "n:")
    return [stood, comes, shape, ending, f"#{min(len(token), 6)}"][:SIDE]


def _guess(
    row: Tagged, tokens: Sequence[str], tagger: SequenceTagger, nets: Sequence[Emissions], at: int, least: float
) -> Guess:
    started = time.perf_counter()
    chains = [Chain(tagger.scores(features_of(tokens)), tagger.transitions, tagger.start)]
    chains += [Chain(net.scores[at], net.transitions, net.start) for net in nets]
    told = worth_telling(mixed([span_chances(chain, tagger.tags) for chain in chains]), len(tokens), least)
    edges = [0, *accumulate(len(token) for token in tokens)]
    spans = frozenset((edges[first], edges[last], label) for first, last, label in told)
    return Guess(row, spans, time.perf_counter() - started)


def case_of(guess: Guess) -> CaseScore:
    """Spans found, told and right; those of a row that no cut fits count as missed."""
    gold = guess.row.spans if guess.row.usable else frozenset()
    hits = len(gold & guess.spans)
    opened = sum(tag.startswith("B-") for tag in guess.row.tags)
    counts = {"hits": hits, "found": len(guess.spans), "wanted": len(gold), "wanted_all": len(gold) or opened}
    if not guess.row.usable:
        counts |= {"found": 0}
    return CaseScore(guess.row.id, counts=counts | {"found_all": len(guess.spans)}, seconds=guess.seconds)
