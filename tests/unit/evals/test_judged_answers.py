"""The hand-labelled answers that tell how far a judge may be believed."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import pytest

from evals.bench.slow_judge import SlowJudge, serving
from evals.cli import COMMAND

DATASET = Path("evals/datasets/judged_answers.jsonl")


def test_half_of_the_answers_are_faulty_in_one_way_only(repository: Path) -> None:
    rows = [json.loads(line) for line in (repository / DATASET).read_text(encoding="utf-8").splitlines()]
    found = Counter((row["labels"]["faithfulness"], row["labels"]["answer_relevancy"]) for row in rows)
    assert len(rows) >= 60
    assert found[True, True] == found[False, True] == found[True, False] == len(rows) // 3


def test_a_judge_is_compared_with_people_on_a_file_of_answers(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    file = str(repository / DATASET)
    with serving(SlowJudge()) as judge:
        asked = ["judge", file, "--labels", file, "--base-url", judge.base_url, "--model", "words", "--json"]
        asked += ["--metrics", "faithfulness", "--store", str(tmp_path / "replies.sqlite")]
        assert COMMAND.execute(parser.parse_args(asked)) == 0
    agreement = json.loads(capsys.readouterr().out)["agreement"]
    assert [(one["metric"], one["against"], one["cases"]) for one in agreement] == [("faithfulness", "people", 66)]
