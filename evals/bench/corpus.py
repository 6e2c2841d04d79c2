"""What every bench runs on: real articles, real questions, our tokens, and an embedding that costs next to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from evals.files import read_rows
from retrieval.contracts import Passage, Validity
from retrieval.lexical import token_ids, tokenize

ARTICLES = "corpus/laws_articles.jsonl.gz"
QUESTIONS = "retrieve/lecoqa.jsonl"
DIMENSIONS = 64


def read_articles(shared_data: Path, limit: int | None = None) -> list[Passage]:
    """One passage an article; raises ``DatasetError`` where the file is missing."""
    rows = read_rows(shared_data / ARTICLES, limit)
    return [_passage(ordinal, row) for ordinal, row in enumerate(rows)]


def read_questions(shared_data: Path, limit: int | None = None) -> list[str]:
    """Lay questions, 26 characters on average; only their cost is measured here."""
    return [str(row["question"]) for row in read_rows(shared_data / QUESTIONS, limit)]


def spread(passages: Sequence[Passage], count: int) -> list[Passage]:
    """``count`` passages taken evenly from all, so that every size has the same mixture."""
    places = np.linspace(0, len(passages) - 1, count).astype(int)
    return [passages[place] for place in places]


def our_tokens(text: str) -> str:
    """The text as our tokens with blanks between them, for tokenisers that split at blanks."""
    return " ".join(tokenize(text))


def hashing_embedding(text: str) -> list[float]:
    """Our tokens hashed into 64 dimensions: far cheaper, and smaller, than any model's vectors."""
    counts = np.bincount(token_ids(text) * np.uint32(2654435761) >> np.uint32(26), minlength=DIMENSIONS)
    length = float(np.linalg.norm(counts)) or 1.0
    vector: list[float] = (counts / length).tolist()
    return vector


def scope_of(passage: Passage) -> dict[str, str | int]:
    """Region and validity as plain metadata, for the filters of other frameworks."""
    start, end = passage.validity.effective_from, passage.validity.repealed_on
    return {
        "region": passage.region or "",
        "from": start.toordinal() if start else 0,
        "until": end.toordinal() if end else date.max.toordinal(),
    }


def batches(passages: Sequence[Passage], size: int) -> Iterator[Sequence[Passage]]:
    for start in range(0, len(passages), size):
        yield passages[start : start + size]


def _passage(ordinal: int, row: dict[str, Any]) -> Passage:
    day = row.get("date")
    return Passage(
        id=row["id"],
        document_id=row["docid"],
        title=row["law"],
        text=row["text"],
        path=tuple(part for part in (row.get("chapter"), row["article"]) if part),
        ordinal=ordinal,
        validity=Validity(date.fromisoformat(day) if day else None),
        region=row.get("region"),
        level=row.get("level"),
        kind="statute",
        row_id=row["id"],
    )
