from __future__ import annotations

import pytest

from assistant.domain.home_region import home_names, without_home

HOME = home_names("北京市朝阳区")


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("朝阳区公租房怎么申请", "公租房怎么申请"),
        ("在北京怎么办居住证", "怎么办居住证"),
        ("本市低保标准", "低保标准"),
        ("北京市朝阳区的垃圾分类", "垃圾分类"),
    ],
)
def test_the_own_name_is_left_out(question: str, matter: str) -> None:
    assert without_home(question, HOME) == matter


@pytest.mark.parametrize(
    "question",
    ["北京户口的孩子怎么上学", "北京市物业管理条例第二十条", "朝阳区人工智能行动计划的目标", "北京", "暖气不热"],
)
def test_where_the_name_tells_something_it_stays(question: str) -> None:
    assert without_home(question, HOME) == question


def test_without_a_home_nothing_changes() -> None:
    assert home_names(None) == ()
    assert without_home("朝阳区公租房", ()) == "朝阳区公租房"
