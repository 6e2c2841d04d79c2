"""An in-memory ``PassageSearch`` over guides of the city pack: a few lines of BM25, for tests that need no index."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml

from retrieval.contracts import Passage, ScoredPassage, SearchQuery, SearchResult, Validity
from retrieval.lexical import tokenize


def read_guide(path: Path) -> list[Passage]:
    """One passage per ``##`` section of a guide."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    facts = yaml.safe_load(head)
    validity = Validity(_day(facts["effective_from"]), _day(facts["repealed_on"]))
    sections = [part.split("\n", 1) for part in body.split("\n## ")[1:]]
    return [
        Passage(
            id=f"{facts['id']}#{heading.strip()}",
            document_id=facts["id"],
            title=facts["title"],
            text=text.strip(),
            path=(heading.strip(),),
            ordinal=at,
            validity=validity,
            region=facts["region"],
            level=facts["level"],
            kind=facts["kind"],
            issuer=facts["issuer"],
            keywords=tuple(map(str, facts["keywords"])),
        )
        for at, (heading, text) in enumerate(sections)
    ]


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


class PackSearch:
    """BM25 over title, heading, keywords and text; ``answerability``: share of the query's weight in the best hit."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = list(passages)
        self._bags = [Counter(tokenize(_indexed(passage))) for passage in self._passages]
        counts = Counter(term for bag in self._bags for term in bag)
        self._idf = {term: math.log(1 + len(self._bags) / count) for term, count in counts.items()}

    async def search(self, query: SearchQuery) -> SearchResult:
        terms = set(tokenize(query.text))
        rows = [
            ScoredPassage(passage, sum(self._idf[term] * bag[term] / (bag[term] + 1.2) for term in terms & bag.keys()))
            for passage, bag in zip(self._passages, self._bags, strict=True)
            if passage.validity.covers(query.as_of)
        ]
        hits = tuple(sorted((row for row in rows if row.score > 0), key=lambda row: -row.score)[: query.k])
        return SearchResult(hits, self._coverage(terms, hits), "memory")

    def _coverage(self, terms: set[str], hits: tuple[ScoredPassage, ...]) -> float:
        total = sum(self._idf.get(term, math.log(1 + len(self._bags))) for term in terms)
        return min(1.0, 1.6 * hits[0].score / total) if hits and total else 0.0

    async def neighbours(self, passage: Passage) -> tuple[Passage, ...]:
        place = (passage.document_id, passage.path)
        return tuple(item for item in self._passages if (item.document_id, item.path) == place)


def _indexed(passage: Passage) -> str:
    return f"{passage.title} {passage.title} {' '.join(passage.keywords)} {' '.join(passage.path)} {passage.text}"


def pack_search(documents: Path) -> PackSearch:
    return PackSearch([passage for path in sorted(documents.rglob("*.md")) for passage in read_guide(path)])
