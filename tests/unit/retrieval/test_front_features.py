"""What a document's beginning tells: the place it is about, and the words that its middle no longer says."""

import numpy as np
import pytest

from retrieval.asking import asked_matter
from retrieval.contracts import Passage
from retrieval.forward_index import ForwardIndex
from retrieval.passage_features import features
from retrieval.places import gazetteer
from retrieval.units import bigrams, units

MEASURE = "对受影响的企业给予场租补贴，补贴不超过五十万元。"


def notice(name: str, lead: str, tail: str) -> list[Passage]:
    texts = (lead, "各有关单位要抓好落实。", MEASURE, tail)
    return [Passage(f"{name}{place}", name, "若干措施的通知", text, ordinal=place) for place, text in enumerate(texts)]


LIBRARY = [
    *notice("sx", "为贯彻省委部署，陕西省制定如下措施。", "陕西省商务厅"),
    *notice("bj", "为贯彻部署，北京市制定如下措施。", "北京市商务局"),
    *notice("all", "为贯彻部署，制定如下措施。", "商务部"),
]
MIDDLES = ["sx2", "bj2", "all2"]


@pytest.fixture(scope="module")
def forward() -> ForwardIndex:
    return ForwardIndex.build(reversed(LIBRARY))


def test_a_document_of_the_place_agrees_and_one_of_another_place_conflicts(forward: ForwardIndex) -> None:
    found = features(forward, "西安的场租补贴是多少", forward.rows(MIDDLES))
    assert found["place_agrees"].tolist() == [1, 0, 0]  # a city agrees with its province
    assert found["place_conflicts"].tolist() == [0, 1, 0]
    assert found["place_unasked"].tolist() == [0, 0, 0]


def test_a_question_without_a_place_sees_who_is_of_one(forward: ForwardIndex) -> None:
    found = features(forward, "场租补贴是多少", forward.rows(MIDDLES))
    assert found["place_unasked"].tolist() == [1, 1, 0]
    assert not found["place_agrees"].any() and not found["place_conflicts"].any()


def test_places_in_guides_are_no_sign() -> None:
    guides = ForwardIndex.build([Passage("g", "g", "居住证", "北京市居住证的办理。", kind="guide")])
    found = features(guides, "河北户口怎么办居住证", guides.rows(["g"]))
    assert found["place_conflicts"].tolist() == [0] and found["place_agrees"].tolist() == [0]


def test_a_passage_counts_with_the_first_and_last_lines_of_its_document(forward: ForwardIndex) -> None:
    found = features(forward, "陕西省商务厅场租补贴", forward.rows(MIDDLES))
    assert found["with_front"][0] == pytest.approx(1.0, abs=0.25) and found["with_front"].argmax() == 0
    assert found["front_bigrams"][0] > found["front_bigrams"][2]
    assert (found["beyond_front"] > 0).all()


def test_edges_are_the_first_second_and_last_passage(forward: ForwardIndex) -> None:
    document = int(forward.columns.document[forward.rows(["sx0"])[0]])
    assert forward.document_edges[document].tolist() == forward.rows(["sx0", "sx1", "sx3"]).tolist()
    single = ForwardIndex.build([Passage("one", "one", "题", "文")])
    assert single.document_edges.tolist() == [[0, 0, 0]]
    assert ForwardIndex.empty().document_edges.shape == (0, 3)


def test_edges_follow_what_is_added() -> None:
    index = ForwardIndex.build([Passage("a", "d", "题", "甲", ordinal=0)])
    assert index.document_edges.tolist() == [[0, 0, 0]]
    index.add([Passage("b", "d", "题", "乙", ordinal=1)])
    assert index.document_edges.tolist() == [[0, 1, 1]]


def test_a_city_belongs_to_its_province() -> None:
    places = gazetteer()
    city, province, other = (places.province_of(bigrams(units(name)))[0] for name in ("西安", "陕西", "北京"))
    assert city == province != other
    assert places.province_of(np.array(bigrams(units("物业")))).tolist() == [-1]


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("北京市对展会项目有何支持政策？", ["北京市对展会项目", "支持政策"]),
        ("缓缴期限为多久?", ["缓缴期限"]),
        ("暖气不热找谁", ["暖气不热找"]),
        ("怎么办？", ["怎么办？"]),
    ],
)
def test_asking_words_are_left_out(question: str, left: list[str]) -> None:
    assert asked_matter(question).rstrip("?？").split() == [part.rstrip("?？") for part in left]
