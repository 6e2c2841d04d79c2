from __future__ import annotations

import pytest

from assistant.city_pack import city_pack_folder
from assistant.domain.lay_words import in_official_words
from assistant.routing_data import load_lay_words

PAIRS = load_lay_words(city_pack_folder(None) / "catalogue").pairs()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("老公打我怎么办", "家暴怎么办"),
        ("身分证丢了", "身份证丢了"),
        ("儿子不养我怎么办", "子女不赡养老人怎么办"),
        ("饭馆吃出虫子怎么投诉", "饭馆吃出异物怎么投诉"),
        ("遛狗不栓绳谁管", "遛狗不牵绳谁管"),
        ("公司拖着我俩月工资不给", "公司拖欠工资"),
    ],
)
def test_lay_words_are_read_as_the_packs_words(said: str, meant: str) -> None:
    assert in_official_words(said, PAIRS) == meant


@pytest.mark.parametrize("question", ["孩子打疫苗", "老公的社保怎么办", "吃出租车司机的回扣", "养狗收费吗"])
def test_other_uses_of_the_same_characters_stay(question: str) -> None:
    assert in_official_words(question, PAIRS) == question


def test_a_pack_without_lay_words_changes_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert in_official_words("老公打我", load_lay_words(tmp_path).pairs()) == "老公打我"
