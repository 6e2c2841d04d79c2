"""A BiLSTM-CRF (Lample et al. 2016) over characters and character pairs, fitted at evaluation time only; needs torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from assistant.learning.sequence_tagger import Matrix

SIDE = 5
BATCH, BUCKET = 32, 640
HIDDEN, CHARS, PAIRS, SHAPES = 160, 80, 60, 12
Encoded = list[list[int]]


@dataclass(frozen=True)
class Emissions:
    """Scores (tokens, tags) of each sentence, and how tags follow one another."""

    scores: list[Matrix]
    transitions: Matrix
    start: Matrix


@dataclass(frozen=True, slots=True)
class NeuralOptions:
    epochs: int = 10
    rate: float = 3e-3
    dropout: float = 0.4
    unknown: float = 0.03


class Alphabet:
    """Numbers of characters, pairs and shapes; 0 pads, 1 is unknown."""

    def __init__(self, sentences: Sequence[Sequence[str]], shapes: Sequence[Sequence[Sequence[str]]]) -> None:
        chars = Counter(char for one in sentences for char in one)
        pairs = Counter(pair for one in sentences for pair in _pairs(one))
        self.chars = {char: number for number, char in enumerate(chars, 2)}
        self.pairs = {pair: number for number, pair in enumerate((p for p, n in pairs.items() if n > 1), 2)}
        seen = dict.fromkeys(shape for one in shapes for token in one for shape in token)
        self.shapes = {shape: number for number, shape in enumerate(seen, 2)}

    def encode(self, sentence: Sequence[str], shapes: Sequence[Sequence[str]]) -> Encoded:
        """(tokens, 3 + SIDE): the character, the pairs it ends and begins, its shapes."""
        pairs = [self.pairs.get(pair, 1) for pair in _pairs(sentence)]
        return [
            [self.chars.get(char, 1), pairs[at], pairs[at + 1], *(self.shapes.get(shape, 1) for shape in shapes[at])]
            for at, char in enumerate(sentence)
        ]


def _pairs(sentence: Sequence[str]) -> list[str]:
    return [one + other for one, other in pairwise(["\x02", *sentence, "\x03"])]


def fit_and_score(
    train: Sequence[Encoded],
    gold: Sequence[Sequence[int]],
    held: Sequence[Encoded],
    alphabet: Alphabet,
    tags: int,
    seed: int,
    options: NeuralOptions | None = None,
) -> Emissions:
    """Raises ``ImportError`` without torch. The same seed gives the same scores on one machine."""
    import torch

    options = options or NeuralOptions()
    torch.manual_seed(seed)
    network = _network(alphabet, tags, options.dropout)
    rng = np.random.default_rng(seed)
    steps = options.epochs * sum(1 for _ in _batches(train, np.random.default_rng(0)))
    optimiser = torch.optim.AdamW(network.parameters(), options.rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, options.rate, total_steps=steps + 1)
    network.train()
    for _ in range(options.epochs):
        for rows in _batches(train, rng):
            numbers, mask = _padded([train[row] for row in rows])
            known = (torch.rand(numbers.shape[:2]) >= options.unknown) | (numbers[..., 0] == 0)
            numbers[..., 0] = torch.where(known, numbers[..., 0], torch.ones_like(numbers[..., 0]))
            target, _ = _padded([[[tag] for tag in gold[row]] for row in rows])
            loss = _negative_likelihood(network, numbers, mask, target[..., 0]) / len(rows)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
    return Emissions(list(_scores(network, held)), network.transitions.detach().numpy(), network.first.detach().numpy())


def _network(alphabet: Alphabet, tags: int, dropout: float) -> Any:
    import torch
    from torch import nn

    class Network(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.chars = nn.Embedding(len(alphabet.chars) + 2, CHARS, padding_idx=0)
            self.pairs = nn.Embedding(len(alphabet.pairs) + 2, PAIRS, padding_idx=0)
            self.shapes = nn.Embedding(len(alphabet.shapes) + 2, SHAPES, padding_idx=0)
            self.drop = nn.Dropout(dropout)
            width = CHARS + 2 * PAIRS + SIDE * SHAPES
            self.recurrent = nn.LSTM(width, HIDDEN, 2, bidirectional=True, batch_first=True, dropout=0.3)
            self.out = nn.Linear(2 * HIDDEN, tags)
            self.transitions = nn.Parameter(torch.zeros(tags, tags))
            self.first = nn.Parameter(torch.zeros(tags))

        def forward(self, numbers: Any) -> Any:
            parts = [self.chars(numbers[..., 0]), self.pairs(numbers[..., 1]), self.pairs(numbers[..., 2])]
            parts += [self.shapes(numbers[..., at]) for at in range(3, 3 + SIDE)]
            hidden, _ = self.recurrent(self.drop(torch.cat(parts, -1)))
            return self.out(self.drop(hidden))

    return Network()


def _batches(train: Sequence[Encoded], rng: np.random.Generator) -> Iterator[list[int]]:
    """Sentences of like length together, in random order."""
    sizes = np.array([len(one) for one in train])
    order = rng.permutation(len(train))
    buckets = [
        bucket[np.argsort(sizes[bucket], kind="stable")]
        for bucket in np.split(order, range(BUCKET, len(order), BUCKET))
    ]
    batches = [bucket[at : at + BATCH].tolist() for bucket in buckets for at in range(0, len(bucket), BATCH)]
    for number in rng.permutation(len(batches)):
        yield batches[number]


def _padded(sentences: Sequence[Encoded]) -> tuple[Any, Any]:
    """(sentences, longest, columns) of numbers, and which of them are tokens."""
    import torch

    longest = max(len(one) for one in sentences)
    numbers = np.zeros((len(sentences), longest, len(sentences[0][0])), np.int64)
    for row, one in enumerate(sentences):
        numbers[row, : len(one)] = one
    sizes = np.array([len(one) for one in sentences])
    return torch.from_numpy(numbers), torch.from_numpy(np.arange(longest)[None, :] < sizes[:, None])


def _negative_likelihood(network: Any, numbers: Any, mask: Any, gold: Any) -> Any:
    import torch

    scores = network(numbers)
    paths = scores[:, 0] + network.first
    told = paths.gather(1, gold[:, :1])[:, 0]
    for at in range(1, scores.shape[1]):
        ahead = torch.logsumexp(paths[:, :, None] + network.transitions, 1) + scores[:, at]
        paths = torch.where(mask[:, at, None], ahead, paths)
        step = network.transitions[gold[:, at - 1], gold[:, at]] + scores[:, at].gather(1, gold[:, at : at + 1])[:, 0]
        told = told + step * mask[:, at]
    return (torch.logsumexp(paths, 1) - told).sum()


def _scores(network: Any, held: Sequence[Encoded]) -> Iterator[Matrix]:
    import torch

    network.eval()
    with torch.no_grad():
        for at in range(0, len(held), 2 * BATCH):
            chunk = held[at : at + 2 * BATCH]
            numbers, _ = _padded(chunk)
            scores = network(numbers).numpy()
            yield from (scores[row, : len(one)] for row, one in enumerate(chunk))
