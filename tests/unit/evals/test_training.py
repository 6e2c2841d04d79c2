"""What makes a two-fold figure honest, and what makes fitting find a known answer."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from evals.tasks.retrieve.cases import RetrievalCase
from evals.training.crossfit import halves
from evals.training.examples import Example, notice_questions
from evals.training.fitting import WeightedExamples, fit_order, fit_sureness
from evals.training.title_prior import citations, count_answers, count_statutes
from retrieval.contracts import Passage


def case(name: str, *gold: str) -> RetrievalCase:
    return RetrievalCase(name, "问？", [frozenset({one}) for one in gold])


def test_questions_that_share_an_article_stay_in_one_half() -> None:
    cases = [case("1", "a"), case("2", "a", "b"), case("3", "b"), *(case(str(n), f"x{n}") for n in range(4, 12))]
    side = halves(cases, seed=3)
    assert side[0] == side[1] == side[2]
    assert abs(int(side.sum()) * 2 - len(cases)) <= 3
    assert (halves(cases, seed=3) == side).all()


def example(informative: list[float], noise: list[float], relevant: int) -> Example:
    features = {"good": np.array(informative, np.float32), "noise": np.array(noise, np.float32)}
    features |= {name: np.zeros(len(noise), np.float32) for name in ("statute", "level_guide")}
    marks = np.arange(len(informative)) == relevant
    return Example(case("q", "a"), np.arange(len(noise)), np.array(["r"] * len(noise)), features, marks)


def test_the_order_learns_which_feature_tells() -> None:
    drawn = np.random.default_rng(0)
    examples = [example([0.0, 1.0, 0.2], drawn.normal(size=3).tolist(), 1) for _ in range(30)]
    model = fit_order([WeightedExamples(examples, 1.0)], ["good", "noise"])
    notice, statute, guide = model.weights
    assert notice[0] > 5 * abs(notice[1])
    assert guide.tolist() == notice.tolist()  # no guide was seen, so nothing sets them apart
    assert not statute.any()


def test_sureness_separates_what_is_separable_and_stays_calibrated() -> None:
    facts = [{"x": float(n % 10)} for n in range(200)]
    model = fit_sureness(facts, [n % 10 >= 5 for n in range(200)])
    assert model.probability({"x": 9.0}) > 0.9 > 0.1 > model.probability({"x": 0.0})


def test_citations_follow_the_law_named_last() -> None:
    text = "依照《中华人民共和国民法典》第五百七十七条和本法第三条处理，第四条除外。"
    assert list(citations(text, "我法")) == [
        ("民法典", ""),
        ("民法典", "577"),
        ("我法", ""),
        ("我法", "3"),
        ("我法", "4"),
    ]


def test_a_law_does_not_cite_itself_but_its_implementing_rule_does() -> None:
    rows = [{"law": "甲法", "text": "《甲法》第一条"}, {"law": "乙市实施《甲法》办法", "text": "依据《甲法》。"}]
    laws, articles = count_statutes(rows)
    assert laws["甲法"] == 1 + 5
    assert articles["甲法#1"] == 1
    assert count_answers([{"answer": "《甲法》第一条，《甲法》第一条"}])[1]["甲法#1"] == 1


def test_made_up_questions_know_their_document_and_repeat() -> None:
    passages = [
        Passage(f"p{n}", f"d{n}", "关于停车收费的通知", "停车收费应当明码标价，不得强制收费。") for n in range(5)
    ]
    made = notice_questions(passages, 3)
    assert made == notice_questions(passages, 3)
    assert all(one.groups == [frozenset({one.id})] and len(one.question) > 5 for one in made)
