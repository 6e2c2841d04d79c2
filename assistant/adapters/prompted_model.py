"""A chat model with one released prompt: what documents say goes in neutralised and cut, what comes out is bounded."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.contracts import EvidencePassage, Message
from assistant.domain.statements import heading_of, shorten
from assistant.ports.answering import ChatModel, ChatModelError, ChatRequest
from assistant.prompting import Prompt

Reply = TypeVar("Reply", bound=BaseModel)
Neutraliser = Callable[[str], str]
"""Text of a document with sentences that address the assistant set apart; what it gives back is what the model sees."""


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Bounds of one call. ``output_characters`` ends an answer that does not end itself."""

    passages: int = 16
    passage_characters: int = 900
    prompt_characters: int = 6000
    output_characters: int = 4000
    first_token_timeout_s: float = 4.0
    timeout_s: float = 30.0


class PromptedModel:
    """``neutralise`` is applied to all that comes from documents: whatever they order, the model does not read it."""

    usual_limits = ModelLimits()

    def __init__(
        self, chat: ChatModel, prompt: Prompt, limits: ModelLimits | None = None, neutralise: Neutraliser = str
    ) -> None:
        self._chat, self._prompt, self._limits = chat, prompt, limits or self.usual_limits
        self._neutralise = neutralise

    @property
    def model(self) -> str | None:
        return self._chat.name

    @property
    def prompt(self) -> str | None:
        return self._prompt.reference

    async def _pieces(self, request: ChatRequest) -> AsyncGenerator[str]:
        """What the model says as it comes. Raises ``ChatModelError``; garbled when it says more than the limit."""
        received = 0
        async with aclosing(self._chat.stream(request)) as pieces:
            async for piece in pieces:
                received += len(piece)
                if received > self._limits.output_characters:
                    raise ChatModelError("garbled", "the output does not end")
                yield piece

    async def _whole(self, request: ChatRequest, shape: type[Reply]) -> Reply:
        """JSON of this shape; some models wrap it in words or fences. Raises ``ChatModelError``."""
        async with aclosing(self._pieces(request)) as pieces:
            said = "".join([piece async for piece in pieces])
        begin, end = said.find("{"), said.rfind("}")
        try:
            return shape.model_validate_json(said[begin : end + 1] if 0 <= begin < end else "")
        except ValidationError as error:
            raise ChatModelError("garbled", "not the JSON that was asked for") from error

    def _request(
        self,
        values: Mapping[str, str],
        passages: Sequence[dict[str, str]] = (),
        schema: dict[str, Any] | None = None,
    ) -> ChatRequest:
        file = self._prompt.file
        return ChatRequest(
            system=file.system,
            messages=(Message("user", self._prompt.render_user(values, passages)),),
            max_tokens=file.limits.max_tokens,
            temperature=file.limits.temperature,
            schema=schema,
            timeout_s=self._limits.timeout_s,
            first_token_timeout_s=self._limits.first_token_timeout_s,
        )

    def _passage(self, item: EvidencePassage) -> dict[str, str]:
        passage = item.passage
        return {
            "token": item.token,
            "title": self._neutralise(passage.title),
            "place": passage.clause or heading_of(passage.path),
            "text": shorten(self._neutralise(passage.text), self._limits.passage_characters),
        }
