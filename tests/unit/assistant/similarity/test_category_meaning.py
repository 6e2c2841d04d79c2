"""Categories are also found by meaning: words that no example has, but whose vectors lie near. 演示数据."""

from __future__ import annotations

import pytest

from assistant.domain.catalogue import Category
from assistant.domain.category_index import CategoryIndex
from assistant.similarity.category_meaning import CategoryMeaning

WAGES, HEATING, SCHOOL = "劳动和社会保障/欠薪", "公共服务/供暖", "教育/入学升学"
SAID = {
    WAGES: ["欠薪", "拖欠工资", "用人单位没有支付劳动报酬"],
    HEATING: ["供暖", "暖气不热", "供热单位室内温度不达标"],
    SCHOOL: ["入学升学", "适龄儿童小学入学", "学籍转学"],
}


def test_words_that_no_example_has_are_near_by_meaning() -> None:
    near = CategoryMeaning.of(list(SAID.values())).likeness("老板该给的薪水迟迟不给")
    assert len(near) == len(SAID)
    assert max(near) == near[list(SAID).index(WAGES)]
    assert all(-1.001 <= value <= 1.001 for value in near)


def test_a_text_without_known_words_is_near_to_none() -> None:
    assert max(CategoryMeaning.of(list(SAID.values())).likeness("")) < 0.5


@pytest.mark.parametrize("said", [[], [["欠薪"]]])
def test_a_tree_of_none_or_one_is_no_fault(said: list[list[str]]) -> None:
    assert len(CategoryMeaning.of(said).likeness("拖欠工资")) == len(said)


def test_meaning_decides_where_words_are_even() -> None:
    tree = [Category(tuple(name.split("/")), "公正性") for name in ("劳动和社会保障", *SAID)]
    examples = [(WAGES, "没给"), (HEATING, "没给")]
    meaning = CategoryMeaning.of([["劳动保障"], *SAID.values()])
    (best, _), *_ = CategoryIndex.build(tree, examples, meaning).scores("薪水没给")
    assert best == WAGES
