"""The reply composer behind a chat model: facts go in as F1 … Fn, clauses as P1 … Pn, JSON of cited sentences comes out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.adapters.prompted_model import PromptedModel
from assistant.contracts import ComposerKind, Evidence
from assistant.domain.plain_text import inert
from assistant.domain.reply_draft import CaseFacts, PastReplies, ReplyCase, ReplyPart, ReplySentence
from assistant.domain.reply_facts import plain
from assistant.domain.statements import shorten

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


class ModelReply(PromptedModel):
    """Neutralised is what past orders say, too."""

    kind = ComposerKind.MODEL

    async def compose(
        self, case: ReplyCase, facts: CaseFacts, evidence: Evidence, past: PastReplies
    ) -> tuple[ReplySentence, ...]:
        passages = [*map(self._passage, evidence.passages)]
        reply = await self._whole(self._request(self._values(case, facts, past), passages, SCHEMA), _Reply)
        return tuple(_sentences(reply))

    def _values(self, case: ReplyCase, facts: CaseFacts, past: PastReplies) -> dict[str, str]:
        order = case.order
        examples = (f"- {self._neutralise(plain(shorten(item.reply, 200)))}" for item in past.replies)
        return {
            "as_of": case.as_of.isoformat(),
            "unit": case.unit or NOTHING,
            "matter": NOTHING if order.confidential else self._neutralise(plain(order.title)),
            "facts": "\n".join(f"[{fact.token}] {self._neutralise(fact.text)}" for fact in facts.facts) or NOTHING,
            "examples": "\n".join(examples) or NOTHING,
        }


def _sentences(reply: _Reply) -> Iterator[ReplySentence]:
    for name, part in PLACES.items():
        for item in getattr(reply, name):
            yield ReplySentence(part, inert(item.text).strip(), tuple(dict.fromkeys(item.sources)))
