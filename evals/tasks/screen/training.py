"""Make the weights of the request models: ``python -m evals.tasks.screen.training --shared DIR --out assistant/screening``.

Harm: attacks of screen.jsonl (JailBench, JADE, MultiJail: MIT; CValues: Apache-2.0) and our own dev attacks. Steering:
our own dev attacks and sentences from the grammar below. Harmless: LeCoQA (MIT), CValues, LawBench questions,
AffairQA (Apache-2.0), statute and notice sentences (not copyrightable), our own look-alikes of the dev split.
Sets without a licence are never read here; they only measure false blocks. ``--fold 0|1`` leaves that half out.
"""

from __future__ import annotations

import argparse
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from assistant.adapters.screening_files import load_variants
from assistant.domain.request_model import ngram_buckets
from evals.files import read_rows
from evals.grammar import made_sentences

BUCKETS = 1 << 17
LICENSED_BENIGN = {"lecoqa", "cvalues_responsibility"}
OWN = Path(__file__).resolve().parents[2] / "datasets"
HERE = Path(__file__).parent
PACK = HERE.parents[2] / "policy_corpus" / "documents"
STEERING = {"injection", "prompt_extraction"}


@dataclass(frozen=True, slots=True)
class Kind:
    """Thresholds are log-odds, chosen on the held-out halves for at most 0.4 % false blocks together with the rules."""

    name: str
    status: str
    asking_only: bool
    threshold: float
    sentence_threshold: float


HARM = Kind("harm_model", "guardrails_illegal", True, 1.3, 2.5)
STEER = Kind("steering_model", "guardrails_injection", False, -0.5, 1.5)


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    harmful: bool
    weight: float = 1.0


def in_fold(identifier: str, fold: int | None) -> bool:
    """Whether the row belongs to the half that is left out."""
    return fold is not None and zlib.crc32(identifier.encode()) % 2 == fold


def shared_rows(shared: Path, fold: int | None) -> Iterator[Example]:
    for row in read_rows(shared / "screen" / "screen.jsonl"):
        if (row["attack"] or row["source"] in LICENSED_BENIGN) and not in_fold(row["id"], fold):
            yield Example(row["text"], row["attack"])


def harmless_questions(shared: Path) -> Iterator[Example]:
    for name in ("qa/lawbench_3-8.jsonl", "qa/affairqa.jsonl"):
        for row in read_rows(shared / name):
            yield Example(row["question"], False)


def official_sentences(shared: Path, count: int = 3000) -> Iterator[Example]:
    chosen = random.Random(7)  # a fixed sample
    for name, limit in (("corpus/laws_articles.jsonl.gz", 60_000), ("corpus/hebei.jsonl.gz", 400)):
        sentences = [
            s for row in read_rows(shared / name, limit) for s in re.split("[。\n]", row["text"]) if 8 <= len(s) <= 120
        ]
        yield from (Example(text, False) for text in chosen.sample(sentences, count))


def pack_lines(count: int = 4000) -> Iterator[Example]:
    """Lines of the city pack's own guides: what legitimate policy text and its questions look like."""
    lines = [line.strip("#-* ") for path in sorted(PACK.rglob("*.md")) for line in path.read_text("utf-8").split("\n")]
    wanted = [line for line in lines if 8 <= len(line) <= 120]
    yield from (Example(text, False, 0.5) for text in random.Random(5).sample(wanted, min(count, len(wanted))))
    yield from (
        Example(row["question"], False)
        for row in read_rows(OWN / "inquiries.jsonl")
        if row["split"] == "dev" and row["answerable"]
    )


def own_rows(split: str = "dev") -> list[dict[str, Any]]:
    rows = [*read_rows(OWN / "attacks.jsonl"), *read_rows(OWN / "lookalikes.jsonl")]
    return [row for row in rows if row["split"] == split]


def from_grammar(name: str, count: int, *, harmful: bool, weight: float) -> Iterator[Example]:
    for text in made_sentences(HERE / f"{name}_grammar.yaml", count):
        yield Example(text, harmful, weight)


def harm_examples(shared: Path, fold: int | None) -> list[Example]:
    own = [Example(r["text"], r["category"] == "illegal", 2.0) for r in own_rows() if r["category"] not in STEERING]
    own = [e for e in own if e.harmful or len(e.text) < 400]
    grammar = [
        *from_grammar("harm", 3500, harmful=True, weight=0.25),
        *from_grammar("harmless", 16000, harmful=False, weight=0.25),
    ]
    return [
        *shared_rows(shared, fold),
        *harmless_questions(shared),
        *official_sentences(shared, 1000),
        *own,
        *grammar,
        *pack_lines(),
    ]


def steering_examples(shared: Path, fold: int | None) -> list[Example]:
    own = [r for r in own_rows() if not r["attack"] or (r["category"] in STEERING and r["kind"] == "direct")]
    benign = [e for e in shared_rows(shared, fold) if not e.harmful]
    return [*(Example(r["text"], r["attack"], 2.0) for r in own), *benign,
            *from_grammar("steering", 7000, harmful=True, weight=0.25), *from_grammar("harmless", 16000, harmful=False, weight=0.25),
            *harmless_questions(shared), *official_sentences(shared), *pack_lines()]  # fmt: skip


def fit(examples: Sequence[Example], c: float = 30.0) -> tuple[np.ndarray, float]:
    variants = load_variants()
    matrix = features([variants.plain(example.text) for example in examples])
    model = LogisticRegression(C=c, max_iter=3000, solver="liblinear")
    model.fit(matrix, [example.harmful for example in examples], [example.weight for example in examples])
    return model.coef_[0], float(model.intercept_[0])


def features(texts: Sequence[str]) -> sparse.csr_matrix:
    pointers, indices, values = [0], [], []
    for text in texts:
        buckets = sorted(ngram_buckets(text, BUCKETS))
        indices += buckets
        values += [len(buckets) ** -0.5] * len(buckets)
        pointers.append(len(indices))
    return sparse.csr_matrix((values, indices, pointers), shape=(len(texts), BUCKETS))


def save(out: Path, kind: Kind, coefficients: np.ndarray, bias: float, sources: list[str]) -> None:
    scale = float(np.abs(coefficients).max()) / 127
    (out / f"{kind.name}.bin").write_bytes(np.round(coefficients / scale).astype(np.int8).tobytes())
    declared = {"status": kind.status, "asking_only": kind.asking_only, "buckets": BUCKETS, "scale": scale, "bias": bias,
                "threshold": kind.threshold, "sentence_threshold": kind.sentence_threshold, "trained_on": sources}  # fmt: skip
    text = yaml.safe_dump(declared, allow_unicode=True, sort_keys=False)
    (out / f"{kind.name}.yaml").write_text(
        "# Made by evals/tasks/screen/training.py; do not edit.\n" + text, encoding="utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fold", type=int, choices=(0, 1))
    options = parser.parse_args()
    licensed = ["JailBench MIT", "JADE-DB MIT", "MultiJail MIT", "CValues Apache-2.0", "LeCoQA MIT", "LawBench Apache-2.0",
                "AffairQA Apache-2.0", "statutes and notices", "own dev attacks and look-alikes"]  # fmt: skip
    save(options.out, HARM, *fit(harm_examples(options.shared, options.fold)), licensed)
    save(options.out, STEER, *fit(steering_examples(options.shared, options.fold)), ["own grammar", *licensed[3:]])


if __name__ == "__main__":
    main()
