"""``hotline evals judge RUN``: a model judges the answers of a saved run; its agreement with code and people is told."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.commands.run import STORE, as_table
from evals.contracts import RunOptions
from evals.files import read_rows
from evals.judges.agreement import Agreement, agreements, with_labels
from evals.judges.endpoint import CONCURRENCY, JudgeOptions
from evals.judges.judging import judge_rows, read_answers, result_of
from evals.run_record import load, save, summarise

help = "let a model judge the answers of a run (ragas metrics, Chinese prompts)"
EPILOG = "example: hotline evals judge runs/answers --base-url http://127.0.0.1:8001/v1 --model qwen3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", type=Path, help="folder of a run of the task answer (made with --out), or a .jsonl of answers"
    )
    parser.add_argument("--base-url", required=True, help="OpenAI-compatible endpoint of the judge, up to /v1")
    parser.add_argument("--model", required=True, help="the judge's model name")
    parser.add_argument("--key-env", help="environment variable with the judge's key")
    parser.add_argument("--metrics", nargs="+", default=[], help="only these metrics")
    parser.add_argument("--labels", type=Path, help="people's labels: {id, labels: {metric: true|false}} rows")
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help="questions at a time")
    parser.add_argument("--store", type=Path, default=STORE, help="where replies are kept; asked once only")
    parser.add_argument("--out", type=Path, help="folder for the judged run, which compare can read")
    parser.add_argument("--json", action="store_true", help="print JSON (else a table)")


def execute(arguments: argparse.Namespace) -> int:
    """Raises ``DatasetError``."""
    options = JudgeOptions(
        arguments.base_url, arguments.model, arguments.key_env, concurrency=max(1, arguments.concurrency)
    )
    started = time.perf_counter()
    judgement = judge_rows(read_answers(arguments.run), options, arguments.store, arguments.metrics)
    result = result_of(judgement, options)
    report = summarise("judge", RunOptions(_answers(arguments.run)), result)
    found = [
        *agreements(result.cases, load(arguments.run).cases if arguments.run.is_dir() else ()),
        *with_labels(result.cases, _labels(arguments.labels)),
    ]
    report |= {
        "calls": judgement.asked,
        "seconds": round(time.perf_counter() - started, 3),
        "agreement": [asdict(one) for one in found],
    }
    if arguments.out:
        save(arguments.out, report, result)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _table(report, found))
    return 0


def _answers(run: Path) -> Path:
    return run / "predictions.jsonl" if run.is_dir() else run


def _labels(path: Path | None) -> Mapping[str, Mapping[str, bool]]:
    return {row["id"]: row["labels"] for row in read_rows(path)} if path else {}


def _table(report: dict[str, Any], found: Sequence[Agreement]) -> str:
    lines = [
        as_table(report),
        f"{'calls':<32}{report['calls']} in {report['seconds']} s, {report['reused']} from the store",
    ]
    lines += [
        f"agreement of {one.metric} with {one.against}: {one.agreed:.2f}, kappa {one.kappa:.2f}, "
        f"AUROC {'–' if one.auroc is None else f'{one.auroc:.2f}'} ({one.cases} cases)"
        for one in found
    ]
    return "\n".join(lines)
