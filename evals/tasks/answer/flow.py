"""Opens the flow ``answer_inquiry`` as the service runs it: no shortcut past masking, screening or routing.

Options of every task that answers, with ``--set``: split, as_of, region, national_only, index (folder to keep), threshold, base_url,
model, key, concurrency; composer=erring (see ``erring``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Any

from assistant.adapters.asking_files import load_lacking
from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.screening_files import load_screener
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.answer_policy import load_answer_policy
from assistant.city_pack import city_pack_folder, prompts_folder
from assistant.contracts import Turn
from assistant.domain.degradation import Degradation
from assistant.flows.answer_inquiry import AnswerFlow, build_answer_flow
from assistant.ports.answering import Composer
from assistant.stages.redact_pii import redact_pii
from assistant.stages.screen_input import ScreenInput
from evals.case_run import Generate, Output, Row
from evals.contracts import RunOptions
from evals.library import open_library
from evals.tasks.answer.cases import case_of
from evals.tasks.answer.erring import ErringComposer, hear_falsehoods
from evals.tasks.answer.output import output_of
from retrieval.search import Search

HOME_REGION = "北京市朝阳区"
OTHER_PLACE = frozenset({"other_place"})
_NOT_AN_INPUT = ("key", "split", "concurrency")


def answer_config(options: RunOptions) -> Mapping[str, Any]:
    """What answers depend on besides the question, the corpus and the code."""
    chosen = {name: value for name, value in options.extra.items() if name not in _NOT_AN_INPUT}
    composer = "model" if "base_url" in chosen else "extractive"
    return {"composer": composer, "as_of": date.today().isoformat(), **chosen}


@contextmanager
def open_answers(options: RunOptions) -> Iterator[Generate]:
    """What answers a row ``{id, question, as_of?, region?, history?}``; see ``output_of`` for the answer."""
    extra = options.extra
    pack = city_pack_folder(None)
    files = list(options.corpus) or sorted((pack / "documents").rglob("*.md"))
    index = Path(extra["index"]) if "index" in extra else None
    with open_library(files, national_only=extra.get("national_only") == "true", index=index) as search:
        flow = _flow(search, pack / "catalogue", own_corpus=bool(options.corpus), extra=extra)
        yield _answering(flow, search, extra)


def _answering(flow: AnswerFlow, search: Search, extra: Mapping[str, str]) -> Generate:
    default = date.fromisoformat(extra["as_of"]) if "as_of" in extra else date.today()
    region = extra.get("region", HOME_REGION) or None

    async def answer(row: Row) -> Output:
        case = case_of(row)
        as_of = case.as_of or default
        calls: list[tuple[int, int]] = []
        _calls.set(calls)
        false = hear_falsehoods()
        outcome = await flow.answer_inquiry(Turn(case.question, as_of, case.history, case.region or region))
        return {**output_of(outcome, search, as_of), "calls": calls, "false": false}

    return answer


def _flow(search: Search, catalogue: Path, *, own_corpus: bool, extra: Mapping[str, str]) -> AnswerFlow:
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
        lacking=None if own_corpus else load_lacking(),
        policy=policy,
    )


def _composer(extra: Mapping[str, str]) -> Composer:
    if "base_url" not in extra:
        return ErringComposer() if extra.get("composer") == "erring" else ExtractiveComposer()
    from assistant.adapters.model_composer import ModelComposer
    from assistant.adapters.openai_chat import OpenAIChat
    from assistant.prompting import load_prompt

    chat = OpenAIChat(extra["base_url"], extra.get("model", "default"), extra.get("key"), count_tokens=_count)
    return ModelComposer(chat, load_prompt(prompts_folder(None), "compose_answer"))


def _count(prompt: int, reply: int) -> None:
    if (calls := _calls.get()) is not None:
        calls.append((prompt, reply))


_calls: ContextVar[list[tuple[int, int]] | None] = ContextVar("calls", default=None)
"""Tokens of the calls of the case in hand: one list per case, which the tasks that the flow starts share."""
