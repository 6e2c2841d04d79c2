"""Which spans of a tagger are worth telling: where it is unsure, no span costs less than a wrong one.

The expected F1 is greatest when the spans told are those whose chance is above half of the F1 reached (Lipton, Elkan and
Narayanaswamy 2014), so the chances of spans are needed, not the likeliest path: forward and backward sums of the chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.learning.sequence_tagger import Matrix

Span = tuple[int, int, str]
"""First token, behind the last, label."""
Floats = NDArray[np.float64]
LONGEST = 16
FAINT = 0.02


@dataclass(frozen=True)
class Chain:
    """One sentence as a linear-chain model sees it: ``scores`` (tokens, tags), ``transitions`` (tags, tags), ``start`` (tags,)."""

    scores: Matrix
    transitions: Matrix
    start: Matrix

    def forward(self) -> Floats:
        """(tokens, tags): log of the summed weight of all paths up to the token with that tag."""
        sums = np.empty(self.scores.shape)
        sums[0] = self.scores[0] + self.start
        for at in range(1, len(sums)):
            sums[at] = _log_sum(sums[at - 1][:, None] + self.transitions, 0) + self.scores[at]
        return sums

    def backward(self) -> Floats:
        """(tokens, tags): the same for what comes behind the token."""
        sums = np.zeros(self.scores.shape)
        for at in range(len(sums) - 2, -1, -1):
            sums[at] = _log_sum(self.transitions + (self.scores[at + 1] + sums[at + 1]), 1)
        return sums


def span_chances(chain: Chain, tags: Sequence[str]) -> dict[Span, float]:
    """How likely each BIO span is, in [0, 1]; spans under ``FAINT`` and over ``LONGEST`` tokens are left out.

    An I- that continues nothing opens a span, as in ``spans_of``.
    """
    if not len(chain.scores):
        return {}
    places = {tag: number for number, tag in enumerate(tags)}
    forward, backward = chain.forward(), chain.backward()
    total = float(_log_sum(forward[-1], 0))
    found: dict[Span, float] = {}
    for label in sorted({tag[2:] for tag in tags if tag != "O"}):
        own = [places[tag] for tag in (f"B-{label}", f"I-{label}") if tag in places]
        inside = places.get(f"I-{label}")
        for first, length, weight in _weights(chain, forward, backward, own, inside):
            found[first, first + length, label] = float(np.exp(weight - total))
    return {span: chance for span, chance in found.items() if chance >= FAINT}


def _weights(
    chain: Chain, forward: Floats, backward: Floats, own: Sequence[int], inside: int | None
) -> Iterator[tuple[int, int, float]]:
    """(first token, length, log weight of all paths that have this span)."""
    opened = {tag: _opened(chain, forward, own, tag) if tag == inside else forward[:, tag] for tag in own}
    closed = {tag: _closed(chain, backward, inside, tag) for tag in own}
    size = len(forward)
    alone = _log_sum(np.array([opened[tag] + closed[tag] for tag in own]), 0)
    yield from ((first, 1, float(alone[first])) for first in range(size))
    if inside is None or size == 1:
        return
    gain, step = chain.scores[:, inside], chain.transitions[:, inside]
    running = _log_sum(np.array([opened[tag][:-1] + step[tag] for tag in own]), 0) + gain[1:]
    for length in range(2, min(LONGEST, size) + 1):
        yield from ((first, length, float(w)) for first, w in enumerate(running + closed[inside][length - 1 :]))
        running = running[:-1] + step[inside] + gain[length:]


def _opened(chain: Chain, forward: Floats, own: Sequence[int], tag: int) -> Floats:
    """Log weight of the paths where ``tag``, an I-, opens a span: what stood before is of another label."""
    others = [number for number in range(forward.shape[1]) if number not in own]
    before = _log_sum(forward[:-1, others] + chain.transitions[others, tag], 1) + chain.scores[1:, tag]
    return np.concatenate([forward[:1, tag], before])


def _closed(chain: Chain, backward: Floats, inside: int | None, tag: int) -> Floats:
    """Log weight of what follows a span that ends with ``tag``: anything but its I-."""
    others = [number for number in range(backward.shape[1]) if number != inside]
    behind = _log_sum(chain.transitions[tag, others] + chain.scores[1:, others] + backward[1:, others], 1)
    return np.concatenate([behind, [0.0]])


def _log_sum(values: Floats | Matrix, axis: int) -> Floats:
    high = values.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - high).sum(axis=axis)) + high.squeeze(axis), np.float64)


def mixed(chances: Sequence[Mapping[Span, float]]) -> dict[Span, float]:
    """The mean chance of each span over several taggers."""
    sums: dict[Span, float] = defaultdict(float)
    for one in chances:
        for span, chance in one.items():
            sums[span] += chance / len(chances)
    return dict(sums)


def worth_telling(chances: Mapping[Span, float], tokens: int, least: float) -> list[Span]:
    """The spans, none over another, with the most chance above ``least`` in sum; in the order of the text."""
    ending: dict[int, list[Span]] = defaultdict(list)
    for span, chance in chances.items():
        if chance > least:
            ending[span[1]].append(span)
    best: list[tuple[float, list[Span]]] = [(0.0, [])]
    for end in range(1, tokens + 1):
        choices = [(best[s[0]][0] + chances[s] - least, [*best[s[0]][1], s]) for s in ending[end]]
        best.append(max([best[-1], *choices], key=lambda choice: choice[0]))
    return best[-1][1]
