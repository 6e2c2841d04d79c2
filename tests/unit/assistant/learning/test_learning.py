"""Labels are data: what is taught is told, held-back figures are honest, a folder predicts as the model did."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.domain.catalogue import Catalogue, HandlingUnit, UnitKind, WorkCalendar
from assistant.learning import fitting
from assistant.learning.calibration import coverage_at_precision, expected_calibration_error, macro_f1
from assistant.learning.conditional_logit import fit_weights, softmax
from assistant.learning.drift import Statistics, compare, stability_index
from assistant.learning.examples import Example, as_example
from assistant.learning.fitting import FitOptions, fit, folds_of, known_words
from assistant.learning.folder import learn
from assistant.learning.learned_models import load_categories, load_router
from assistant.learning.profiles import bare_profiles, unit_profiles
from assistant.learning.storage import ModelUnusable, load, save
from assistant.learning.terms import CODE_BITS, FIRST_TRIGRAM, count_terms
from assistant.learning.views import VIEW_NAMES, ViewOptions, fit_ratio, fit_views, log_ratio, sparse_matrix
from assistant.learning.vocabulary import TRIGRAM_SHARE, WORD_SHARE, Vocabulary

MATTERS = {
    "供暖": ["暖气不热", "家里暖气冰凉", "供热温度不够", "锅炉房停暖", "暖气片漏水不供暖", "室温不到十八度暖气差"],
    "停车": ["违法停车堵路", "车位被占", "停车收费太贵", "小区停车难", "路边乱停车", "停车位不够用"],
    "噪音": ["夜间施工噪音", "楼上噪音扰民", "广场舞音响噪音大", "酒吧半夜噪音", "装修噪音不断", "工地噪音吵得睡不着"],
}


def rows() -> list[dict[str, object]]:
    """演示数据"""
    return [
        {"id": f"{label}{number}", "content": f"{text}，请尽快处理", "label": label, "units": [f"市{label}办"]}
        for label, texts in MATTERS.items()
        for number, text in enumerate(texts)
    ]


def examples(target: str = "label") -> list[Example]:
    return [as_example(row, target) for row in rows()]


def test_what_is_taught_is_told() -> None:
    classifier = fit(examples()).classifier
    assert classifier.predict(as_example({"content": "我家暖气一点都不热"}, "label")).label == "供暖"
    assert classifier.predict(as_example({"content": "小区里乱停车"}, "label")).label == "停车"


def test_probabilities_sum_to_one_and_are_sorted() -> None:
    ranked = fit(examples()).classifier.predict(as_example({"content": "噪音太大"}, "label")).ranked
    chances = [chance for _, chance in ranked]
    assert sum(chances) == pytest.approx(1, abs=1e-4)
    assert chances == sorted(chances, reverse=True)


def test_the_same_history_gives_the_same_model() -> None:
    one, other = fit(examples()), fit(examples())
    assert np.array_equal(one.classifier.weights, other.classifier.weights)
    assert one.held_back == other.held_back


def test_many_rows_are_learned_without_the_dual_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "SMALL_HISTORY", 15)  # more than a fold, less than all
    fitted = fit(examples())
    assert fitted.view_weights["ridge"] == 0
    assert fitted.classifier.predict(as_example({"content": "暖气不热怎么回事"}, "label")).label == "供暖"
    assert fitted.held_back["top1"] > 0.5


def test_labels_of_random_texts_cannot_be_foretold() -> None:
    """The held-back figures must not see the answer: on noise they stay at chance."""
    rng = np.random.default_rng(1)
    noise = [
        Example(str(i), "", "".join(map(chr, rng.integers(0x4E00, 0x9000, 12))), (), (str(i % 2),)) for i in range(60)
    ]
    assert fit(noise).held_back["top1"] < 0.75


def test_cut_rows_teach_and_foreign_words_are_dropped() -> None:
    cut = [Example(example.id, "", "", tuple(example.text[:4]), example.labels) for example in examples()]
    known = known_words([*cut, examples()[0]])
    assert known is not None and "暖" in known
    assert known_words(examples()) is None
    assert fit(cut).classifier.known_words == known_words(cut)


def test_a_title_counts_twice_and_keys_are_sorted() -> None:
    keys, counts = count_terms(Example("", "停车", "占道"))
    assert list(keys) == sorted(keys)
    assert dict(zip(keys, counts, strict=True))[ord("停") << CODE_BITS | ord("车")] == 2


def test_marks_and_where_a_text_begins_are_terms_and_a_cut_text_has_neither() -> None:
    keys = set(count_terms(Example("", "", "谁管?"))[0])
    assert {ord("?"), ord(" ") << CODE_BITS | ord("谁"), ord("管") << CODE_BITS | ord("?")} <= keys
    cut = set(count_terms(Example("", "", "", ("谁", "管", "?")))[0])
    assert not {ord("?"), ord(" ") << CODE_BITS | ord("谁")} & cut and ord("谁") << CODE_BITS | ord("管") in cut


def test_trigrams_and_words_weigh_half_of_shorter_grams() -> None:
    counted = [count_terms(example) for example in examples()]
    vocabulary = Vocabulary.of(counted, 2)
    ids, weights = vocabulary.vector(counted[0])
    parts = np.split(weights, np.searchsorted(vocabulary.keys[ids], (0, FIRST_TRIGRAM)))
    assert [round(float(np.linalg.norm(part)), 4) for part in parts] == [WORD_SHARE, 1, TRIGRAM_SHARE]


def test_a_label_speaks_for_itself_through_the_words_of_its_name() -> None:
    assert bare_profiles(["动物园"])[0].words == ("动物园",)


def test_folds_part_all_rows_and_spread_labels() -> None:
    gold = np.repeat([0, 1], [30, 6])
    held = [fold for _, fold in folds_of(gold, 3, 0)]
    assert sorted(np.concatenate(held)) == list(range(36))
    assert {int(gold[fold].sum()) for fold in held} == {2}


def test_a_unit_without_orders_is_found_by_its_duties() -> None:
    parks = HandlingUnit("parks", "园林绿化局", UnitKind.CITY, duties=("树木修剪", "公园绿地", "树枝遮挡"))
    catalogue = Catalogue((), (parks,), (), (), (), WorkCalendar())
    labelled = examples("units")
    profiles = unit_profiles(sorted({example.label for example in labelled}), catalogue)
    assert profiles[-1].label == "园林绿化局"
    classifier = fit(labelled, profiles).classifier
    assert classifier.labels[-1] == "园林绿化局"
    assert len(classifier.predict(as_example({"content": "树枝遮挡阳台"}, "units")).ranked) == 4


def test_too_little_history_is_refused() -> None:
    with pytest.raises(ValueError, match="two labels"):
        fit(examples()[:3])


def test_a_saved_model_predicts_the_same(tmp_path: Path) -> None:
    classifier = fit(examples()).classifier
    save(classifier, tmp_path, {})
    asked = as_example({"content": "半夜施工太吵"}, "label")
    assert load(tmp_path).predict(asked) == classifier.predict(asked)


def test_damaged_or_missing_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="hotline learn"):
        load(tmp_path)
    save(fit(examples()).classifier, tmp_path, {})
    (tmp_path / "arrays.npz").write_bytes(b"not a zip")
    with pytest.raises(ModelUnusable, match="hotline learn"):
        load(tmp_path)


def test_a_run_leaves_models_and_a_card(tmp_path: Path) -> None:
    learned = learn(rows(), tmp_path, None)
    assert {one.target for one in learned} == {"unit", "category"}
    card = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "SHA-256" in card and "| unit |" in card
    facts = json.loads((tmp_path / "category" / "model.json").read_text(encoding="utf-8"))["facts"]
    assert facts["counts"] == {"供暖": 6, "停车": 6, "噪音": 6}
    categories = load_categories(tmp_path)
    assert categories is not None and categories.scores("暖气不热")[0][0] == "供暖"


def test_the_router_speaks_in_unit_ids(tmp_path: Path) -> None:
    heating = HandlingUnit("heating", "市供暖办", UnitKind.CITY)
    catalogue = Catalogue((), (heating,), (), (), (), WorkCalendar())
    learn(rows(), tmp_path, catalogue)
    router = load_router(tmp_path, catalogue)
    assert router is not None
    assert [unit for unit, _ in router.rank("暖气不热", "", None)] == ["heating"]
    assert load_router(tmp_path / "nowhere", catalogue) is None


def test_conditional_logit_finds_the_telling_view() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 4, 400)
    telling = np.eye(4, dtype=np.float32)[gold] + rng.normal(0, 0.5, (400, 4)).astype(np.float32)
    noise = rng.normal(0, 1, (400, 4)).astype(np.float32)
    flat = np.ones((400, 4), np.float32)
    weights = fit_weights(np.stack([telling, noise, flat], 2), gold)
    assert weights[0] > 1 > abs(weights[1]) * 5
    assert weights[2] == 0
    assert softmax(np.zeros((1, 4), np.float32)).sum() == pytest.approx(1)


def test_coverage_never_parts_equal_probabilities() -> None:
    chances = np.array([0.9, 0.9, 0.5, 0.4], np.float32)
    assert coverage_at_precision(chances, np.array([True, False, True, True]))[0] == 0
    covered, threshold = coverage_at_precision(chances, np.array([True, True, True, False]))
    assert (covered, threshold) == (0.75, pytest.approx(0.5))


def test_calibration_error_of_honest_and_boastful_models() -> None:
    right = np.arange(100) % 2 == 0
    assert expected_calibration_error(np.full(100, 0.5, np.float32), right, 1) == pytest.approx(0)
    assert expected_calibration_error(np.full(100, 0.9, np.float32), right, 1) == pytest.approx(0.4)


def test_macro_f1_weighs_labels_equally() -> None:
    assert macro_f1(["a"] * 9 + ["b"], ["a"] * 10) == pytest.approx((18 / 19) / 2)


def test_drift_is_seen_when_the_mix_turns() -> None:
    then = Statistics(100, {"a": 0.8, "b": 0.2}, 0.9, 0.8)
    assert not compare(then, then).drifted
    assert compare(then, Statistics(100, {"a": 0.2, "b": 0.8}, 0.9, 0.8)).drifted
    assert compare(then, Statistics(100, then.shares, 0.9, 0.5)).drifted
    assert stability_index([0.5, 0.5], [0.5, 0.5]) == 0


def test_fair_labels_can_differ_from_the_most_probable() -> None:
    """A frequent label is always a little more probable here: without its handicap the rare one is never found."""
    gold, counts = np.array([0, 0, 0, 1]), np.array([90, 10])
    chances = np.array([[0.95, 0.05], [0.95, 0.05], [0.95, 0.05], [0.6, 0.4]])

    def handicap(*, fair: bool) -> list[int]:
        task = fitting._Task((), (), gold, (), FitOptions(fair=fair))
        return list((np.log(chances) - fitting._handicap(task, chances, counts)).argmax(1))

    assert handicap(fair=True) == [0, 0, 0, 1]
    assert handicap(fair=False) == [0, 0, 0, 0]
    assert not fit(examples(), options=FitOptions(fair=False)).classifier.handicap.any()


def test_a_log_ratio_is_high_where_a_term_belongs_to_the_label_and_counts_no_absent_one_as_never() -> None:
    present = sparse_matrix([(np.array([0, 2]), np.ones(2)), (np.array([1, 2]), np.ones(2))], 4)
    inside = log_ratio(present, np.array([True, False]))
    assert inside[0] > 0 > inside[1]
    assert inside[2] == inside[3] == pytest.approx(0)


def test_views_merged_say_what_the_views_weighed_say() -> None:
    """Predicting costs one product however many views were fitted: the sum must be the same."""
    rng = np.random.default_rng(2)
    matrix = sparse_matrix([(np.arange(6), rng.random(6)) for _ in range(12)], 6)
    gold = np.repeat([0, 1, 2], 4)
    catalogue = rng.random((6, 3)).astype(np.float32)
    views = fit_views(matrix, gold, 3, catalogue, 2, ViewOptions(0.5, 1, ridge=True, ratio=True))
    weights = np.arange(1, len(VIEW_NAMES) + 1).astype(np.float32) / 10
    merged, bias, mention = views.merged(weights)
    mentioned = np.zeros((12, 3), np.float32)
    assert set(views.parts) == set(VIEW_NAMES) - {"log_count", "mention"}
    assert mention == pytest.approx(weights[-1])
    assert matrix @ merged.astype(np.float32) + bias == pytest.approx(
        views.scores(matrix, mentioned) @ weights, abs=0.02
    )


def test_a_label_nobody_used_keeps_a_low_ratio() -> None:
    matrix = sparse_matrix([(np.array([row % 2]), np.ones(1)) for row in range(8)], 2)
    part = fit_ratio(matrix, np.arange(8) % 2, 3, slice(0, 2), 1.0, 0)
    assert part.intercept[2] == -1
    assert part.scores(matrix)[:, :2].argmax(1).tolist() == [0, 1] * 4
