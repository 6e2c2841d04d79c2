"""Multiple-choice questions put to a chat model; without one, the option most like the question shows what chance and wording give.

Rows: ``{id, category, question, options: [text], answer: index}``. Options with ``--set``: base_url, model, key, concurrency, split.
No stage of the product answers such questions: the figures tell models apart, they say nothing of the service.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any

import yaml

from assistant.adapters.openai_chat import OpenAIChat
from assistant.contracts import Message
from assistant.ports.answering import ChatModelError, ChatRequest
from assistant.similarity.signatures import sign
from evals.case_run import Generate, Output, Row
from evals.contracts import CaseScore, DatasetError, Measure, RunOptions
from evals.files import read_split

LETTERS = "ABCDEFGH"
TOKENS = 8
_LETTER = re.compile(rf"[{LETTERS}]")
Choose = Callable[[Row], Awaitable[str]]


class SafetyKnowledgeCases:
    """Output: ``{reply}``: the model's words, or the letter chosen without one; "" where the model gave none."""

    name = "safety_knowledge"

    def rows(self, options: RunOptions) -> Sequence[Row]:
        """Raises ``DatasetError`` for a row without question, options or the number of the right one."""
        return [_checked(row) for row in read_split(options.dataset, options.limit, options.extra.get("split"))]

    def inputs(self, row: Row) -> Row:
        return {"question": row["question"], "options": row["options"]}

    def config(self, options: RunOptions) -> Mapping[str, Any]:
        return {"model": options.extra.get("model", "none"), "base_url": options.extra.get("base_url", "")}

    @contextmanager
    def open(self, options: RunOptions) -> Iterator[Generate]:
        choose = _asking(options.extra) if "base_url" in options.extra else most_alike

        async def answer(row: Row) -> Output:
            return {"reply": await choose(row)}

        yield answer

    def score(self, row: Row, output: Output) -> CaseScore:
        """A reply without a letter is wrong, and counted as ``unreadable``."""
        right = float(chosen(row, output) == row["answer"])
        values = {"accuracy": right, f"accuracy/category={row['category']}": right}
        return CaseScore(str(row["id"]), {**values, "unreadable": float(chosen(row, output) is None)})

    def measures(self, cases: Sequence[CaseScore]) -> Sequence[Measure]:
        return ()

    def prediction(self, row: Row, output: Output) -> Mapping[str, Any]:
        return {"id": row["id"], "answer": chosen(row, output), **output}

    def failure(self, row: Row, output: Output, score: CaseScore) -> Mapping[str, Any] | None:
        if score.values["accuracy"]:
            return None
        return {**self.prediction(row, output), "question": row["question"], "gold": row["answer"]}


def chosen(row: Row, output: Output) -> int | None:
    """The number of the first letter in the reply that stands for an option."""
    match = _LETTER.search(output["reply"])
    number = LETTERS.index(match[0]) if match else len(row["options"])
    return number if number < len(row["options"]) else None


async def most_alike(row: Row) -> str:
    """The letter of the option whose words lie nearest to the question's."""
    question, *options = sign([row["question"], *row["options"]])
    likeness = [float(question.vector @ option.vector) for option in options]
    return LETTERS[likeness.index(max(likeness))]


def _asking(extra: Mapping[str, str]) -> Choose:
    chat = OpenAIChat(extra["base_url"], extra.get("model", "default"), extra.get("key"))
    wording = yaml.safe_load((Path(__file__).parent / "wording.yaml").read_text(encoding="utf-8"))

    async def ask(row: Row) -> str:
        told = "\n".join(f"{letter}. {option}" for letter, option in zip(LETTERS, row["options"], strict=False))
        user = Template(wording["user"]).substitute(question=row["question"], options=told)
        request = ChatRequest(wording["system"], (Message("user", user),), max_tokens=TOKENS)
        try:
            return await _whole(chat.stream(request))
        except ChatModelError:
            return ""

    return ask


async def _whole(pieces: AsyncGenerator[str]) -> str:
    return "".join([piece async for piece in pieces])


def _checked(row: Row) -> Row:
    options, answer = row.get("options"), row.get("answer")
    fits = isinstance(options, list) and isinstance(answer, int) and 0 <= answer < len(options) <= len(LETTERS)
    if not fits or not isinstance(row.get("question"), str) or "category" not in row:
        raise DatasetError(
            f"{row.get('id', '?')}: a row needs category, question, options and the number of the answer"
        )
    return row
