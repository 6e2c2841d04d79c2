"""The calls that the service really makes: each question goes through the whole flow, the model only writes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import date
from functools import reduce
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from assistant.adapters.model_fields import ModelFields
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.bootstrap.answering import build_flow
from assistant.bootstrap.library import open_search
from assistant.city_pack import prompts_folder
from assistant.contracts import Turn
from assistant.domain.degradation import Degradation
from assistant.ports.answering import ChatModelError, ChatRequest
from assistant.prompting import load_prompt
from assistant.settings import Settings
from evals.files import read_rows

if TYPE_CHECKING:
    from assistant.adapters.openai_chat import OpenAIChat

DATASETS = Path(__file__).resolve().parent.parent / "datasets"
FIELDS = ("where", "when", "object", "demand")


class Recorder:
    """A chat model that keeps what it is asked and says ``reply``."""

    name = "recorder"

    def __init__(self, reply: str) -> None:
        self.reply, self.requests = reply, list[ChatRequest]()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        self.requests.append(request)
        yield self.reply


def questions() -> list[str]:
    """Every question of the project's own sets that asks for an answer, each once."""
    rows = [row for name in ("inquiries", "citizen_questions") for row in read_rows(DATASETS / f"{name}.jsonl")]
    return list(dict.fromkeys(str(row["question"]) for row in rows if row.get("answerable", True)))


def answer_requests(data_dir: Path, asked: Sequence[str]) -> list[ChatRequest]:
    """What ``compose_answer`` asks for ``asked`` over the index in ``data_dir``; a question that a guard ends asks nothing."""
    settings, recorder = Settings(data_dir=data_dir), Recorder("依据不足")
    search = ThreadedSearch(open_search(settings), Degradation())
    flow = build_flow(settings, search, cast("OpenAIChat", recorder))

    async def ask() -> None:
        for question in asked:
            await flow.answer_inquiry(Turn(question, date.today()))

    try:
        asyncio.run(ask())
    finally:
        search.close()
    return recorder.requests


def field_requests(count: int) -> list[ChatRequest]:
    """What ``extract_appeal`` asks for texts of the extraction set; these carry a schema."""
    recorder = Recorder("{}")
    filler = ModelFields(recorder, load_prompt(prompts_folder(None), "extract_appeal"))

    async def fill() -> None:
        for row in list(read_rows(DATASETS / "extractions.jsonl"))[:count]:
            try:
                await filler.fill(str(row["text"]), FIELDS)
            except ChatModelError as error:  # the recorder's reply fits, so this is our own mistake
                raise RuntimeError("the recorder was refused") from error

    asyncio.run(fill())
    return recorder.requests


def shape(requests: Sequence[ChatRequest]) -> dict[str, Any]:
    """Lengths in characters, and how much of them two prompts share from their first character on."""
    texts = [request.system + "".join(message.content for message in request.messages) for request in requests]
    lengths = sorted(map(len, texts))
    neighbours = [len(shared(one, other)) for one, other in pairwise(texts)]
    return {
        "prompts": len(texts),
        "characters_p50": lengths[len(lengths) // 2],
        "characters_p95": lengths[int(len(lengths) * 0.95)],
        "characters_max": lengths[-1],
        "shared_by_all": len(reduce(shared, texts)),
        "shared_with_the_next_p50": sorted(neighbours)[len(neighbours) // 2] if neighbours else 0,
    }


def shared(one: str, other: str) -> str:
    """What both begin with."""
    return "".join(left for left, right in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
