"""The linear-chain tagger: fitted, decoded, saved; its likelihood checked against brute force."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from assistant.domain.address_tokens import features_of, tokens_of
from assistant.learning.sequence_fitting import TaggerOptions, _Batch, fit_tagger, marginals
from assistant.learning.sequence_tagger import ARRAYS, MODEL, best_path, load, save, spans_of
from assistant.learning.storage import ModelUnusable

SENTENCES = ["朝阳区酒仙桥路4号", "海淀区学院路37号", "丰台区方庄路18号", "大兴区兴华路2号"]
OPTIONS = TaggerOptions(penalty=0.1, at_least=1, steps=40)


def tags(text: str) -> list[str]:
    """District to 区, road to 路, number behind."""
    district, road = text.index("区"), text.index("路")
    ends = [(0, district, "district"), (district + 1, road, "road")]
    out = [f"{'B' if at == first else 'I'}-{label}" for first, last, label in ends for at in range(first, last + 1)]
    return [*out, "B-roadno", "I-roadno"]


def test_a_tagger_reads_addresses_like_those_it_learned_from() -> None:
    tagger = fit_tagger(
        [features_of(tokens_of(text)) for text in SENTENCES], [tags(text) for text in SENTENCES], OPTIONS
    )
    text = "通州区新华路95号"
    found = spans_of(tagger.tag(features_of(tokens_of(text))))
    assert [(first, label) for first, _, label in found] == [(0, "district"), (3, "road"), (6, "roadno")]


def test_the_same_data_give_the_same_tagger_and_a_saved_one_reads_the_same(tmp_path: Path) -> None:
    data = [features_of(tokens_of(text)) for text in SENTENCES], [tags(text) for text in SENTENCES]
    one, other = fit_tagger(*data, OPTIONS), fit_tagger(*data, OPTIONS)
    assert np.array_equal(one.weights, other.weights)
    save(one, tmp_path, {"rows": 4})
    assert load(tmp_path).tag(data[0][1]) == one.tag(data[0][1])


@pytest.mark.parametrize("name", [ARRAYS, MODEL])
def test_a_damaged_tagger_is_refused(tmp_path: Path, name: str) -> None:
    data = [features_of(tokens_of(text)) for text in SENTENCES], [tags(text) for text in SENTENCES]
    save(fit_tagger(*data, OPTIONS), tmp_path, {})
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelUnusable):
        load(tmp_path)


def test_marginals_and_best_path_agree_with_all_paths_counted() -> None:
    rng = np.random.default_rng(0)
    scores, step, start = rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    weight = {
        path: start[path[0]]
        + sum(scores[at, tag] for at, tag in enumerate(path))
        + sum(step[one, other] for one, other in pairwise(path))
        for path in product(range(3), repeat=4)
    }
    total = np.logaddexp.reduce(list(weight.values()))
    logged, chances, pairs = marginals(scores, step, start, _Batch.of([4]))
    assert logged == pytest.approx(total)
    assert chances[2, 1] == pytest.approx(sum(np.exp(w - total) for p, w in weight.items() if p[2] == 1))
    assert pairs.sum() == pytest.approx(3)
    assert tuple(best_path(*(part.astype(np.float32) for part in (scores, step, start)))) == max(
        weight, key=weight.__getitem__
    )


def test_no_token_no_tag_and_no_sentence_no_tagger() -> None:
    assert best_path(np.zeros((0, 2), np.float32), np.zeros((2, 2), np.float32), np.zeros(2, np.float32)) == []
    with pytest.raises(ValueError):
        fit_tagger([], [])


def test_spans_follow_bio() -> None:
    assert spans_of(["B-a", "I-a", "B-a", "O", "I-b", "I-a"]) == [(0, 2, "a"), (2, 3, "a"), (4, 5, "b"), (5, 6, "a")]


def test_tokens_join_to_the_text_and_repetition_is_seen() -> None:
    text = "浙江浙江省〔门牌1〕A座12-3"
    tokens = tokens_of(text)
    assert "".join(tokens) == text and "〔门牌1〕" in tokens and "12" in tokens
    names = features_of(tokens)
    assert ">>" in names[0] and "<<" in names[2] and "<<" not in names[0]
