"""Fields of an appeal that rules left open, asked of a chat model: words of the appeal itself, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from assistant.adapters.model_composer import Neutraliser
from assistant.contracts import Message
from assistant.ports import ChatModel, ChatModelError, ChatRequest
from assistant.prompting import Prompt

MAX_TEXT = 1500
MAX_OUTPUT = 1200
TIMEOUT_S, FIRST_TOKEN_S = 3.0, 2.0
_Words = Annotated[str, StringConstraints(max_length=60)]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid")
    where: _Words = ""
    when: _Words = ""
    object: _Words = ""
    demand: _Words = ""


SCHEMA = _Fields.model_json_schema()


class ModelFields:
    """``FieldFiller`` behind a chat model; it sees masked words only, within ``TIMEOUT_S`` seconds."""

    def __init__(self, chat: ChatModel, prompt: Prompt, neutralise: Neutraliser = str) -> None:
        self._chat, self._prompt, self._neutralise = chat, prompt, neutralise

    async def fill(self, text: str, fields: Sequence[str]) -> Mapping[str, str]:
        said = ""
        async with aclosing(self._chat.stream(self._request(text, fields))) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                said += piece
                if len(said) > MAX_OUTPUT:
                    raise ChatModelError("garbled", "the reply does not end")
        told = _parsed(said).model_dump()
        return {name: told[name] for name in fields if told.get(name)}

    def _request(self, text: str, fields: Sequence[str]) -> ChatRequest:
        limits = self._prompt.file.limits
        values = {"fields": "、".join(fields), "text": self._neutralise(text[:MAX_TEXT])}
        return ChatRequest(
            system=self._prompt.file.system,
            messages=(Message("user", self._prompt.render_user(values)),),
            max_tokens=limits.max_tokens,
            temperature=limits.temperature,
            schema=SCHEMA,
            timeout_s=TIMEOUT_S,
            first_token_timeout_s=FIRST_TOKEN_S,
        )


def _parsed(said: str) -> _Fields:
    """Some models wrap JSON in words or fences. Raises ``ChatModelError`` (garbled)."""
    begin, end = said.find("{"), said.rfind("}")
    try:
        return _Fields.model_validate_json(said[begin : end + 1] if 0 <= begin < end else "")
    except ValidationError as error:
        raise ChatModelError("garbled", "not the JSON that was asked for") from error
