"""Features and models: what a better candidate must look like, and what must never break."""

from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.answerability import LogisticModel, evidence
from retrieval.contracts import Passage
from retrieval.forward_index import ForwardIndex
from retrieval.passage_features import features
from retrieval.ports import Candidate
from retrieval.reranking import LearnedReranker, LinearModel, default_model
from retrieval.static_embedding import default_embedding
from retrieval.units import units

LIBRARY = [
    Passage("fee", "wy", "物业管理条例", "业主应当按照物业服务合同交纳物业服务费用。逾期不交的，业主委员会应当督促其交纳。", ("第四十一条",), ordinal=0, level="行政法规"),
    Passage("fund", "wy", "物业管理条例", "住宅专项维修资金属于业主所有，专项用于物业保修期满后的维修。", ("第五十三条",), ordinal=1, level="行政法规"),
    Passage("heat", "gs", "甘肃省供热办法", "供热期间居民卧室温度不得低于十八摄氏度。", ("第十条",), ordinal=0, level="地方性法规"),
    Passage("wage", "ld", "中华人民共和国劳动合同法", "用人单位应当按照约定，向劳动者及时足额支付劳动报酬。", ("第三十条",), ordinal=0, level="社会法"),
    Passage("gym", "g1", "预付卡退费", "消费者要求退款的，经营者应当退还余额。", kind="guide", keywords=("健身卡",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def forward() -> ForwardIndex:
    return ForwardIndex.build(LIBRARY)


def candidates(*names: str) -> list[Candidate]:
    return [Candidate(name, 1.0) for name in names]


def ranked(forward: ForwardIndex, question: str, *names: str) -> list[str]:
    return [one.passage_id for one in LearnedReranker(forward).rerank(question, candidates(*names))]


ALL = tuple(passage.id for passage in LIBRARY)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("不交物业费怎么办", "fee"),
        ("维修资金归谁", "fund"),
        ("甘肃省冬天卧室温度不低于多少度", "heat"),
        ("健身卡能退吗", "gym"),
    ],
)
def test_the_answer_comes_first(forward: ForwardIndex, question: str, best: str) -> None:
    assert ranked(forward, question, *reversed(ALL))[0] == best


def test_lay_words_reach_the_article_that_uses_others(forward: ForwardIndex) -> None:
    found = features(forward, "老板拖欠工资", forward.rows(ALL))
    assert ALL[int(found["semantic"].argmax())] == "wage"


def test_scores_descend_and_order_of_candidates_does_not_matter(forward: ForwardIndex) -> None:
    one = LearnedReranker(forward).rerank("物业费", candidates(*ALL))
    other = LearnedReranker(forward).rerank("物业费", candidates(*reversed(ALL)))
    assert [hit.score for hit in one] == sorted((hit.score for hit in one), reverse=True)
    assert one == other


def test_candidates_that_the_forward_index_lacks_stay_at_the_end(forward: ForwardIndex) -> None:
    assert ranked(forward, "物业费", "lost", "fee", "gone")[-2:] == ["lost", "gone"]
    assert ranked(forward, "物业费", "lost") == ["lost"]


@pytest.mark.parametrize("question", ["", "？", "a", "😀", "1" * 300, "的" * 300, "\ud800"])
def test_odd_questions_give_finite_scores(forward: ForwardIndex, question: str) -> None:
    reranker = LearnedReranker(forward)
    hits = reranker.rerank(question, candidates(*ALL))
    assert np.isfinite([hit.score for hit in hits]).all()
    assert 0.0 <= reranker.answerability(question, hits) <= 1.0


def test_every_feature_is_one_finite_number_per_candidate(forward: ForwardIndex) -> None:
    found = features(forward, "甘肃省物业费18元？", forward.rows(ALL))
    assert all(values.shape == (len(ALL),) and np.isfinite(values).all() for values in found.values())
    assert set(default_model().names) <= set(found)


def test_places_and_numbers_that_the_document_lacks_are_seen(forward: ForwardIndex) -> None:
    found = features(forward, "甘肃省供热18度", forward.rows(["heat", "fee"]))
    assert found["document_places"].tolist() == [1.0, 0.0]
    assert found["document_numbers"].tolist() == [0.0, 0.0]
    assert features(forward, "供热", forward.rows(["fee"]))["document_places"].tolist() == [1.0]


def test_spans_and_sentences_reward_words_that_stand_together(forward: ForwardIndex) -> None:
    found = features(forward, "住宅专项维修资金", forward.rows(["fund", "fee"]))
    assert found["span_share"][0] == pytest.approx(1.0)
    assert found["sentence_bigrams"][0] == pytest.approx(1.0, abs=1e-4)
    assert found["span_share"][1] < 0.5


def test_a_question_that_is_met_is_surer_than_one_that_is_not(forward: ForwardIndex) -> None:
    reranker = LearnedReranker(forward)

    def sure(question: str, names: Sequence[str]) -> float:
        return reranker.answerability(question, reranker.rerank(question, candidates(*names)))

    assert sure("逾期不交物业服务费用怎么办", ALL) > sure("火星移民签证在哪里办理", ALL)
    assert reranker.answerability("物业费", []) == 0.0


def test_linear_model_standardises_and_weighs_each_kind_of_passage_by_itself() -> None:
    model = LinearModel(("a",), *(np.array(value, np.float32) for value in ([1.0], [2.0], [[3.0], [4.0], [5.0]])))
    kinds = {"statute": np.array([0, 1, 0], np.float32), "level_guide": np.array([0, 0, 1], np.float32)}
    assert model.score({"a": np.full(3, 5.0, np.float32)} | kinds).tolist() == [6.0, 8.0, 10.0]


def test_logistic_model_is_half_at_its_centre() -> None:
    model = LogisticModel(("a",), *(np.array([value], np.float32) for value in (1.0, 2.0, 3.0)), bias=0.0)
    assert model.probability({"a": 1.0}) == 0.5 < model.probability({"a": 2.0})


def test_evidence_looks_at_ten(forward: ForwardIndex) -> None:
    found = features(forward, "物业费", forward.rows(ALL))
    facts = evidence(found, np.arange(len(ALL), 0, -1).astype(np.float32))
    assert facts["lead"] == 1.0
    assert facts["best all_bigrams"] == pytest.approx(float(found["all_bigrams"].max()))


def test_static_vectors_have_unit_length_and_empty_texts_none() -> None:
    vectors = default_embedding().encode([units("物业服务费"), units("。"), units("物业费用")])
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0, 0.0, 1.0], abs=1e-5)
    assert vectors[0] @ vectors[2] > 0.3
