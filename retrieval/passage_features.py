"""What the reranker looks at: lexical, positional, document and prior features of the candidates of one question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.asking import asked_matter
from retrieval.document_features import document_features
from retrieval.forward_columns import LEVELS, PRIORS
from retrieval.forward_index import ForwardIndex, Rows
from retrieval.front_features import front_features
from retrieval.lexical import K1, B
from retrieval.matching import (
    EPSILON,
    Counts,
    Features,
    Floats,
    Matches,
    QuestionUnits,
    log_rank,
    match,
    maximum_per_row,
    present,
    read_question,
    relative,
    saturate,
    spans,
)
from retrieval.static_embedding import default_embedding
from retrieval.units import SENTENCE_END, units

STATUTE, GUIDE = "statute", "level_guide"
"""1 for a passage of a law, a rule or an interpretation; 1 for one of a guide. A notice is neither."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A question matched against text, head and title of n candidates; head and title are those of each candidate."""

    text: Matches
    head_unit: Floats
    head_bigram: Floats
    title_bigram: Floats
    title_share: Floats
    head_length: NDArray[np.int64]
    average_length: float


def features(index: ForwardIndex, question: str, rows: Rows) -> Features:
    """Feature name to values, shape ``(n,)``, for candidates in any order."""
    asked = read_question(asked_matter(question), index.statistics)
    fields = _match_fields(index, asked, rows)
    found = _coverage(asked, fields)
    found |= _okapi(asked, fields, _title_factor(index, rows))
    found |= _spans(asked, fields)
    found |= _sentences(asked, fields.text)
    found |= document_features(index, rows, found, _totals(fields), asked)
    found |= front_features(index, rows, asked, _totals(fields))
    found |= _semantics(index, question, rows, found)
    found |= _priors(index, rows, found)
    found["question_length"] = np.full(len(rows), np.log1p(asked.length), np.float32)
    return found


def _match_fields(index: ForwardIndex, asked: QuestionUnits, rows: Rows) -> Fields:
    columns = index.columns
    text = match(asked, columns.text, columns.text_offset, rows)
    heads, place = np.unique(columns.head[rows], return_inverse=True)
    head = match(asked, columns.head_units, columns.head_offset, heads.astype(np.int64))
    in_title = _position(head) < columns.head_title[heads][head.owner]
    hit = in_title & (head.bigram_at >= 0)
    title = np.zeros_like(head.bigram_count)
    title[head.owner[hit], head.bigram_at[hit]] = 1
    share = title.sum(1) / np.maximum(1, columns.head_title[heads])
    return Fields(
        text,
        head.unit_count[place],
        head.bigram_count[place],
        title[place],
        share[place].astype(np.float32),
        head.length[place],
        index.statistics.average_length,
    )


def _totals(fields: Fields) -> Counts:
    return fields.text.bigram_count + fields.head_bigram, fields.text.unit_count + fields.head_unit


def _position(found: Matches) -> NDArray[np.int64]:
    starts = np.cumsum(found.length) - found.length
    return np.arange(len(found.units)) - starts[found.owner]


def _title_factor(index: ForwardIndex, rows: Rows) -> Floats:
    prior = index.columns.prior[rows]
    return np.asarray(1 + 0.05 * (prior[:, 0] + prior[:, 1]), np.float32)


def _coverage(asked: QuestionUnits, fields: Fields) -> Features:
    """Shares of the question's IDF mass that a candidate holds."""
    text, unit, bigram = fields.text, asked.unit_idf / asked.unit_mass, asked.bigram_idf / asked.bigram_mass
    in_text, in_head = present(text.bigram_count), present(fields.head_bigram)
    anywhere = np.maximum(in_text, in_head)
    local = bigram * (1 - in_text.mean(0)) if len(in_text) else bigram
    whole = anywhere @ bigram
    return {
        "text_bigrams": in_text @ bigram,
        "text_units": present(text.unit_count) @ unit,
        "all_bigrams": whole,
        "all_units": present(text.unit_count + fields.head_unit) @ unit,
        "all_bigrams_relative": relative(whole),
        "head_bigrams": in_head @ bigram,
        "head_units": present(fields.head_unit) @ unit,
        "head_only_bigrams": (in_head * (1 - in_text)) @ bigram,
        "title_bigrams": fields.title_bigram @ bigram,
        "title_share": fields.title_share,
        "density": text.bigram_count.sum(1) / (text.length + 10),
        "locally_rare": anywhere @ local / (local.sum() + EPSILON),
        "rarest_three": anywhere[:, np.argsort(-bigram)[:3]].sum(1) / 3,
    }


def _okapi(asked: QuestionUnits, fields: Fields, factor: Floats) -> Features:
    """BM25 of text alone by bigrams and by units, and of text with head; ``first`` orders the candidates."""
    text = fields.text
    length = (text.length + fields.head_length) / max(1.0, fields.average_length)
    norm = (K1 * (1 - B + B * length)[:, None]).astype(np.float32)
    bigram = saturate(text.bigram_count, norm) @ asked.bigram_idf
    unit = saturate(text.unit_count, norm) @ asked.unit_idf
    both = saturate(text.bigram_count + fields.head_bigram, norm) @ asked.bigram_idf
    both += saturate(text.unit_count + fields.head_unit, norm) @ asked.unit_idf
    first = both * factor
    return {
        "first": first,
        "first_relative": relative(first),
        "first_share": first / (asked.bigram_mass + asked.unit_mass),
        "log_rank": log_rank(first),
        "plain": both,
        "plain_relative": relative(both),
        "okapi_bigrams": bigram / asked.bigram_mass,
        "okapi_units": unit / asked.unit_mass,
        "okapi_bigrams_raw": bigram,
        "okapi_bigrams_relative": relative(bigram),
        "okapi_units_relative": relative(unit),
    }


def _spans(asked: QuestionUnits, fields: Fields) -> Features:
    weight, length, surplus = spans(asked, fields.text)
    return {
        "span_weight": weight / asked.bigram_mass,
        "span_length": np.log1p(length),
        "span_share": length / max(1, asked.length),
        "span_surplus": surplus / (fields.text.length + 20),
    }


def _sentences(asked: QuestionUnits, text: Matches) -> Features:
    """Coverage by the best single sentence, by the first one, and how many there are."""
    rows = len(text.length)
    ends = np.concatenate([[False], (text.units == SENTENCE_END)[:-1]]) if len(text.units) else np.zeros(0, bool)
    opens = np.diff(text.owner, prepend=-1) > 0
    sentence = np.cumsum(ends | opens) - 1
    owner = text.owner[np.searchsorted(sentence, np.arange(sentence[-1] + 1))] if len(sentence) else text.owner
    bigram = _held(sentence, text.bigram_at, len(owner), len(asked.bigram)) @ asked.bigram_idf / asked.bigram_mass
    unit = _held(sentence, text.unit_at, len(owner), len(asked.unit)) @ asked.unit_idf / asked.unit_mass
    length = np.bincount(sentence, minlength=len(owner))
    first = np.zeros(rows, np.float32)
    first[text.owner[opens]] = bigram[sentence[opens]]
    return {
        "sentence_bigrams": maximum_per_row(bigram, owner, rows),
        "sentence_units": maximum_per_row(unit, owner, rows),
        "sentence_density": maximum_per_row(bigram * 5 / np.sqrt(length + 15), owner, rows),
        "first_sentence": first,
        "log_length": np.log1p(text.length),
        "log_sentences": np.log1p(np.bincount(owner, minlength=rows)),
    }


def _held(sentence: NDArray[np.int64], place: NDArray[np.int16], rows: int, width: int) -> Floats:
    """1 where a sentence holds the unit or bigram, else 0; floats, because the product with the IDF is then fast."""
    held = np.zeros(rows * width, np.float32)
    hit = np.flatnonzero(place >= 0)
    held[sentence[hit] * width + place[hit]] = 1
    return held.reshape(rows, width)


def _semantics(index: ForwardIndex, question: str, rows: Rows, found: Features) -> Features:
    asked = default_embedding().encode([units(question)])[0]
    like = index.columns.vector[rows].astype(np.float32) @ asked / 127
    return semantic_features(like, found["first_share"])


def semantic_features(like: Floats, first_share: Floats) -> Features:
    """From the likeness of static vectors: which passages speak of the same matter in other words."""
    return {
        "semantic": like,
        "semantic_gap": like - like.max(initial=-1),
        "semantic_log_rank": log_rank(like),
        "semantic_standard": (like - like.mean()) / (like.std() + EPSILON) if len(like) else like,
        "semantic*first_share": np.maximum(like, 0) * first_share,
    }


def _priors(index: ForwardIndex, rows: Rows, found: Features) -> Features:
    columns = index.columns
    priors: Features = {name: columns.prior[rows, place] for place, name in enumerate(PRIORS)}
    products = {
        f"{name}*{share}": priors[name] * found[share] for name in PRIORS for share in ("first_share", "all_bigrams")
    }
    levels: Features = {
        f"level_{name}": (columns.level[rows] == place).astype(np.float32) for place, name in enumerate(LEVELS)
    }
    size = np.log1p(index.document_size[0][columns.document[rows]])
    statute = (columns.level[rows] < LEVELS.index("guide")).astype(np.float32)
    return priors | products | levels | {"document_size": size, STATUTE: statute}
