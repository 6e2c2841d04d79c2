from __future__ import annotations

import pytest

from assistant.domain.naming import head_words, named, phrases

PROPERTY_FEE = phrases("物业费交不交、涨价、拖欠和违规收费", "物业费 不交物业费 物业费涨价")
PARKING_FEE = phrases("小区共有车位停车费调整要不要业主同意", "小区停车费涨价 停车费表决")


def test_the_filed_phrase_tells_property_fees_from_parking_fees() -> None:
    question = "小区物业费涨价要业主同意吗"
    assert named(question, PROPERTY_FEE) > named(question, PARKING_FEE) > 0


def test_word_order_does_not_count() -> None:
    assert named("公园里能骑自行车吗", ["公园骑车"]) == named("公园里能骑自行车吗", ["骑车公园"]) > 0.5


@pytest.mark.parametrize("filed", [[], ["医保"], ["园"]])
def test_nothing_in_common_names_nothing(filed: list[str]) -> None:
    assert named("公园里能骑自行车吗", filed) == 0.0


def test_a_question_without_matter_is_named_by_nothing() -> None:
    assert named("怎么办", ["怎么办"]) == 0.0


def test_head_words_are_long_words_under_which_some_document_is_filed() -> None:
    assert head_words("小区物业费涨价", ["物业费 欠费", "停车费"]) == ["物业费"]
    assert head_words("小区物业费涨价", ["停车费"]) == []
