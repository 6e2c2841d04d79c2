"""The released tagger finds places that no gazetteer holds; without it an ending is all there is to go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.gazetteer import Gazetteer
from assistant.domain.said_places import named_estate, said_place
from assistant.learning.place_tagger import load_place_tagger
from assistant.learning.storage import ModelUnusable

TAGGER = load_place_tagger()
NOTHING_KNOWN = Gazetteer(())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我住瑞雪嘉园〔门牌1〕，电梯坏了三天", "瑞雪嘉园〔门牌1〕"),
        ("楼道堆满杂物，地址是金桂花园东区", "金桂花园东区"),
        ("昨天晚上春溪路88号门口有人烧烤", "春溪路88号门口"),
    ],
)
def test_unknown_places_are_found_where_they_are_said(text: str, words: str) -> None:
    piece = said_place(text, NOTHING_KNOWN, TAGGER.words)
    assert piece is not None and text[piece.start : piece.end] == words


@pytest.mark.parametrize("text", ["物业收费不合理，不给开发票", "工资拖了三个月没发", ""])
def test_where_no_place_is_said_none_is_found(text: str) -> None:
    assert said_place(text, NOTHING_KNOWN, TAGGER.words) is None


def test_offsets_run_over_the_turns_of_a_call_and_the_estate_is_named() -> None:
    text = "电梯坏了\n我家在瑞雪嘉园，没人管"
    (words,) = [words for words in TAGGER.words(text) if words.label == "poi"]
    assert text[words.start : words.end] == named_estate(text, TAGGER.words) == "瑞雪嘉园"


def test_a_missing_model_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        load_place_tagger(tmp_path)
