"""Who confirms a category sees the words that speak for it, and a saying like it. 演示数据."""

from __future__ import annotations

from assistant.domain.catalogue import Category
from assistant.domain.category_evidence import evidence
from assistant.domain.category_index import CategoryIndex

WATER = "公共服务/供水/水质问题"
TREE = (
    Category(("公共服务",), "便利性"),
    Category(("公共服务", "供暖"), "住有所居", ("暖气",)),
    Category(("公共服务", "供暖", "室温不达标"), "住有所居", ("暖气不热",)),
    Category(("公共服务", "供水"), "住有所居", ("自来水",)),
    Category(("公共服务", "供水", "水质问题"), "住有所居", ("水发黄",)),
)
INDEX = CategoryIndex.build(TREE, [(WATER, "放出来的水黄汤似的，一层铁锈"), (WATER, "铁锈")])


def test_the_words_of_the_category_are_shown_in_reading_order() -> None:
    text = "隔壁暖气挺好，可我家自来水放出来是黄的，铁锈沉一层"
    told = evidence(INDEX, WATER, text)
    shown = [text[span.start : span.end] for span in told.spans]
    assert any("自来水" in words for words in shown)
    assert any("铁锈" in words for words in shown)
    assert not any("暖气" in words for words in shown)
    assert [span.start for span in told.spans] == sorted(span.start for span in told.spans)


def test_a_saying_like_it_is_shown_but_no_mere_word() -> None:
    assert evidence(INDEX, WATER, "水黄汤似的，放出来一层铁锈").saying == "放出来的水黄汤似的，一层铁锈"
    assert evidence(INDEX, WATER, "铁锈").saying == ""


def test_without_a_shared_word_it_says_that_the_meaning_is_near() -> None:
    told = evidence(INDEX, WATER, "喝了拉肚子")
    assert told.spans == ()
    assert "意思" in told.told
