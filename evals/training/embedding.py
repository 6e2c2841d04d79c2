"""Trains the static embedding on pairs from the corpora (contrastive, in-batch negatives).

    python -m evals.training.embedding --steps 6000 --seconds 800

Writes ``retrieval/data/embedding.npz``. Torch is needed here and nowhere else. No question of an evaluation set takes
part unless ``evals.training.release`` tunes the vectors further.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy, embedding_bag, normalize

from evals.training.pairs import Pair, PairSource, read_pairs
from evals.training.sources import default_sources
from retrieval.static_embedding import StaticEmbedding, Vectors, Vocabulary, quantised
from retrieval.units import Units, bigrams, singles

TARGET = Path(__file__).resolve().parents[2] / "retrieval" / "data" / "embedding.npz"
DIMENSION = 128
_LEAST_TEXTS, _MOST_BIGRAMS = 4, 80_000
_TEMPERATURE, _RATE, _LAST_RATE = 0.05, 2.5e-3, 2e-5


@dataclass
class Trainer:
    """Adam on the rows that a batch touches; ``weight`` has shape (V, d)."""

    vocabulary: Vocabulary
    weight: Vectors
    steps: int = 0
    _mean: Vectors = field(init=False)
    _square: Vectors = field(init=False)

    def __post_init__(self) -> None:
        self._mean, self._square = np.zeros_like(self.weight), np.zeros_like(self.weight)

    def step(self, pairs: Sequence[Pair], rate: float) -> float:
        """One step over the pairs; gives the loss."""
        token, start = self.vocabulary.tokens([pair[0] for pair in pairs] + [pair[1] for pair in pairs])
        touched, place = np.unique(token, return_inverse=True)
        rows = torch.from_numpy(self.weight[touched]).requires_grad_(True)
        loss = _contrast(rows, place, start, np.array([pair[2] for pair in pairs]))
        loss.backward()
        assert rows.grad is not None
        self._descend(touched, rows.grad.numpy(), rate)
        return float(loss.item())

    def _descend(self, touched: NDArray[np.int64], gradient: Vectors, rate: float) -> None:
        self.steps += 1
        mean = 0.9 * self._mean[touched] + 0.1 * gradient
        square = 0.995 * self._square[touched] + 0.005 * gradient * gradient
        self._mean[touched], self._square[touched] = mean, square
        spread = np.sqrt(square / (1 - 0.995**self.steps)) + 1e-8
        self.weight[touched] -= rate * mean / (1 - 0.9 ** min(self.steps, 200)) / spread

    def embedding(self) -> StaticEmbedding:
        return StaticEmbedding(self.vocabulary, *quantised(self.weight))


def _contrast(
    rows: torch.Tensor, place: NDArray[np.int64], start: NDArray[np.int64], same: NDArray[np.int64]
) -> torch.Tensor:
    vectors = normalize(embedding_bag(torch.from_numpy(place), rows, torch.from_numpy(start), mode="sum"), dim=1)
    count = len(same)
    alike = torch.from_numpy(same[:, None] == same[None, :]).fill_diagonal_(False)
    scores = (vectors[:count] @ vectors[count:].T / _TEMPERATURE).masked_fill(alike, -1e4)
    wanted = torch.arange(count)
    return cross_entropy(scores, wanted) + cross_entropy(scores.T, wanted)


def build_vocabulary(texts: Sequence[Units]) -> tuple[Vocabulary, Vectors]:
    """Tokens in at least four texts, and the IDF of each."""
    unit, unit_count = np.unique(np.concatenate([np.unique(singles(row)) for row in texts]), return_counts=True)
    pair, pair_count = np.unique(np.concatenate([np.unique(bigrams(row)) for row in texts]), return_counts=True)
    common = np.sort(np.argsort(-pair_count, kind="stable")[:_MOST_BIGRAMS])
    common = common[pair_count[common] >= _LEAST_TEXTS]
    kept = unit_count >= _LEAST_TEXTS
    counts = np.concatenate([unit_count[kept], pair_count[common]])
    idf = np.log1p((len(texts) - counts + 0.5) / (counts + 0.5))
    return Vocabulary.of(unit[kept], pair[common]), idf.astype(np.float32)


def train(pairs: PairSource, steps: int, seconds: float) -> Trainer:
    texts = [pairs.full(row) for row in range(len(pairs.texts))]
    lay = [text for question, answer in pairs.answers for text in (question, answer)] * 4
    vocabulary, idf = build_vocabulary([*texts, *(text for _, text in pairs.notices), *lay])
    start = np.random.default_rng(0).standard_normal((len(vocabulary), DIMENSION)) / DIMENSION**0.5
    trainer = Trainer(vocabulary, (start * idf[:, None] / 8).astype(np.float32))
    begun = time.monotonic()
    while (done := max(trainer.steps / steps, (time.monotonic() - begun) / seconds)) < 1:
        loss = trainer.step(pairs.batch(), _RATE * (1 - done) + _LAST_RATE)
        if trainer.steps % 200 == 0:
            print(f"{trainer.steps} {loss:.3f} {time.monotonic() - begun:.0f}s", flush=True)
    return trainer


def save(trainer: Trainer, target: Path = TARGET) -> None:
    vector, scale = quantised(trainer.weight)
    names = trainer.vocabulary
    np.savez(target, unit=names.unit, bigram=names.bigram, vector=vector, scale=scale.astype(np.float16))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--steps", type=int, default=6000)
    options.add_argument("--seconds", type=float, default=3600, help="stop early; the learning rate falls accordingly")
    options.add_argument("--target", type=Path, default=TARGET)
    options.add_argument("--weights", type=Path, help="also keep the float weights here, for further tuning")
    chosen = options.parse_args()
    torch.set_num_threads(2)
    trainer = train(read_pairs(default_sources()), chosen.steps, chosen.seconds)
    save(trainer, chosen.target)
    if chosen.weights:
        np.save(chosen.weights, trainer.weight)


if __name__ == "__main__":
    main()
