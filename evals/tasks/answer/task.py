"""Runs the flow over every case, as the service would: no shortcut past masking, screening or routing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from assistant.adapters.degradation import Degradation
from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.screening_files import load_screener
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.answer_policy import load_answer_policy
from assistant.city_pack import city_pack_folder, prompts_folder
from assistant.contracts import Turn
from assistant.flows import AnswerFlow, build_answer_flow
from assistant.ports import Composer
from assistant.stages.redact_pii import redact_pii
from assistant.stages.screen_input import ScreenInput
from evals.contracts import RunOptions, TaskResult
from evals.tasks.answer.cases import Case, read_cases
from evals.tasks.answer.corpus import open_corpus
from evals.tasks.answer.scoring import Score, failure, means, score
from retrieval.search import Search

HOME_REGION = "北京市朝阳区"
OTHER_PLACE = frozenset({"other_place"})


class AnswerTask:
    """Options with ``--set``: split, as_of, region, index (folder to keep), threshold, base_url and model."""

    name = "answer"

    def run(self, options: RunOptions) -> TaskResult:
        extra = options.extra
        pack = city_pack_folder(None)
        files = list(options.corpus) or sorted((pack / "documents").rglob("*.md"))
        cases = list(read_cases(options.dataset, options.limit, extra.get("split")))
        index = Path(extra["index"]) if "index" in extra else None
        with open_corpus(files, index) as search:
            flow = _flow(search, pack / "catalogue", own_corpus=bool(options.corpus), extra=extra)
            scores = asyncio.run(_answer_all(cases, flow, extra))
        return _result(scores, extra)


async def _answer_all(cases: Sequence[Case], flow: AnswerFlow, extra: Any) -> list[Score]:
    as_of = date.fromisoformat(extra["as_of"]) if "as_of" in extra else date.today()
    region = extra.get("region", HOME_REGION) or None
    scores = []
    for case in cases:
        turn = Turn(case.question, case.as_of or as_of, case.history, case.region or region)
        started = time.perf_counter()
        outcome = await flow.answer_inquiry(turn)
        scores.append(score(case, outcome, time.perf_counter() - started))
    return scores


def _flow(search: Search, catalogue: Path, *, own_corpus: bool, extra: Any) -> AnswerFlow:
    """With a corpus of its own the home region is not the pack's, so nothing is "another place"."""
    policy = load_answer_policy().retrieval
    if "threshold" in extra:
        policy = policy.model_copy(update={"answerable_from": float(extra["threshold"])})
    return build_answer_flow(
        search=ThreadedSearch(search, Degradation()),
        composer=_composer(extra),
        backup=ExtractiveComposer(),
        redact=redact_pii,
        screen=ScreenInput(load_screener()),
        catalogue=catalogue,
        ignored_labels=OTHER_PLACE if own_corpus else frozenset(),
        policy=policy,
    )


def _composer(extra: Any) -> Composer:
    if "base_url" not in extra:
        return ExtractiveComposer()
    from assistant.adapters.model_composer import ModelComposer
    from assistant.adapters.openai_chat import OpenAIChat
    from assistant.prompting import load_prompt

    chat = OpenAIChat(extra["base_url"], extra.get("model", "default"))
    return ModelComposer(chat, load_prompt(prompts_folder(None), "compose_answer"))


def _result(scores: Sequence[Score], extra: Any) -> TaskResult:
    times = sorted(item.seconds * 1000 for item in scores) or [0.0]
    failures = [row for row in map(failure, scores) if row]
    predictions = [
        {"id": item.case.id, "status": item.status, "text": item.text, "sources": list(item.sources)} for item in scores
    ]
    return TaskResult(
        n=len(scores),
        metrics=means(scores),
        latency={"p50": times[len(times) // 2], "p95": times[int(len(times) * 0.95)], "max": times[-1]},
        config={"composer": "model" if "base_url" in extra else "extractive", **extra},
        predictions=predictions,
        failures=failures,
    )
