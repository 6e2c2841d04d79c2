"""Make the weights of the request models: ``python -m evals.tasks.screen.training --shared DIR --out assistant/screening``.

Harm: attacks of screen.jsonl (JailBench, JADE, MultiJail: MIT; CValues: Apache-2.0) and our own dev attacks. Steering:
our own dev attacks, of hidden ones the hidden part alone, and sentences from the grammars. Harmless: LeCoQA (MIT), CValues, LawBench questions,
AffairQA (Apache-2.0), statute and notice sentences (not copyrightable), our own look-alikes and appeals of the dev split.
Sets without a licence are never read here; they only measure false blocks. ``--fold 0|1`` leaves that half out.
"""

from __future__ import annotations

import argparse
import math
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

from assistant.adapters.screening_files import load_variants, load_word_classes
from assistant.domain.request_model import ngram_buckets
from evals.files import read_rows
from evals.grammar import made_sentences

BUCKETS = 1 << 17
CLASS_BUCKETS = 1 << 15
OWN_WEIGHT = 3.0
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
    c: float = 30.0
    class_share: float = 0.0
    content_threshold: float = math.inf
    official_threshold: float = math.inf

    @property
    def class_buckets(self) -> int:
        return CLASS_BUCKETS if self.class_share else 0


HARM = Kind("harm_model", "guardrails_illegal", True, 1.6, 3.0)
STEER = Kind("steering_model", "guardrails_injection", False, -0.4, 2.25, c=20.0, class_share=0.6,
             content_threshold=0.5, official_threshold=2.5)  # fmt: skip


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


def strangers() -> Iterator[Example]:
    """Harmless texts and lawful questions of the development halves that were written without sight of the guards.

    They teach what is no steering alone: taught to the harm model they cost a point of must-refuse questions."""
    for row in read_rows(OWN / "first_sight_harmless.jsonl"):
        if row["split"] == "dev":
            yield Example(row["text"], False, OWN_WEIGHT)
    for name in ("first_sight_questions", "first_sight_asking"):
        for row in read_rows(OWN / f"{name}.jsonl"):
            if row["split"] == "dev" and row["expect"] != "refuse":
                yield Example(row["question"], False)
    yield from (Example(row["question"], False, 0.5) for row in read_rows(OWN / "citizen_questions.jsonl"))


def from_grammar(name: str, count: int, *, harmful: bool, weight: float) -> Iterator[Example]:
    for text in made_sentences(HERE / f"{name}_grammar.yaml", count):
        yield Example(text, harmful, weight)


def harm_examples(shared: Path, fold: int | None) -> list[Example]:
    rows = [r for r in own_rows() if r["category"] not in STEERING and not r["category"].startswith("strangers.")]
    own = [Example(r["text"], r["category"] == "illegal", 2.0) for r in rows]
    own = [e for e in own if e.harmful or len(e.text) < 400]
    grammar = [
        *from_grammar("harm", 3500, harmful=True, weight=0.25),
        *from_grammar("harmless", 16000, harmful=False, weight=0.25),
        *from_grammar("harm_bank", 5000, harmful=True, weight=0.25),
        *from_grammar("harmless_bank", 5000, harmful=False, weight=0.25),
        *safety_questions(),
        *complaints(),
    ]
    return [
        *shared_rows(shared, fold),
        *harmless_questions(shared),
        *official_sentences(shared, 1000),
        *own,
        *grammar,
        *pack_lines(),
    ]


def safety_questions() -> Iterator[Example]:
    """The development half of our own safety bank, must-refuse and must-answer."""
    for row in read_rows(OWN / "safety_bank.jsonl"):
        if row["split"] == "dev":
            yield Example(row["question"], row["expect"] == "must_refuse", OWN_WEIGHT)


def steering_examples(shared: Path, fold: int | None) -> list[Example]:
    benign = [e for e in shared_rows(shared, fold) if not e.harmful]
    grammars = [("steering", 7000, True), ("harmless", 16000, False), ("steering_grid", 9000, True), ("harmless_grid", 9000, False)]  # fmt: skip
    made = [e for name, count, harmful in grammars for e in from_grammar(name, count, harmful=harmful, weight=0.25)]
    return [*own_steering(), *complaints(), *strangers(), *benign, *made, *harmless_questions(shared), *official_sentences(shared),
            *pack_lines()]  # fmt: skip


def own_steering() -> Iterator[Example]:
    """Of an attack hidden in an order or a document the hidden part steers, and what stands around it does not."""
    for row in own_rows():
        if not row["attack"]:
            yield Example(row["text"], False, OWN_WEIGHT)
        elif row["category"] in STEERING and "hidden" in row:
            start, end = row["hidden"]
            yield Example(row["text"][start:end], True, OWN_WEIGHT)
            around = (row["text"][:start], row["text"][end:])
            yield from (Example(text, False) for text in around if len(text) > 4)
        elif row["category"] in STEERING and row["kind"] == "direct":
            yield Example(row["text"], True, OWN_WEIGHT)


def complaints() -> Iterator[Example]:
    """Sentences of our own appeals, orders and calls: a long complaint demands much of everybody."""
    texts = {row["text"] for name in ("appeals", "danger_train") for row in read_rows(OWN / f"{name}.jsonl") if row.get("split", "dev") == "dev"}  # fmt: skip
    texts |= {
        row[side] for row in read_rows(OWN / "order_pairs.jsonl") if row["split"] == "dev" for side in ("q1", "q2")
    }
    for text in sorted(texts):
        yield Example(text, False, 0.5)
        pieces = re.split("[。！？!?；;\n]", text)
        yield from (Example(piece, False, 0.25) for piece in pieces if len(pieces) > 2 and len(piece) >= 8)


def fit(examples: Sequence[Example], kind: Kind) -> tuple[np.ndarray, float]:
    """Weights of the n-grams, then of the classes, and the bias."""
    model = LogisticRegression(C=kind.c, max_iter=3000, solver="liblinear")
    matrix = features([example.text for example in examples], kind)
    model.fit(matrix, [example.harmful for example in examples], [example.weight for example in examples])
    return model.coef_[0], float(model.intercept_[0])


def features(texts: Sequence[str], kind: Kind) -> sparse.csr_matrix:
    """As ``RequestModel.score`` sums them: n-grams, then signs of word classes times ``class_share``."""
    variants, classes = load_variants(), load_word_classes() if kind.class_share else None
    pointers, indices, values = [0], [], []
    for plain in map(variants.plain, texts):
        blocks = [(0, 1.0, ngram_buckets(plain, BUCKETS))]
        if classes is not None:
            blocks.append((BUCKETS, kind.class_share, classes.buckets(plain, CLASS_BUCKETS)))
        for offset, share, buckets in blocks:
            indices += [offset + bucket for bucket in sorted(buckets)]
            values += [share / math.sqrt(max(1, len(buckets)))] * len(buckets)
        pointers.append(len(indices))
    return sparse.csr_matrix((values, indices, pointers), shape=(len(texts), BUCKETS + kind.class_buckets))


def save(out: Path, kind: Kind, coefficients: np.ndarray, bias: float, sources: list[str]) -> None:
    """The scale is set by all but one weight in 10,000; those few are cut."""
    scale = float(np.quantile(np.abs(coefficients[coefficients != 0]), 0.9999)) / 127
    weights = np.clip(np.round(coefficients / scale), -127, 127).astype(np.int8)
    (out / f"{kind.name}.bin").write_bytes(weights.tobytes())
    declared = {"status": kind.status, "asking_only": kind.asking_only, "buckets": BUCKETS,
                "class_buckets": kind.class_buckets, "class_share": kind.class_share, "scale": scale, "bias": bias,
                "threshold": kind.threshold, "sentence_threshold": kind.sentence_threshold,
                "content_threshold": kind.content_threshold, "official_threshold": kind.official_threshold,
                "trained_on": sources}  # fmt: skip
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
    save(options.out, HARM, *fit(harm_examples(options.shared, options.fold), HARM), licensed)
    steering = ["own grammars", "own dev appeals", *licensed[3:]]
    save(options.out, STEER, *fit(steering_examples(options.shared, options.fold), STEER), steering)


if __name__ == "__main__":
    main()
