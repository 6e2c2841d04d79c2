"""The category index: cues decide, examples help, words of every appeal count for nothing."""

from __future__ import annotations

from assistant.domain.catalogue import Category
from assistant.domain.category_index import CategoryIndex

TREE = (
    Category(("公共服务",), "便利性"),
    Category(("公共服务", "供暖"), "住有所居", ("暖气",)),
    Category(("公共服务", "供暖", "室温不达标"), "住有所居", ("暖气不热",)),
    Category(("公共服务", "供水"), "住有所居", ("自来水",)),
    Category(("公共服务", "供水", "水质问题"), "住有所居", ("水发黄",)),
)


def test_the_longer_cue_wins() -> None:
    (best, share), *_ = CategoryIndex.build(TREE).scores("家里暖气不热")
    assert best == "公共服务/供暖/室温不达标"
    assert share > 0.5


def test_probabilities_are_a_distribution() -> None:
    shares = [share for _, share in CategoryIndex.build(TREE).scores("暖气和自来水")]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1


def test_an_example_teaches_what_no_cue_says() -> None:
    text = "龙头里流出铁锈"
    assert CategoryIndex.build(TREE).scores(text) == []
    taught = CategoryIndex.build(TREE, [("公共服务/供水/水质问题", "流出来的都是铁锈"), ("没有这一类", "铁锈")])
    assert taught.scores(text)[0][0] == "公共服务/供水/水质问题"


def test_courtesies_match_nothing() -> None:
    assert CategoryIndex.build(TREE).scores("您好，请问，希望有关部门尽快处理") == []
