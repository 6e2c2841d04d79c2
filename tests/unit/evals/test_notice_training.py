"""What the order of notices is fitted on: the same notice in other provinces, and questions as people put them."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from evals.tasks.retrieve.cases import RetrievalCase
from evals.training.asked_notices import asked_questions
from evals.training.examples import Example
from evals.training.fitting import WeightedExamples, fit_notices
from evals.training.moved_places import Moved, move_text, place_questions, provinces, scatter
from retrieval.contracts import Passage
from retrieval.reranking import LinearModel

HEBEI = [
    Passage(f"p{n}", f"d{n}", "河北省稳岗办法", f"石家庄市第{n}条：对企业给予补贴，一次性稳岗补贴标准不超过500元。")
    for n in range(40)
]
NATIONAL = Passage("n", "n", "国务院的通知", "各省、自治区：经费由财政部门负责统筹安排。")


def test_names_of_one_province_become_those_of_another() -> None:
    places = {names[0]: names for names in provinces()}
    moved = move_text("河北省石家庄市，河北各地", places["河北"], places["山西"])
    assert moved == "山西省太原市，山西各地"
    assert move_text("河北省石家庄市", places["河北"], places["北京"]) == "北京市北京市"


def test_notices_move_and_some_have_a_twin_elsewhere_while_national_ones_stay() -> None:
    moved = scatter([*HEBEI, NATIONAL])
    assert NATIONAL in moved.passages and "n" not in moved.province
    assert len(set(moved.province.values())) > 5
    assert 0 < len(moved.twins) < 40
    texts = {passage.document_id: passage.title for passage in moved.passages}
    assert all(texts[name].startswith(state) for name, state in moved.province.items())
    assert scatter([*HEBEI, NATIONAL]) == moved


def test_a_question_that_names_no_place_is_answered_by_the_twin_as_well() -> None:
    passages = [Passage("a", "a", "山西省办法", "文"), Passage("b", "b", "湖南省办法", "文")]
    moved = Moved(passages, {"a": "山西", "b": "湖南"}, {"a": frozenset({"b"}), "b": frozenset({"a"})})
    made = place_questions(moved, [RetrievalCase("a", "补贴多少？", [frozenset({"a"})])] * 40)
    placed = [case for case in made if "山西" in case.question]
    assert 10 < len(placed) < 30
    assert all(case.groups == [frozenset({"a"})] for case in placed)
    assert all(case.groups == [frozenset({"a", "b"})] for case in made if case not in placed)


def test_questions_ask_for_what_the_text_says_in_its_form() -> None:
    asked = {case.question for seed in range(30) for case in asked_questions([*HEBEI[:1], NATIONAL], 2, seed)}
    assert any("补贴标准" in question and "多少" in question and "500" not in question for question in asked)
    assert any("统筹安排" in question and ("谁" in question or "哪个部门" in question) for question in asked)
    assert asked_questions(HEBEI, 5) == asked_questions(HEBEI, 5)


def test_only_the_weights_of_notices_change() -> None:
    kept = LinearModel(("good", "noise"), np.zeros(2, np.float32), np.ones(2, np.float32), np.ones((3, 2), np.float32))
    drawn = np.random.default_rng(0)
    model = fit_notices([WeightedExamples([_example(drawn) for _ in range(30)], 1.0, any_candidate=True)], kept)
    assert model.weights[0, 0] > 5 * abs(model.weights[0, 1])
    assert (model.weights[1:] == kept.weights[1:]).all()


def _example(drawn: np.random.Generator) -> Example:
    features = {"good": np.array([0.0, 1.0, 0.2], np.float32), "noise": drawn.normal(size=3).astype(np.float32)}
    features |= {name: np.zeros(3, np.float32) for name in ("statute", "level_guide")}
    case = RetrievalCase("q", "问？", [frozenset({"a"})])
    return Example(case, np.arange(3), np.array(["b", "a", "c"]), features, np.array([False, True, False]))
