"""Pairs judged as duplicates: read strictly, judged as the service does, or by a model that has not seen them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.adapters.catalogue_files import load_catalogue
from assistant.city_pack import city_pack_folder
from evals.contracts import DatasetError, RunOptions
from evals.tasks.duplicates import TASK
from evals.tasks.duplicates.made_pairs import EVENTS, made_pairs
from evals.tasks.duplicates.pair_model import common_subsequence
from evals.tasks.duplicates.pairs import read_pairs

PAIRS = EVENTS.with_name("order_pairs.jsonl")


def written(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def test_the_order_pairs_are_made_from_their_events_and_dev_shares_no_matter_with_test() -> None:
    declared = yaml.safe_load(EVENTS.read_text(encoding="utf-8"))
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    assert rows == list(made_pairs(declared))
    splits = {row["id"].rsplit("-", 1)[0]: row["split"] for row in rows}
    assert len(splits) == len(declared["matters"]) and len({row["id"] for row in rows}) == len(rows)
    near = {matter["id"]: matter["near"] for matter in declared["matters"]}
    assert all(splits[matter] == splits[other] for matter, others in near.items() for other in others)


def test_every_matter_of_the_order_pairs_has_a_category_of_the_catalogue() -> None:
    """A name that no order can have agrees with nothing: half of the repeats were missed for it."""
    known = {category.name for category in load_catalogue(city_pack_folder(None) / "catalogue").categories}
    named = {matter["category"] for matter in yaml.safe_load(EVENTS.read_text(encoding="utf-8"))["matters"]}
    assert named <= known


def test_order_pairs_are_told_apart_by_place_and_mostly_by_matter() -> None:
    metrics = TASK.run(RunOptions(PAIRS, extra={"split": "test"})).metrics
    assert metrics["right_elsewhere"] >= 0.95 and metrics["right_other"] >= 0.98
    assert metrics["pair_f1"] >= 0.75 and metrics["pair_precision"] >= 0.7


def test_two_rows_a_pair_share_a_cluster_where_they_are_judged_the_same(tmp_path: Path) -> None:
    same = {
        "q1": "演示家园停暖三天了",
        "q2": "演示家园停暖三天了，没人修",
        "category2": "公共服务/供暖/停暖与故障抢修",
        "label": 1,
    }
    other = {"q1": "演示家园停暖三天了", "q2": "演示家园遛狗不牵绳", "category2": "社会秩序/养犬", "label": 0}
    result = TASK.run(RunOptions(written(tmp_path / "pairs.jsonl", [same, other])))
    clusters = {row["id"]: row["cluster"] for row in result.predictions}
    assert clusters["1/q1"] == clusters["1/q2"] and clusters["2/q1"] != clusters["2/q2"]
    assert result.metrics["pair_f1"] == 1.0 and len(result.cases) == 2


def test_a_history_teaches_pairs_of_another_kind_and_never_by_the_row_itself(tmp_path: Path) -> None:
    things = [
        f"{verb}{noun}" for verb in ("办理", "查询", "注销", "变更") for noun in ("居住证", "社保卡", "驾驶证", "护照")
    ]
    asks = ("怎么{}", "哪里可以{}", "{}去哪里", "想{}")
    rows = [{"q1": ask.format(a), "q2": f"{a}要怎么弄呢", "label": 1} for a in things for ask in asks]
    rows += [{"q1": f"怎么{a}", "q2": f"{b}要怎么弄呢", "label": 0} for a, b in list(combinations(things, 2))[::2]]
    file = written(tmp_path / "pairs.jsonl", rows)
    crossed = TASK.run(RunOptions(file, history=(file,)))
    assert crossed.metrics["accuracy"] >= 0.75
    half = written(tmp_path / "half.jsonl", rows[::2])
    with pytest.raises(DatasetError, match="label"):
        TASK.run(RunOptions(half, history=(written(tmp_path / "bare.jsonl", [{"q1": "一", "q2": "二"}]),)))


@pytest.mark.parametrize("row", [{"q1": "一"}, {"q1": "一", "q2": 2, "label": 1}, {"q1": "一", "q2": "二", "label": 3}])
def test_a_row_that_is_no_pair_is_refused_by_its_line(row: dict[str, Any], tmp_path: Path) -> None:
    file = written(tmp_path / "pairs.jsonl", [{"q1": "一", "q2": "二", "label": 0}, row])
    with pytest.raises(DatasetError, match=":2:"):
        read_pairs(file)


def test_messages_are_grouped_where_there_are_no_pairs(tmp_path: Path) -> None:
    rows = [{"id": f"m{n}", "text": "演示新城搅拌站噪音扰民，粉尘很大", "event": "a"} for n in range(3)]
    result = TASK.run(RunOptions(written(tmp_path / "messages.jsonl", rows)))
    assert result.metrics["pair_f1"] == 1.0


@pytest.mark.parametrize(("one", "other", "length"), [("", "一", 0), ("一二三四", "二四", 2), ("甲乙丙", "丙乙甲", 1)])
def test_the_longest_common_subsequence(one: str, other: str, length: int) -> None:
    assert common_subsequence(one, other) == common_subsequence(other, one) == length
