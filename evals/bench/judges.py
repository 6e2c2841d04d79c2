"""Wall time of judging beside ``ragas.evaluate`` with its defaults: same judge, same questions, same number of calls.

``python -m evals.bench.judges [--calls 800] [--delay 0.2] [--rounds 3]``; prints a table and JSON. Both sides score
faithfulness (two calls per answer) against a server that takes ``delay`` seconds per reply; nothing is taken from a store.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from evals.bench.slow_judge import serving_apart
from evals.judges.endpoint import JudgeOptions
from evals.judges.judging import judge_rows

CONTEXT = "第{0}条 供热单位应当自接到投诉之时起{0}小时内到场测温，室温不得低于18℃。"
ANSWER = "供热单位应当自接到投诉之时起{0}小时内到场测温。第{0}条规定室温不得低于18℃。"


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": str(number),
            "status": "answered",
            "question": f"第{number}户暖气不热，供热单位多久到场？",
            "text": ANSWER.format(number),
            "contexts": [CONTEXT.format(number)],
            "reference": "",
        }
        for number in range(1, count + 1)
    ]


def ours(cases: Sequence[Mapping[str, Any]], base_url: str) -> float:
    """Mean faithfulness."""
    judgement = judge_rows(cases, JudgeOptions(base_url, "judge"), None, ["faithfulness"])
    assert judgement.asked == 2 * len(cases)
    return statistics.fmean(verdict.value or 0.0 for verdict in judgement.verdicts)


def theirs(cases: Sequence[Mapping[str, Any]], base_url: str) -> float:
    """``ragas.evaluate`` as its documentation shows it, nothing set."""
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr
    from ragas import EvaluationDataset, evaluate
    from ragas.llms import LangchainLLMWrapper
    from ragas.metrics import Faithfulness

    chat = ChatOpenAI(base_url=base_url, model="judge", api_key=SecretStr("none"))
    dataset = EvaluationDataset.from_list(
        [
            {"user_input": case["question"], "response": case["text"], "retrieved_contexts": case["contexts"]}
            for case in cases
        ]
    )
    result: Any = evaluate(dataset, metrics=[Faithfulness(llm=LangchainLLMWrapper(chat))], show_progress=False)
    return statistics.fmean(result["faithfulness"])


def measure(calls: int, delay: float, rounds: int) -> dict[str, Any]:
    """Seconds of both sides by turns, and the median of the rounds' ratios."""
    seconds: dict[str, list[float]] = {"ours": [], "ragas.evaluate": []}
    marks = {}
    with serving_apart(delay) as base_url:
        for turn in range(rounds):
            for name in list(seconds)[:: 1 if turn % 2 else -1]:
                taken, marks[name] = _apart(name, calls, base_url)
                seconds[name].append(taken)
    ratios = [slow / fast for slow, fast in zip(seconds["ragas.evaluate"], seconds["ours"], strict=True)]
    return {"calls": calls, "delay_s": delay, "seconds": seconds, "marks": marks, "ratio": statistics.median(ratios)}


def _apart(name: str, calls: int, base_url: str) -> tuple[float, float]:
    """Seconds and mean mark of one side, in a process of its own: ``ragas.evaluate`` changes asyncio for all that follows."""
    command = [sys.executable, "-W", "ignore", "-m", "evals.bench.judges", "--only", name]
    command += ["--calls", str(calls), "--base-url", base_url]
    quiet = {**os.environ, "RAGAS_DO_NOT_TRACK": "true"}  # its reports home would cost it seconds on a closed network
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=600, env=quiet)  # noqa: S603
    taken, mark = json.loads(said.stdout.splitlines()[-1])
    return float(taken), float(mark)


def _timed(name: str, calls: int, base_url: str) -> tuple[float, float]:
    system, cases = {"ours": ours, "ragas.evaluate": theirs}[name], rows(calls // 2)
    system(rows(1), base_url)  # what is imported on first use is not counted
    started = time.perf_counter()
    mark = system(cases, base_url)
    return time.perf_counter() - started, mark


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.bench.judges")
    parser.add_argument("--calls", type=int, default=800)
    parser.add_argument("--delay", type=float, default=0.2, help="seconds per reply of the judge")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["ours", "ragas.evaluate"], help="one side, once: prints [seconds, mark]")
    parser.add_argument("--base-url", default="", help="with --only: the judge")
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(_timed(arguments.only, arguments.calls, arguments.base_url)))
        return
    found = measure(arguments.calls, arguments.delay, arguments.rounds)
    for name, times in found["seconds"].items():
        print(f"{name:<16}{statistics.median(times):7.2f} s   mean faithfulness {found['marks'][name]:.3f}")
    print(f"ratio {found['ratio']:.1f}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
