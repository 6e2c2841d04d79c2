"""The composer behind a chat model: passages go in as P1 … Pn, sentences come out with the tokens they cite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from assistant.contracts import (
    ComposerKind,
    DraftSentence,
    Evidence,
    EvidencePassage,
    Message,
    StandaloneQuestion,
)
from assistant.domain.plain_text import inert
from assistant.domain.sentence_stream import SentenceStream, TokenedSentence
from assistant.domain.statements import heading_of, shorten
from assistant.ports import ChatModel, ChatModelError, ChatRequest, ComposerDeclined
from assistant.prompting import Prompt

DECLINED = "依据不足"


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Bounds of one call. ``output_characters`` ends an answer that does not end itself."""

    passages: int = 16
    passage_characters: int = 900
    prompt_characters: int = 6000
    output_characters: int = 4000
    first_token_timeout_s: float = 4.0
    timeout_s: float = 30.0


Neutraliser = Callable[[str], str]
"""Text of a document with sentences that address the assistant set apart; what it gives back is what the model sees."""


class ModelComposer:
    """``neutralise`` is applied to all that comes from documents: whatever they order, the model does not read it."""

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

    async def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncIterator[DraftSentence]:
        """Raises ``ChatModelError``; ``ComposerDeclined`` when the model says 依据不足 before anything else."""
        sentences, received, said = SentenceStream(), 0, 0
        async with aclosing(self._chat.stream(self._request(question, evidence))) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                received += len(piece)
                if received > self._limits.output_characters:
                    raise ChatModelError("garbled", "the answer does not end")
                for sentence in sentences.feed(piece):
                    yield _draft(sentence, said)
                    said += 1
        for sentence in sentences.finish():
            yield _draft(sentence, said)

    def _request(self, question: StandaloneQuestion, evidence: Evidence) -> ChatRequest:
        passages = self._passages(evidence.passages)
        values = {
            "question": question.text,
            "as_of": evidence.as_of.isoformat(),
            "region": _region(evidence.passages),
        }
        return ChatRequest(
            system=self._prompt.file.system,
            messages=(Message("user", self._prompt.render_user(values, passages)),),
            max_tokens=self._prompt.file.limits.max_tokens,
            temperature=self._prompt.file.limits.temperature,
            timeout_s=self._limits.timeout_s,
            first_token_timeout_s=self._limits.first_token_timeout_s,
        )

    def _passages(self, found: tuple[EvidencePassage, ...]) -> list[dict[str, str]]:
        """As many of the best passages as the prompt has room for."""
        taken: list[dict[str, str]] = []
        room = self._limits.prompt_characters
        for item in found[: self._limits.passages]:
            passage = self._passage(item)
            room -= sum(map(len, passage.values()))
            if room < 0 and taken:
                break
            taken.append(passage)
        return taken

    def _passage(self, item: EvidencePassage) -> dict[str, str]:
        passage = item.passage
        text = shorten(self._neutralise(passage.text), self._limits.passage_characters)
        return {
            "token": item.token,
            "title": self._neutralise(passage.title),
            "place": passage.clause or heading_of(passage.path),
            "text": text,
        }


def _region(passages: tuple[EvidencePassage, ...]) -> str:
    """The narrowest region among the passages; 全国 when all are national."""
    return max((item.passage.region or "全国" for item in passages), key=len, default="全国")


def _draft(sentence: TokenedSentence, said: int) -> DraftSentence:
    text = inert(sentence.text).strip()
    if said == 0 and text.strip("。.！! 　") == DECLINED:
        raise ComposerDeclined
    return DraftSentence(text, sentence.tokens)
