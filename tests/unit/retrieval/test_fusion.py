import pytest

from retrieval.fusion import reciprocal_rank_fusion


def test_what_two_rankings_agree_on_comes_first() -> None:
    fused = reciprocal_rank_fusion([["a", "b", "c"], ["d", "b"]])
    assert [name for name, _ in fused] == ["b", "a", "d", "c"]
    assert fused[0][1] == pytest.approx(2 / 62)


def test_weights_scale_a_ranking_and_the_constant_flattens_it() -> None:
    fused = dict(reciprocal_rank_fusion([["a"], ["b"]], weights=[1.0, 3.0], constant=9))
    assert fused == {"b": pytest.approx(0.3), "a": pytest.approx(0.1)}
    assert reciprocal_rank_fusion([]) == []


def test_every_ranking_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="shorter"):
        reciprocal_rank_fusion([["a"], ["b"]], weights=[1.0])
