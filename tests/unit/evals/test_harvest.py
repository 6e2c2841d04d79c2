"""From feedback to a published set: masked, reviewed by a person, split without leaks, nothing that names anybody."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.domain.feedback import Feedback, FeedbackKind, Verdict
from assistant.domain.gazetteer import Gazetteer
from assistant.domain.pii import find
from assistant.domain.places import PlaceKind, PlaceName
from evals.cli import COMMAND
from evals.contracts import DatasetError
from evals.dataset_command import COMMAND as DATASET
from evals.harvest.candidates import (
    Review,
    candidates_of,
    merge,
    read_candidates,
    review,
    write_candidates,
)
from evals.harvest.export import prepare, write
from evals.harvest.records import PLACE_TOKEN, Record, from_candidates, without_identity

AT = datetime(2026, 3, 1, tzinfo=UTC)


def feedback(verdict: Verdict, **fields: object) -> Feedback:
    base = Feedback(
        FeedbackKind.ANSWER, "answer-1", verdict, id="1", at=AT, question="居住证多久能办？", proposed="15日内。"
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def record(text: str, output: str = "求助", task: str = "type") -> Record:
    return Record(f"{task}-{text}", task, text, output, "", "feedback")


def test_what_was_used_is_expected_and_what_was_turned_down_waits_for_a_person() -> None:
    accepted, edited, rejected = candidates_of(
        [
            feedback(Verdict.ACCEPTED),
            feedback(Verdict.EDITED, question="试用期多久？", final="不超过六个月。"),
            feedback(Verdict.REJECTED, question="狗证怎么办？", reason="答非所问"),
        ]
    )
    assert (accepted.expected, edited.expected, rejected.expected) == ("15日内。", "不超过六个月。", "")
    assert {one.review for one in (accepted, edited, rejected)} == {Review.PENDING}
    with pytest.raises(DatasetError, match="expected"):
        review([rejected], [rejected.id], Review.APPROVED, "王复核", "")


def test_feedback_is_masked_again_and_each_wording_comes_once() -> None:
    told = feedback(Verdict.ACCEPTED, question="我电话13800138000，居住证多久能办？")
    found = list(candidates_of([told, told, feedback(Verdict.UP), feedback(Verdict.ACCEPTED, question=" ")]))
    assert len(found) == 1
    assert "13800138000" not in found[0].input


def test_parts_of_a_suggestion_become_labels_and_others_do_not() -> None:
    parts = [
        feedback(Verdict.EDITED, kind=FeedbackKind.SUGGESTION, part=part, final="环境保护/噪声")
        for part in ("category", "title")
    ]
    assert [one.task for one in candidates_of(parts)] == ["category"]


def test_decisions_survive_the_next_harvest(tmp_path: Path) -> None:
    found = list(candidates_of([feedback(Verdict.ACCEPTED)]))
    decided = review(found, [found[0].id], Review.APPROVED, "王复核", "属实")
    write_candidates(tmp_path / "c.jsonl", decided)
    again = merge(read_candidates(tmp_path / "c.jsonl"), candidates_of([feedback(Verdict.ACCEPTED)]))
    assert [(one.review, one.reviewer) for one in again] == [(Review.APPROVED, "王复核")]
    with pytest.raises(DatasetError, match="no candidate"):
        review(again, ["answer-none"], Review.REJECTED, "王复核", "")


def test_only_approved_candidates_are_exported() -> None:
    pending = next(candidates_of([feedback(Verdict.ACCEPTED)]))
    assert not list(from_candidates([pending, replace(pending, review=Review.REJECTED)]))
    assert len(list(from_candidates([replace(pending, review=Review.APPROVED)]))) == 1


def test_estates_give_way_to_a_token_and_streets_stay() -> None:
    places = (
        PlaceName(("演示嘉园小区",), PlaceKind.ESTATE, ("street-a",)),
        PlaceName(("望京街道",), PlaceKind.STREET, ("street-a",)),
    )
    clean = without_identity(record("望京街道演示嘉园小区王小明13800138000反映路灯不亮"), Gazetteer(places))
    assert "演示嘉园" not in clean.input
    assert PLACE_TOKEN in clean.input
    assert "望京街道" in clean.input
    assert not find(clean.input)


def test_near_copies_stand_on_one_side_and_some_records_on_each() -> None:
    matters = ("路灯不亮", "井盖丢失", "垃圾满溢", "夜间施工", "电梯停运", "暖气不热", "水管爆裂", "占道停车")
    texts = [f"{matter}已经第{day}天了没有人来处理请尽快解决" for matter in matters for day in "一二三四五"]
    exported = prepare([record(text) for text in texts])
    sides = [{text.input[:4] for text in side} for side in (exported.train, exported.test)]
    assert sides[0].isdisjoint(sides[1])
    assert len(exported.train) + len(exported.test) == len(texts)
    spread = prepare(
        [record(f"第{number}件事{chr(0x4E00 + 97 * number)}{chr(0x5200 + 31 * number)}") for number in range(90)]
    )
    assert 5 <= len(spread.test) <= 35


def test_what_still_names_somebody_is_left_out() -> None:
    exported = prepare([record("电话13800138000"), record("路灯不亮"), record("路灯不亮"), record("空", "")])
    assert exported.dropped == {"personal data left": 1, "repeated": 1, "empty": 1}


def test_an_edition_has_chats_a_datasheet_and_sums_and_is_never_overwritten(tmp_path: Path) -> None:
    exported = prepare([record(f"第{number}号楼水管爆了{chr(0x4E00 + 97 * number)}") for number in range(8)])
    paths = write(tmp_path / "edition", exported, "全部", "朝阳区")
    assert {path.name for path in paths} == {"train.jsonl", "test.jsonl", "DATASHEET.md", "SHA256SUMS"}
    lines = [
        line for name in ("train", "test") for line in (tmp_path / "edition" / f"{name}.jsonl").open(encoding="utf-8")
    ]
    assert [turn["role"] for turn in json.loads(lines[0])["messages"]] == ["system", "user", "assistant"]
    assert "朝阳区" in (tmp_path / "edition" / "DATASHEET.md").read_text(encoding="utf-8")
    with pytest.raises(DatasetError, match="not empty"):
        write(tmp_path / "edition", exported, "全部", "朝阳区")
    with pytest.raises(DatasetError, match="nothing to export"):
        write(tmp_path / "none", prepare([]), "全部", "朝阳区")


def test_a_reviewer_must_give_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.jsonl"
    found = list(candidates_of([feedback(Verdict.ACCEPTED)]))
    write_candidates(path, found)
    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    assert COMMAND.execute(parser.parse_args(["review", str(path)])) == 0
    assert "1 to review of 1" in capsys.readouterr().out
    assert COMMAND.execute(parser.parse_args(["review", str(path), "--approve", found[0].id])) == 2
    assert COMMAND.execute(parser.parse_args(["review", str(path), "--approve", found[0].id, "--by", "王复核"])) == 0
    assert read_candidates(path)[0].review is Review.APPROVED


def test_the_verbs_run_from_the_database_to_an_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.bootstrap.orders import open_work_orders
    from assistant.settings import load_settings

    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "data"))
    opened = open_work_orders(load_settings())
    opened.feedback.book.add([feedback(Verdict.EDITED, final="自受理之日起15日内制发。", id="f-1")])
    opened.close()
    parser, exporter = argparse.ArgumentParser(), argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    DATASET.add_arguments(exporter)
    candidates = str(tmp_path / "candidates.jsonl")
    assert COMMAND.execute(parser.parse_args(["harvest", "--out", candidates])) == 0
    assert "1 new candidates, 1 to review" in capsys.readouterr().out
    [one] = read_candidates(Path(candidates))
    out = str(tmp_path / "edition")
    assert DATASET.execute(exporter.parse_args(["export", "--candidates", candidates, "--out", out])) == 2
    assert COMMAND.execute(parser.parse_args(["review", candidates, "--approve", one.id, "--by", "王复核"])) == 0
    assert DATASET.execute(exporter.parse_args(["export", "--candidates", candidates, "--out", out])) == 0


def test_a_file_of_something_else_is_no_candidates(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(DatasetError, match="not a candidate"):
        read_candidates(path)
