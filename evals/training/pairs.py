"""Pairs of texts that mean the same, from the corpora themselves: what the static embedding is trained on."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from evals.training.sources import Row, Sources
from evals.training.title_prior import citations
from retrieval.contracts import Passage
from retrieval.forward_columns import head_row
from retrieval.references import article_key, title_key
from retrieval.units import Units, joined, units

_LONGEST_TEXT = 400
_NOTICE_PIECE, _NOTICE_LONGEST = 300, 4000
Pair = tuple[Units, Units, int]
"""Anchor, match, and a number that is equal for matches that are the same text."""


@dataclass
class PairSource:
    """All texts as units; ``rng`` decides everything, so the same seed draws the same pairs."""

    heads: list[Units]
    texts: list[Units]
    national: list[int]
    documents: list[list[int]]
    national_documents: list[list[int]]
    cited: list[tuple[int, int]]
    notices: list[tuple[Units, Units]]
    answers: list[tuple[Units, Units]]
    answered: list[tuple[Units, int]]
    rng: random.Random = field(default_factory=lambda: random.Random(0))

    def full(self, row: int) -> Units:
        return joined([self.heads[row], self.texts[row]])

    def batch(self) -> list[Pair]:
        """About 660 pairs: clauses with the rest of their article, neighbours, citations, titles, lay questions."""
        drawn = [self._within(row) for row in self._rows()]
        for one, other in self.rng.sample(self.cited, min(100, len(self.cited))):
            drawn.append((self._span(self.texts[one], 20, 100), self.full(other), other))
        drawn += [(self.texts[row], self.full(row + 1), row + 1) for row in self._with_neighbour()]
        for title, text in self.rng.sample(self.notices, 70):
            drawn.append((self._either(title, text), text, -len(drawn) - 1))
        for question, text in self.rng.sample(self.answers, 50):
            drawn.append((self._either(question, question), self._span(text, 60, 300), -len(drawn) - 1))
        for question, row in self.rng.sample(self.answered, 60):
            drawn.append((self._either(question, question), self.full(row), row))
        return [pair for pair in drawn if len(pair[0]) > 2 and len(pair[1]) > 2]

    def _rows(self) -> list[int]:
        chosen = self.rng.sample(self.national_documents, 14) + self.rng.sample(self.documents, 8)
        rows = [row for document in chosen for row in self.rng.sample(document, min(10, len(document)))]
        return rows + self.rng.sample(self.national, 120)

    def _with_neighbour(self) -> list[int]:
        rows = [row for row in self.rng.sample(self.national, 50) if row + 1 < len(self.heads)]
        return [row for row in rows if np.array_equal(self.heads[row], self.heads[row + 1])]

    def _within(self, row: int) -> Pair:
        head, text = self.heads[row], self.texts[row]
        size = self.rng.randint(8, 40)
        if len(text) <= size + 15:
            return head, text, row
        if self.rng.random() < 0.3:
            return joined([head, self._span(text, 4, 12)]), text, row
        start = self.rng.randint(0, len(text) - size)
        rest = [text[:start], text[start + size :]]
        return text[start : start + size], joined([head, *rest] if self.rng.random() < 0.7 else rest), row

    def _either(self, whole: Units, text: Units) -> Units:
        return whole if self.rng.random() < 0.5 else self._span(text, 10, 40)

    def _span(self, row: Units, shortest: int, longest: int) -> Units:
        size = self.rng.randint(shortest, longest)
        start = self.rng.randint(0, max(0, len(row) - size))
        return row[start : start + size]


def read_pairs(sources: Sources) -> PairSource:
    rows = sources.articles()
    number = articles_by_reference(rows)
    documents: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        documents[row["docid"]].append(place)
    groups = [group for group in documents.values() if len(group) > 4]
    answers = sources.legal_answers()
    return PairSource(
        heads=[head_row(article_passage(row)) for row in rows],
        texts=[units(row["text"])[:_LONGEST_TEXT] for row in rows],
        national=[place for place, row in enumerate(rows) if not row["region"]],
        documents=groups,
        national_documents=[group for group in groups if not rows[group[0]]["region"]],
        cited=_citation_pairs(rows, number),
        notices=_notice_pairs(sources.rows("corpus/hebei.jsonl.gz")),
        answers=[(units(row["question"]), units(row["answer"].split("法律依据")[0])[:400]) for row in answers],
        answered=[(units(row["question"]), place) for row in answers for place in cited_rows(row["answer"], number)],
    )


def article_passage(row: Row, ordinal: int = 0) -> Passage:
    """An article of the statute corpus as ingestion gives it."""
    path = tuple(part for part in (row["chapter"], row["article"]) if part)
    return Passage(
        row["id"], row["docid"], row["law"], row["text"], path, ordinal=ordinal, level=row["level"], kind="law"
    )


def articles_by_reference(rows: list[Row]) -> dict[tuple[str, str], int]:
    """(title key, article key) of national articles to row, the latest version last and therefore kept."""
    national = [(row["date"] or "", place) for place, row in enumerate(rows) if not row["region"]]
    return {(title_key(rows[p]["law"]), article_key(rows[p]["article"])): p for _, p in sorted(national)}


def cited_rows(text: str, number: dict[tuple[str, str], int], own: str = "") -> list[int]:
    return sorted({number[found] for found in citations(text, own) if found in number})


def _citation_pairs(rows: list[Row], number: dict[tuple[str, str], int]) -> list[tuple[int, int]]:
    return [
        (place, other)
        for place, row in enumerate(rows)
        for other in cited_rows(row["text"], number, title_key(row["law"]))
        if other != place
    ]


def _notice_pairs(rows: list[Row]) -> list[tuple[Units, Units]]:
    pairs = []
    for row in rows:
        title, text = units(row["title"]), units(row["text"])
        pieces = range(0, min(len(text), _NOTICE_LONGEST), _NOTICE_PIECE)
        pairs += [(title, text[start : start + _NOTICE_PIECE]) for start in pieces]
    return pairs
