"""Fields of an appeal that rules left open, asked of a chat model: words of the appeal itself, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from assistant.adapters.prompted_model import ModelLimits, PromptedModel

MAX_TEXT = 1500
_Words = Annotated[str, StringConstraints(max_length=60)]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid")
    where: _Words = ""
    when: _Words = ""
    object: _Words = ""
    demand: _Words = ""


SCHEMA = _Fields.model_json_schema()


class ModelFields(PromptedModel):
    """``FieldFiller`` behind a chat model; it sees masked words only, and has less time than a composer."""

    usual_limits = ModelLimits(output_characters=1200, first_token_timeout_s=2.0, timeout_s=3.0)

    async def fill(self, text: str, fields: Sequence[str]) -> Mapping[str, str]:
        values = {"fields": "、".join(fields), "text": self._neutralise(text[:MAX_TEXT])}
        told = (await self._whole(self._request(values, schema=SCHEMA), _Fields)).model_dump()
        return {name: told[name] for name in fields if told.get(name)}
