"""What a document says at its beginning and its end: whose it is, of which place, on which occasion.

A passage from the middle of a notice names neither city nor office; its first lines and its signature do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.forward_columns import LEVELS, Columns, pieces
from retrieval.forward_index import ForwardIndex, Rows
from retrieval.matching import (
    EPSILON,
    Counts,
    Features,
    Floats,
    Matches,
    QuestionUnits,
    matched,
    present,
    relative,
)
from retrieval.places import gazetteer

_LOOKED_AT = (120, 60, 60)
"""Units of a document's first, second and last passage."""
Documents = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fronts:
    """Of d documents: what title and first lines hold (``lead_…``), and with the last lines (``bigram``), as 0 or 1.

    ``province`` has shape (d, provinces): whether title, first or last lines name a place of it.
    """

    lead_unit: Floats
    lead_bigram: Floats
    bigram: Floats
    province: NDArray[np.bool_]
    opening_province: NDArray[np.bool_]


def read_fronts(index: ForwardIndex, asked: QuestionUnits, documents: Documents) -> Fronts:
    title = _titles(asked, index.columns, index.document_edges[documents, 0])
    parts, size = _parts(asked, index.columns, index.document_edges[documents]), len(documents)
    unit, bigram = parts.unit_count.reshape(3, size, -1), parts.bigram_count.reshape(3, size, -1)
    named = _provinces(parts, 3 * size).reshape(3, size, -1)
    opening = _provinces(title, size) | named[0]
    lead = present(title.bigram_count + bigram[0] + bigram[1])
    return Fronts(
        lead_unit=present(title.unit_count + unit[0] + unit[1]),
        lead_bigram=lead,
        bigram=present(lead + bigram[2]),
        province=opening | named[1] | named[2],
        opening_province=opening,
    )


def _titles(asked: QuestionUnits, columns: Columns, rows: Rows) -> Matches:
    head = columns.head[rows].astype(np.int64)
    return matched(asked, *pieces(columns.head_units, columns.head_offset[head], columns.head_title[head]), len(rows))


def _parts(asked: QuestionUnits, columns: Columns, edges: Rows) -> Matches:
    """First lines, lines of the second passage, last lines: those of all documents, part after part."""
    rows = edges.T.ravel()
    begin, end = columns.text_offset[rows], columns.text_offset[rows + 1]
    length = np.minimum(np.repeat(_LOOKED_AT, len(edges)), end - begin)
    last = 2 * len(edges)
    begin = np.concatenate([begin[:last], end[last:] - length[last:]])
    return matched(asked, *pieces(columns.text, begin, length), len(rows))


def _provinces(found: Matches, rows: int) -> NDArray[np.bool_]:
    places = gazetteer()
    named = np.zeros((rows, places.provinces), bool)
    at = np.flatnonzero(places.begins[found.units[:-1]])
    at = at[found.owner[at] == found.owner[at + 1]]
    wide = found.units.astype(np.uint32)
    province = places.province_of(np.asarray(wide[at] << 16 | wide[at + 1], np.uint32))
    named[found.owner[at[province >= 0]], province[province >= 0]] = True
    return named


def front_features(index: ForwardIndex, rows: Rows, asked: QuestionUnits, held: Counts) -> Features:
    """``held`` counts what each candidate holds in text and head, as for ``document_features``."""
    numbers, document = np.unique(index.columns.document[rows], return_inverse=True)
    fronts = read_fronts(index, asked, numbers.astype(np.int64))
    places = _places(asked, fronts, _known(fronts, held[0], document))
    found: Features = {name: values[document] for name, values in _coverage(asked, fronts).items()}
    # A guide is written for one place, and its filter says which: the places that it names are where people come from.
    no_guide = (index.columns.level[rows] != LEVELS.index("guide")).astype(np.float32)
    found |= {name: values[document] * no_guide for name, values in places.items()}
    return found | _with_passage(asked, fronts.bigram[document], present(held[0]))


def _coverage(asked: QuestionUnits, fronts: Fronts) -> Features:
    bigram, unit = asked.bigram_idf / asked.bigram_mass, asked.unit_idf / asked.unit_mass
    lead = fronts.lead_bigram @ bigram
    rare = bigram * (1 - fronts.bigram.mean(0)) if len(fronts.bigram) else bigram
    return {
        "lead_bigrams": lead,
        "lead_bigrams_relative": relative(lead),
        "lead_units": fronts.lead_unit @ unit,
        "front_bigrams": fronts.bigram @ bigram,
        "front_locally_rare": fronts.bigram @ rare / (rare.sum() + EPSILON),
    }


def _known(fronts: Fronts, passages: Floats, document: NDArray[np.int64]) -> Floats:
    """Which bigrams a document holds, as far as its front and its candidates show."""
    known = fronts.bigram.copy()
    np.maximum.at(known, document, present(passages))
    return known


def _places(asked: QuestionUnits, fronts: Fronts, known: Floats) -> Features:
    """Whether a document is about the part of the country that is asked about, about another one, or about one at all."""
    province = gazetteer().province_of(asked.bigram)
    named = province >= 0
    if not named.any():
        nothing = np.zeros(len(known), np.float32)
        silent: Features = dict.fromkeys(
            ("place_agrees", "place_conflicts", "place_in_front", "place_in_document"), nothing
        )
        return silent | {"place_unasked": _floats(fronts.opening_province.any(1))}
    agrees = fronts.province[:, province[named]].any(1)
    return {
        "place_agrees": _floats(agrees),
        "place_conflicts": _floats(fronts.province.any(1) & ~agrees),
        "place_unasked": np.zeros(len(known), np.float32),
        "place_in_front": _floats(fronts.bigram[:, named].mean(1)),
        "place_in_document": _floats(known[:, named].mean(1)),
    }


def _floats(values: Any) -> Floats:
    return np.asarray(values, np.float32)


def _with_passage(asked: QuestionUnits, front: Floats, passage: Floats) -> Features:
    """What passage and front hold together, and what the passage adds."""
    bigram = asked.bigram_idf / asked.bigram_mass
    both = np.maximum(front, passage) @ bigram
    return {
        "with_front": both,
        "with_front_relative": relative(both),
        "beyond_front": np.maximum(0, passage - front) @ bigram,
    }
