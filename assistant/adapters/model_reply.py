"""The reply composer behind a chat model: facts go in as F1 … Fn, clauses as P1 … Pn, JSON of cited sentences comes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant.adapters.model_composer import ModelLimits, Neutraliser
from assistant.contracts import ComposerKind, Evidence, EvidencePassage, Message
from assistant.domain.plain_text import inert
from assistant.domain.reply_draft import CaseFacts, PastReplies, ReplyCase, ReplyPart, ReplySentence
from assistant.domain.reply_facts import plain
from assistant.domain.statements import heading_of, shorten
from assistant.ports import ChatModel, ChatModelError, ChatRequest
from assistant.prompting import Prompt

NOTHING = "（无）"
PLACES = {
    "found": ReplyPart.FOUND,
    "done": ReplyPart.DONE,
    "basis": ReplyPart.BASIS,
    "next": ReplyPart.NEXT,
}


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    sources: list[Annotated[str, StringConstraints(pattern=r"^[FP]\d{1,3}$")]] = Field(min_length=1, max_length=6)


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")
    found: list[_Sentence] = Field(max_length=6)
    done: list[_Sentence] = Field(max_length=6)
    basis: list[_Sentence] = Field(max_length=4)
    next: list[_Sentence] = Field(max_length=4)


SCHEMA = _Reply.model_json_schema()


class ModelReply:
    """``neutralise`` is applied to all that comes from documents and from past orders."""

    kind = ComposerKind.MODEL

    def __init__(
        self,
        chat: ChatModel,
        prompt: Prompt,
        limits: ModelLimits | None = None,
        neutralise: Neutraliser = str,
    ) -> None:
        self._chat, self._prompt, self._limits = chat, prompt, limits or ModelLimits()
        self._neutralise = neutralise

    @property
    def model(self) -> str | None:
        return self._chat.name

    @property
    def prompt(self) -> str | None:
        return self._prompt.reference

    async def compose(
        self, case: ReplyCase, facts: CaseFacts, evidence: Evidence, past: PastReplies
    ) -> tuple[ReplySentence, ...]:
        said = ""
        async with aclosing(self._chat.stream(self._request(case, facts, evidence, past))) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                said += piece
                if len(said) > self._limits.output_characters:
                    raise ChatModelError("garbled", "the reply does not end")
        return tuple(_sentences(_parsed(said)))

    def _request(self, case: ReplyCase, facts: CaseFacts, evidence: Evidence, past: PastReplies) -> ChatRequest:
        order, limits = case.order, self._prompt.file.limits
        values = {
            "as_of": case.as_of.isoformat(),
            "unit": case.unit or NOTHING,
            "matter": NOTHING if order.confidential else self._neutralise(plain(order.title)),
            "facts": "\n".join(f"[{fact.token}] {self._neutralise(fact.text)}" for fact in facts.facts) or NOTHING,
            "examples": "\n".join(f"- {self._neutralise(plain(shorten(r.reply, 200)))}" for r in past.replies)
            or NOTHING,
        }
        return ChatRequest(
            system=self._prompt.file.system,
            messages=(Message("user", self._prompt.render_user(values, [*map(self._passage, evidence.passages)])),),
            max_tokens=limits.max_tokens,
            temperature=limits.temperature,
            schema=SCHEMA,
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


def _parsed(said: str) -> _Reply:
    """Some models wrap JSON in words or fences. Raises ``ChatModelError`` (garbled)."""
    begin, end = said.find("{"), said.rfind("}")
    try:
        return _Reply.model_validate_json(said[begin : end + 1] if 0 <= begin < end else "")
    except ValidationError as error:
        raise ChatModelError("garbled", "not the JSON that was asked for") from error


def _sentences(reply: _Reply) -> Iterator[ReplySentence]:
    for name, part in PLACES.items():
        for item in getattr(reply, name):
            yield ReplySentence(part, inert(item.text).strip(), tuple(dict.fromkeys(item.sources)))
