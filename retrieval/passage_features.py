"""What the reranker looks at: lexical, positional, document and prior features of the candidates of one question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.forward_columns import LEVELS, PRIORS
from retrieval.forward_index import ForwardIndex, Rows
from retrieval.matching import Floats, Matches, QuestionUnits, match, maximum_per_row, read_question, spans
from retrieval.static_embedding import default_embedding
from retrieval.units import SENTENCE_END, units

Features = dict[str, Floats]
_K1, _B = 1.2, 0.75
_DOCUMENT_UNITS = 3000.0
"""Length of a middling notice or statute; a constant, so that scores do not hang on what else is in the index."""
_EPSILON = 1e-6


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
    asked = read_question(question, index.statistics)
    fields = _match_fields(index, asked, rows)
    found = _coverage(asked, fields)
    found |= _okapi(asked, fields, _title_factor(index, rows))
    found |= _spans(asked, fields)
    found |= _sentences(asked, fields.text)
    found |= _documents(index, rows, found, fields, asked)
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


def _position(found: Matches) -> NDArray[np.int64]:
    starts = np.cumsum(found.length) - found.length
    return np.arange(len(found.units)) - starts[found.owner]


def _title_factor(index: ForwardIndex, rows: Rows) -> Floats:
    prior = index.columns.prior[rows]
    return np.asarray(1 + 0.05 * (prior[:, 0] + prior[:, 1]), np.float32)


def _coverage(asked: QuestionUnits, fields: Fields) -> Features:
    """Shares of the question's IDF mass that a candidate holds."""
    text, unit, bigram = fields.text, asked.unit_idf, asked.bigram_idf
    any_bigram = (text.bigram_count + fields.head_bigram) > 0
    any_unit = (text.unit_count + fields.head_unit) > 0
    rarest = np.argsort(-bigram)[:3]
    common = 1 - (text.bigram_count > 0).mean(0) if len(bigram) else bigram
    local = bigram * common
    whole = any_bigram @ bigram / asked.bigram_mass
    return {
        "text_bigrams": (text.bigram_count > 0) @ bigram / asked.bigram_mass,
        "text_units": (text.unit_count > 0) @ unit / asked.unit_mass,
        "all_bigrams": whole,
        "all_units": any_unit @ unit / asked.unit_mass,
        "all_bigrams_relative": relative(whole),
        "head_bigrams": (fields.head_bigram > 0) @ bigram / asked.bigram_mass,
        "head_units": (fields.head_unit > 0) @ unit / asked.unit_mass,
        "head_only_bigrams": ((fields.head_bigram > 0) & (text.bigram_count == 0)) @ bigram / asked.bigram_mass,
        "title_bigrams": fields.title_bigram @ bigram / asked.bigram_mass,
        "title_share": fields.title_share,
        "density": text.bigram_count.sum(1) / (text.length + 10),
        "locally_rare": any_bigram @ local / (local.sum() + _EPSILON),
        "rarest_three": any_bigram[:, rarest].sum(1) / 3,
    }


def _okapi(asked: QuestionUnits, fields: Fields, factor: Floats) -> Features:
    """BM25 of text alone by bigrams and by units, and of text with head; ``first`` orders the candidates."""
    text = fields.text
    length = (text.length + fields.head_length) / max(1.0, fields.average_length)
    norm = (_K1 * (1 - _B + _B * length)[:, None]).astype(np.float32)
    bigram = saturate(text.bigram_count, norm) @ asked.bigram_idf
    unit = saturate(text.unit_count, norm) @ asked.unit_idf
    both = saturate(text.bigram_count + fields.head_bigram, norm) @ asked.bigram_idf
    both += saturate(text.unit_count + fields.head_unit, norm) @ asked.unit_idf
    first = both * factor
    rank = np.empty(len(first), np.float32)
    rank[np.argsort(-first, kind="stable")] = np.arange(len(first))
    return {
        "first": first,
        "first_relative": relative(first),
        "first_share": first / (asked.bigram_mass + asked.unit_mass),
        "log_rank": np.log1p(rank),
        "plain": both,
        "plain_relative": relative(both),
        "okapi_bigrams": bigram / asked.bigram_mass,
        "okapi_units": unit / asked.unit_mass,
        "okapi_bigrams_raw": bigram,
        "okapi_bigrams_relative": relative(bigram),
        "okapi_units_relative": relative(unit),
    }


def saturate(count: Floats, norm: Floats) -> Floats:
    return count * (_K1 + 1) / (count + norm)


def relative(values: Floats) -> Floats:
    """Values as shares of the best candidate's."""
    return np.asarray(values / (values.max(initial=0) + _EPSILON), np.float32)


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


def _held(sentence: NDArray[np.int64], place: NDArray[np.int16], rows: int, width: int) -> NDArray[np.bool_]:
    held = np.zeros((rows, width), bool)
    hit = place >= 0
    held[sentence[hit], place[hit]] = True
    return held


def _documents(index: ForwardIndex, rows: Rows, found: Features, fields: Fields, asked: QuestionUnits) -> Features:
    """First the document, then the passage: what the other candidates of a candidate's document say for it."""
    first, rank = found["first"], np.expm1(found["log_rank"])
    numbers, document = np.unique(index.columns.document[rows], return_inverse=True)
    size = len(numbers)
    soft = np.exp((first - first.max(initial=0)) / (0.15 * first.max(initial=0) + _EPSILON))
    total = np.bincount(document, soft, minlength=size)
    best = np.zeros(size)
    np.maximum.at(best, document, first)
    whole = _whole_documents(asked, fields, document, index.document_size[1][numbers])
    return {name: values[document] for name, values in whole.items()} | {
        "document_soft": total[document] / (total.sum() + _EPSILON),
        "document_soft_others": (total[document] - soft) / (total.sum() + _EPSILON),
        "document_best": best[document] / (first.max(initial=0) + _EPSILON),
        "document_top20": np.log1p(np.bincount(document, rank < 20, minlength=size))[document],
        "document_candidates": np.log1p(np.bincount(document, minlength=size))[document],
        "leads_document": (first >= best[document] - 1e-4).astype(np.float32),
        "neighbours": _neighbours(index, rows, first),
    }


def _whole_documents(
    asked: QuestionUnits, fields: Fields, document: NDArray[np.int64], length: NDArray[np.int64]
) -> Features:
    """Coverage and BM25 of documents (not passages), as far as their candidates show them."""
    size = len(length)
    bigram, unit = np.zeros((size, len(asked.bigram)), np.float32), np.zeros((size, len(asked.unit)), np.float32)
    np.add.at(bigram, document, fields.text.bigram_count + fields.head_bigram)
    np.add.at(unit, document, fields.text.unit_count + fields.head_unit)
    norm = (_K1 * (1 - _B + _B * length / _DOCUMENT_UNITS)[:, None]).astype(np.float32)
    okapi = saturate(bigram, norm) @ asked.bigram_idf + saturate(unit, norm) @ asked.unit_idf
    covered = (bigram > 0) @ asked.bigram_idf / asked.bigram_mass
    return {
        "document_bigrams": covered,
        "document_units": (unit > 0) @ asked.unit_idf / asked.unit_mass,
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
    return np.asarray(total / (3 * first.max(initial=0) + _EPSILON), np.float32)


def _semantics(index: ForwardIndex, question: str, rows: Rows, found: Features) -> Features:
    asked = default_embedding().encode([units(question)])[0]
    like = index.columns.vector[rows].astype(np.float32) @ asked / 127
    return semantic_features(like, found["first_share"])


def semantic_features(like: Floats, first_share: Floats) -> Features:
    """From the likeness of static vectors: which passages speak of the same matter in other words."""
    rank = np.empty(len(like), np.float32)
    rank[np.argsort(-like, kind="stable")] = np.arange(len(like))
    return {
        "semantic": like,
        "semantic_gap": like - like.max(initial=-1),
        "semantic_log_rank": np.log1p(rank),
        "semantic_standard": (like - like.mean()) / (like.std() + _EPSILON) if len(like) else like,
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
    return priors | products | levels | {"document_size": size}
