"""The forward index must survive growth, replacement and a restart without changing what it says about a passage."""

import json
from pathlib import Path

import numpy as np
import pytest

from retrieval.contracts import Passage
from retrieval.forward_columns import LEVELS, gather
from retrieval.forward_index import ForwardIndex
from retrieval.units import CLAUSE_END, SENTENCE_END, units, word_unit


def passage(number: int, text: str, document: str = "d", title: str = "物业管理条例") -> Passage:
    return Passage(
        f"p{number}", document, title, text, path=("第一章 总则", f"第{number}条"), ordinal=number, level="行政法规"
    )


TEXTS = ["业主应当交纳物业费。", "停车位归业主共有。", "供热期自十一月十五日起。"]


@pytest.fixture
def passages() -> list[Passage]:
    return [passage(number, text) for number, text in enumerate(TEXTS)]


def text_of(index: ForwardIndex, name: str) -> list[int]:
    row = index.rows([name])
    return gather(index.columns.text, index.columns.text_offset, row)[0].tolist()


def test_units_keep_han_fold_words_and_merge_separators() -> None:
    assert units("物业 ，费!\n１５日").tolist() == [
        *map(ord, "物业"), CLAUSE_END, ord("费"), SENTENCE_END, word_unit("15"), ord("日"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "😀a", "\ud800", "。。。", "ﾊﾟ"])
def test_odd_texts_do_not_break_units(text: str) -> None:
    assert units(text).dtype == np.uint16


def test_adding_in_parts_equals_building_at_once(passages: list[Passage]) -> None:
    whole, parts = ForwardIndex.build(passages), ForwardIndex.empty()
    for one in passages:
        parts.add([one])
        assert len(parts) > 0
    assert text_of(parts, "p2") == text_of(whole, "p2") == units(TEXTS[2]).tolist()
    assert np.array_equal(parts.statistics.bigram_count, whole.statistics.bigram_count)
    assert parts.statistics.average_length == whole.statistics.average_length


def test_a_replaced_passage_shows_its_new_text_also_after_a_restart(passages: list[Passage], tmp_path: Path) -> None:
    index = ForwardIndex.build(passages)
    index.add([passage(1, "车位收费公示。")])
    index.save(tmp_path)
    loaded = ForwardIndex.load(tmp_path)
    assert len(loaded) == 3
    assert text_of(loaded, "p1") == units("车位收费公示。").tolist()
    assert text_of(loaded, "p2") == units(TEXTS[2]).tolist()
    assert loaded.statistics.shape[0] == 3


def test_saving_twice_keeps_one_state(passages: list[Passage], tmp_path: Path) -> None:
    index = ForwardIndex.build(passages)
    index.save(tmp_path)
    loaded = ForwardIndex.load(tmp_path)
    loaded.add([passage(7, "垃圾分类。", document="e")])
    loaded.save(tmp_path)
    assert len(ForwardIndex.load(tmp_path)) == 4
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_discarded_documents_are_missing(passages: list[Passage]) -> None:
    index = ForwardIndex.build([*passages, passage(9, "其他。", document="other")])
    index.discard(["d", "unknown"])
    assert index.missing(["p0", "p9"]) == ["p0"]
    with pytest.raises(KeyError):
        index.rows(["p0"])


def test_statistics_count_passages_not_occurrences() -> None:
    index = ForwardIndex.build([passage(n, text, title="规定") for n, text in enumerate(["物业物业", "物业", "供热"])])
    assert index.statistics.unit_count[ord("物")] == 2
    wanted = np.array([ord("物") << 16 | ord("业"), 1 << 16 | 1], np.uint32)
    rare = index.statistics.bigram_idf(wanted)
    assert rare[1] > rare[0]


def test_an_empty_index_answers() -> None:
    index = ForwardIndex.empty()
    assert len(index) == 0
    assert index.missing(["x"]) == ["x"]
    assert index.statistics.average_length == 0.0


@pytest.mark.parametrize(
    ("level", "kind", "expected"),
    [
        ("行政法", "law", "law"),
        ("民法典", "law", "civil_code"),
        ("行政法规", "law", "regulation"),
        (None, "guide", "guide"),
        ("民法商法", "law", "law"),
        (None, "notice", "other"),
    ],
)
def test_levels_are_few(level: str | None, kind: str, expected: str) -> None:
    one = Passage("p", "d", "t", "x", level=level, kind=kind)
    assert LEVELS[ForwardIndex.build([one]).columns.level[0]] == expected


def test_title_and_chapter_count_as_held() -> None:
    index = ForwardIndex.build([passage(0, "供热"), passage(1, "供气")])
    assert index.statistics.unit_count[ord("物")] == 2


def test_document_size_counts_its_passages(passages: list[Passage]) -> None:
    index = ForwardIndex.build(passages)
    assert [part.tolist() for part in index.document_size] == [[3], [31]]
    index.add([passage(8, "其他。", document="e")])
    assert [part.tolist() for part in index.document_size] == [[3, 1], [31, 3]]


def test_vectors_of_an_older_embedding_are_made_anew(passages: list[Passage], tmp_path: Path) -> None:
    index = ForwardIndex.build(passages)
    right = index.columns.vector.copy()
    index.save(tmp_path)
    names = json.loads((tmp_path / "names.json").read_text(encoding="utf-8"))
    np.save(tmp_path / names["arrays"] / "vector.npy", np.zeros_like(right))
    assert not ForwardIndex.load(tmp_path).columns.vector.any()
    (tmp_path / "names.json").write_text(json.dumps(names | {"embedding": "older"}), encoding="utf-8")
    assert np.array_equal(ForwardIndex.load(tmp_path).columns.vector, right)
