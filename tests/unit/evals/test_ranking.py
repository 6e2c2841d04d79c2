"""Measures against values worked out by hand."""

import math

import pytest

from evals.metrics.ranking import auroc, bootstrap_interval, first_satisfied, score_ranking

ONE_TWO = [frozenset({"a", "a2"}), frozenset({"b"})]


def test_any_member_satisfies_a_group_once() -> None:
    assert first_satisfied(["a2", "a", "x", "b"], ONE_TWO) == [0, 3]


def test_perfect_ranking_scores_one_everywhere() -> None:
    assert set(score_ranking(["b", "a"], ONE_TWO).values()) == {1.0}


def test_a_second_version_of_the_same_article_earns_nothing() -> None:
    scores = score_ranking(["a", "a2", "b"], ONE_TWO)
    assert scores["nDCG@10"] == pytest.approx((1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3)))


def test_rank_eleven_counts_for_recall_at_100_and_mrr_only() -> None:
    scores = score_ranking([f"x{n}" for n in range(10)] + ["b"], [frozenset({"b"})])
    assert scores == pytest.approx(
        {"hit@1": 0, "hit@10": 0, "recall@10": 0, "recall@100": 1, "nDCG@10": 0, "MRR": 1 / 11}
    )


def test_nothing_found_scores_zero() -> None:
    assert set(score_ranking([], ONE_TWO).values()) == {0.0}


def test_the_interval_holds_the_mean() -> None:
    low, high = bootstrap_interval([0.0, 1.0] * 200)
    assert 0.44 < low < 0.5 < high < 0.56
    assert bootstrap_interval([0.5] * 5) == (0.5, 0.5)


def test_auroc_counts_ties_as_half() -> None:
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(0.875)
