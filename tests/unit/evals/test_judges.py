"""A judge is asked once, bounded, and believed only as far as it agrees with code and people."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from evals.bench.slow_judge import SlowJudge, serving
from evals.cli import COMMAND
from evals.contracts import CaseScore, DatasetError
from evals.judges.agreement import agreements, with_labels
from evals.judges.endpoint import JudgeOptions
from evals.judges.judging import judge_rows, result_of

SUPPORTED = "供热单位应当自接到投诉之时起12小时内到场测温。"
MADE_UP = "每户可以领取三千元取暖补贴，由社区发放。"


def row(name: str, text: str, reference: str = "") -> dict[str, object]:
    return {
        "id": name,
        "status": "answered",
        "question": "暖气不热多久到场？",
        "text": text,
        "contexts": [f"第二条 {SUPPORTED}"],
        "reference": reference,
        "sources": [],
    }


def judged(judge: SlowJudge, *rows: dict[str, object], store: Path | None = None, **options: object) -> object:
    return judge_rows(rows, JudgeOptions(judge.base_url, "words", pause_s=0.01, **options), store, ["faithfulness"])  # type: ignore[arg-type]


def test_what_the_passages_support_is_faithful_and_what_they_do_not_is_not() -> None:
    with serving(SlowJudge()) as judge:
        options = JudgeOptions(judge.base_url, "words")
        judgement = judge_rows([row("1", SUPPORTED, SUPPORTED), row("2", MADE_UP)], options, None)
    values = {(one.id, one.metric): one.value for one in judgement.verdicts}
    assert values["1", "faithfulness"] == 1.0
    assert values["2", "faithfulness"] == 0.0
    assert values["1", "context_recall"] == values["1", "factual_correctness"] == 1.0
    assert values["1", "helpfulness"] == 0.75
    assert ("2", "context_recall") not in values, "no reference, so nothing to recall"


def test_a_judge_is_told_in_chinese_and_asked_once_only(tmp_path: Path) -> None:
    with serving(SlowJudge()) as judge:
        first = judged(judge, row("1", SUPPORTED), store=tmp_path / "replies.sqlite")
        again = judged(judge, row("1", SUPPORTED), store=tmp_path / "replies.sqlite")
        assert judge.calls == 2
        assert any("请把答复拆成" in prompt for prompt in judge.prompts)
    assert (first.asked, again.asked, again.reused) == (2, 0, 2)  # type: ignore[attr-defined]


def test_a_busy_judge_is_asked_again_and_a_silent_one_leaves_a_gap() -> None:
    with serving(SlowJudge(statuses=[429, 503])) as judge:
        assert judged(judge, row("1", SUPPORTED)).verdicts[0].value == 1.0  # type: ignore[attr-defined]
    with serving(SlowJudge(garbled=True)) as judge:
        judgement = judged(judge, row("1", SUPPORTED), tries=2)
    result = result_of(judgement, JudgeOptions("http://judge/v1", "words"))  # type: ignore[arg-type]
    assert result.metrics == {"judge_silent": 1.0}
    assert [one["id"] for one in result.failures] == ["1"]


def test_a_refusal_is_not_repeated() -> None:
    with serving(SlowJudge(statuses=[401])) as judge:
        verdict = judged(judge, row("1", SUPPORTED)).verdicts[0]  # type: ignore[attr-defined]
        assert (verdict.value, judge.calls) == (None, 1)
    assert "401" in verdict.note


def test_many_questions_are_asked_at_a_time() -> None:
    with serving(SlowJudge(delay_s=0.2)) as judge:
        judged(judge, row("warm", SUPPORTED))
        started = time.perf_counter()
        judged(judge, *(row(str(number), f"{SUPPORTED}{number}") for number in range(50)))
        assert time.perf_counter() - started < 10, "one after the other would take 20 s"


def test_a_missing_key_and_an_unknown_metric_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUDGE_KEY", raising=False)
    options = JudgeOptions("http://127.0.0.1:9/v1", "words", key_env="JUDGE_KEY")
    with pytest.raises(DatasetError, match="JUDGE_KEY"):
        judge_rows([row("1", SUPPORTED)], options, None)
    with pytest.raises(DatasetError, match="choose from faithfulness"):
        judge_rows([row("1", SUPPORTED)], JudgeOptions("http://127.0.0.1:9/v1", "words"), None, ["kindness"])
    with pytest.raises(DatasetError, match="no answered row"):
        judge_rows([{**row("1", ""), "status": "unanswerable_no_evidence"}], options, None)


def _cases(name: str, values: list[float]) -> list[CaseScore]:
    return [CaseScore(str(number), {name: value}) for number, value in enumerate(values)]


def test_agreement_tells_a_judge_that_sees_from_one_that_guesses() -> None:
    truth = _cases("cited_correct", [1.0] * 10 + [0.0] * 10)
    seeing = next(agreements(_cases("answer_relevancy", [0.9] * 10 + [0.1] * 10), truth))
    blind = next(agreements(_cases("answer_relevancy", [0.9, 0.1] * 10), truth))
    assert (seeing.auroc, seeing.kappa, seeing.agreed) == (1.0, 1.0, 1.0)
    assert (blind.auroc, blind.kappa) == (0.5, 0.0)
    assert not list(agreements(_cases("answer_relevancy", [0.9]), truth)), "too few cases to say anything"


def test_agreement_with_people_uses_their_labels() -> None:
    labels = {str(number): {"faithfulness": number < 8} for number in range(12)}
    found = next(with_labels(_cases("faithfulness", [1.0] * 8 + [0.0] * 3 + [1.0]), labels))
    assert (found.against, found.cases, round(found.agreed, 2)) == ("people", 12, 0.92)


def test_the_verb_judges_a_saved_run_and_reports_its_agreement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    rows = [{"id": str(n), "question": q} for n, q in enumerate(["居住证多久能办下来", "试用期最长多久"] * 6)]
    dataset = tmp_path / "inquiries.jsonl"
    gold = {"clauses": [{"document": "none"}], "answer": "15日内"}
    dataset.write_text("\n".join(json.dumps({**one, **gold}, ensure_ascii=False) for one in rows), encoding="utf-8")
    run = str(tmp_path / "run")
    assert COMMAND.execute(parser.parse_args(["run", "answer", "--dataset", str(dataset), "--out", run, "--json"])) == 0
    capsys.readouterr()
    with serving(SlowJudge()) as judge:
        words = ["judge", run, "--base-url", judge.base_url, "--model", "words", "--store", str(tmp_path / "s.sqlite")]
        assert COMMAND.execute(parser.parse_args([*words, "--out", str(tmp_path / "judged"), "--json"])) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["metrics"]["faithfulness"] > 0.5
    assert {one["metric"] for one in report["agreement"]} >= {"faithfulness", "answer_relevancy"}
    assert COMMAND.execute(parser.parse_args(["compare", str(tmp_path / "judged"), str(tmp_path / "judged")])) == 0
