"""Features of the documents that candidates belong to: first the law or notice, then the passage in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.forward_index import ForwardIndex, Rows
from retrieval.lexical import K1, B
from retrieval.matching import EPSILON, Counts, Features, Floats, QuestionUnits, present, relative, saturate

_DOCUMENT_UNITS = 3000.0
"""Length of a middling notice or statute; a constant, so that scores do not hang on what else is in the index."""


def document_features(index: ForwardIndex, rows: Rows, found: Features, held: Counts, asked: QuestionUnits) -> Features:
    """First the document, then the passage: what the other candidates of a candidate's document say for it."""
    first, rank = found["first"], np.expm1(found["log_rank"])
    numbers, document = np.unique(index.columns.document[rows], return_inverse=True)
    size = len(numbers)
    soft = np.exp((first - first.max(initial=0)) / (0.15 * first.max(initial=0) + EPSILON))
    total = np.bincount(document, soft, minlength=size)
    best = np.zeros(size)
    np.maximum.at(best, document, first)
    whole = _whole_documents(asked, held, document, index.document_size[1][numbers])
    return {name: values[document] for name, values in whole.items()} | {
        "document_soft": total[document] / (total.sum() + EPSILON),
        "document_soft_others": (total[document] - soft) / (total.sum() + EPSILON),
        "document_best": best[document] / (first.max(initial=0) + EPSILON),
        "document_top20": np.log1p(np.bincount(document, rank < 20, minlength=size))[document],
        "document_candidates": np.log1p(np.bincount(document, minlength=size))[document],
        "leads_document": (first >= best[document] - 1e-4).astype(np.float32),
        "neighbours": _neighbours(index, rows, first),
    }


def _whole_documents(
    asked: QuestionUnits, held: Counts, document: NDArray[np.int64], length: NDArray[np.int64]
) -> Features:
    """Coverage and BM25 of documents (not passages), as far as their candidates show them."""
    order = np.argsort(document, kind="stable")
    starts = np.flatnonzero(np.diff(document[order], prepend=-1))
    bigram = np.add.reduceat(held[0][order], starts)
    unit = np.add.reduceat(held[1][order], starts)
    norm = (K1 * (1 - B + B * length / _DOCUMENT_UNITS)[:, None]).astype(np.float32)
    okapi = saturate(bigram, norm) @ asked.bigram_idf + saturate(unit, norm) @ asked.unit_idf
    covered = present(bigram) @ asked.bigram_idf / asked.bigram_mass
    return {
        "document_bigrams": covered,
        "document_units": present(unit) @ asked.unit_idf / asked.unit_mass,
        "document_bigrams_relative": relative(covered),
        "document_okapi": okapi / (asked.bigram_mass + asked.unit_mass),
        "document_okapi_relative": relative(okapi),
        "document_places": _held_share(bigram, asked.named),
        "document_numbers": _held_share(unit, asked.number),
        "document_lacks": np.where(bigram > 0, 0, asked.bigram_idf).max(1, initial=0) / asked.bigram_idf.max(initial=1),
    }


def _held_share(count: Floats, wanted: NDArray[np.bool_]) -> Floats:
    """Share of the wanted columns that a row holds; 1 where the question has none of them."""
    if not wanted.any():
        return np.ones(len(count), np.float32)
    return np.asarray((count[:, wanted] > 0).mean(1), np.float32)


def _neighbours(index: ForwardIndex, rows: Rows, first: Floats) -> Floats:
    """Scores of the passages before and after in the same document, where they are candidates too."""
    place = index.columns.document[rows].astype(np.int64) << 32 | index.columns.ordinal[rows]
    order = np.argsort(place)
    ascending = place[order]
    total = np.zeros(len(rows), np.float32)
    for step in (-2, -1, 1, 2):
        spot = np.searchsorted(ascending, place + step).clip(max=max(0, len(rows) - 1))
        there = ascending[spot] == place + step
        total += np.where(there, first[order[spot]], 0) / abs(step)
    return np.asarray(total / (3 * first.max(initial=0) + EPSILON), np.float32)
