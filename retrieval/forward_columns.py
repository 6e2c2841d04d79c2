"""The arrays of the forward index and how passages become rows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.contracts import Passage
from retrieval.priors import citations
from retrieval.references import article_key
from retrieval.static_embedding import default_embedding
from retrieval.units import Units, joined, units

LEVELS = ("local", "regulation", "interpretation", "rule", "law", "civil_code", "criminal_code", "guide", "other")
_LEVEL_OF = {
    "地方性法规": "local",
    "行政法规": "regulation",
    "司法解释": "interpretation",
    "部门规章": "rule",
    "民法典": "civil_code",
    "刑法": "criminal_code",
}
_LAW_LEVELS = ("法", "法律")
PRIORS = ("law_by_statutes", "law_by_answers", "article_by_statutes", "article_by_answers")


@dataclass(frozen=True, slots=True)
class Columns:
    """Per passage (N rows): text units between offsets, head, document, level, order in the document, priors
    and the static vector of head and text in 127ths.

    ``head_title`` is how many units of a head are its title and keywords. ``ordinal`` counts the passages of a
    document from 0.
    """

    text: NDArray[np.uint16]
    text_offset: NDArray[np.int64]
    head_units: NDArray[np.uint16]
    head_offset: NDArray[np.int64]
    head_title: NDArray[np.int32]
    head: NDArray[np.int32]
    document: NDArray[np.int32]
    level: NDArray[np.uint8]
    ordinal: NDArray[np.int32]
    prior: NDArray[np.float32]
    vector: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.head)


COLUMN_NAMES = tuple(field.name for field in fields(Columns))


def level_of(passage: Passage) -> int:
    """Place in ``LEVELS``: how binding a text is, by the names that the corpora and the city pack use."""
    name = passage.level or ""
    if passage.kind == "guide":
        return LEVELS.index("guide")
    known = _LEVEL_OF.get(name) or ("law" if name.endswith(_LAW_LEVELS) else "other")
    return LEVELS.index(known)


def columns_of(passages: Sequence[Passage], documents: Sequence[int]) -> Columns:
    """Rows for passages whose documents have these numbers."""
    heads: dict[tuple[str, str], int] = {}
    head = [heads.setdefault((_names(passage), _chapter(passage)), len(heads)) for passage in passages]
    titles = [units(title) for title, _ in heads]
    texts = [units(passage.text) for passage in passages]
    rows = [joined([title, units(chapter)]) for title, (_, chapter) in zip(titles, heads, strict=True)]
    return Columns(
        text=_flat(texts),
        text_offset=_offsets(texts),
        head_units=_flat(rows),
        head_offset=_offsets(rows),
        head_title=np.array([len(title) for title in titles], np.int32),
        head=np.array(head, np.int32),
        document=np.array(documents, np.int32),
        level=np.array([level_of(passage) for passage in passages], np.uint8),
        ordinal=np.array([passage.ordinal for passage in passages], np.int32),
        prior=np.array([_priors(passage) for passage in passages], np.float32).reshape(-1, len(PRIORS)),
        vector=_vectors([joined([rows[number], text]) for number, text in zip(head, texts, strict=True)]),
    )


def with_new_vectors(columns: Columns) -> Columns:
    """The same rows with vectors of the embedding that is now released."""
    heads = np.split(columns.head_units, columns.head_offset[1:-1])
    texts = np.split(columns.text, columns.text_offset[1:-1]) if len(columns) else []
    whole = (joined([heads[number], text]) for number, text in zip(columns.head, texts, strict=True))
    return replace(columns, vector=_vectors(list(whole)))


def _vectors(rows: Sequence[Units]) -> NDArray[np.int8]:
    return np.round(default_embedding().encode(rows) * 127).astype(np.int8)


def head_row(passage: Passage) -> Units:
    return joined([units(_names(passage)), units(_chapter(passage))])


def concatenate(one: Columns, other: Columns) -> Columns:
    """The rows of both; ``other`` keeps its order behind ``one``."""
    return Columns(
        text=np.concatenate([one.text, other.text]),
        text_offset=np.concatenate([one.text_offset, other.text_offset[1:] + one.text_offset[-1]]),
        head_units=np.concatenate([one.head_units, other.head_units]),
        head_offset=np.concatenate([one.head_offset, other.head_offset[1:] + one.head_offset[-1]]),
        head_title=np.concatenate([one.head_title, other.head_title]),
        head=np.concatenate([one.head, other.head + np.int32(len(one.head_title))]),
        **{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in _PER_ROW},
    )


_PER_ROW = ("document", "level", "ordinal", "prior", "vector")


def take(columns: Columns, rows: NDArray[np.int64]) -> Columns:
    """These rows only; heads that nobody uses any more stay."""
    text, owner = gather(columns.text, columns.text_offset, rows)
    lengths = np.bincount(owner, minlength=len(rows))
    return Columns(
        text=text,
        text_offset=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        head_units=columns.head_units,
        head_offset=columns.head_offset,
        head_title=columns.head_title,
        head=columns.head[rows],
        **{name: getattr(columns, name)[rows] for name in _PER_ROW},
    )


def gather(flat: Units, offset: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[Units, NDArray[np.int64]]:
    """Units of several rows one after the other, and for each unit the place of its row in ``rows``."""
    return pieces(flat, offset[rows], offset[rows + 1] - offset[rows])


def pieces(
    flat: Units, begins: NDArray[np.int64], lengths: NDArray[np.int64] | NDArray[np.int32]
) -> tuple[Units, NDArray[np.int64]]:
    """Stretches of ``flat`` one after the other, and for each unit the place of its stretch."""
    starts = np.concatenate([[0], np.cumsum(lengths)])
    places = np.arange(starts[-1]) + np.repeat(begins - starts[:-1], lengths)
    return flat[places], np.repeat(np.arange(len(begins)), lengths)


def _names(passage: Passage) -> str:
    """Title and keywords: what a document calls itself, what people call it, and how they ask for this section."""
    return "\n".join((passage.title, *passage.keywords, *passage.asked_as))


def _chapter(passage: Passage) -> str:
    """Headings above the passage, without numbers of articles, paragraphs and items."""
    return " ".join(part for part in passage.path if not (part.startswith("第") and part.endswith(("条", "款", "项"))))


def _priors(passage: Passage) -> tuple[float, float, float, float]:
    article = next((key for part in passage.path if (key := article_key(part))), "")
    found = citations(passage.title, article)
    return found.law_by_statutes, found.law_by_answers, found.article_by_statutes, found.article_by_answers


def _flat(rows: Sequence[Units]) -> Units:
    return np.concatenate([np.zeros(0, np.uint16), *rows])


def _offsets(rows: Sequence[Units]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
