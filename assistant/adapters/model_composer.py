"""The composer behind a chat model: passages go in as P1 … Pn, sentences come out with the tokens they cite."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from assistant.adapters.prompted_model import PromptedModel
from assistant.contracts import ComposerKind, DraftSentence, Evidence, EvidencePassage, StandaloneQuestion
from assistant.domain.plain_text import inert
from assistant.domain.sentence_stream import SentenceStream, TokenedSentence
from assistant.ports.answering import ComposerDeclined

DECLINED = "依据不足"


class ModelComposer(PromptedModel):
    kind = ComposerKind.MODEL

    async def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncGenerator[DraftSentence]:
        """Raises ``ChatModelError``; ``ComposerDeclined`` when the model says 依据不足 before anything else."""
        sentences, said = SentenceStream(), 0
        values = {
            "question": question.text,
            "as_of": evidence.as_of.isoformat(),
            "region": _region(evidence.passages),
        }
        request = self._request(values, self._passages(evidence.passages))
        async with aclosing(self._pieces(request)) as pieces:
            async for piece in pieces:
                for sentence in sentences.feed(piece):
                    yield _draft(sentence, said)
                    said += 1
        for sentence in sentences.finish():
            yield _draft(sentence, said)

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


def _region(passages: tuple[EvidencePassage, ...]) -> str:
    """The narrowest region among the passages; 全国 when all are national."""
    return max((item.passage.region or "全国" for item in passages), key=len, default="全国")


def _draft(sentence: TokenedSentence, said: int) -> DraftSentence:
    text = inert(sentence.text).strip()
    if said == 0 and text.strip("。.！! 　") == DECLINED:
        raise ComposerDeclined
    return DraftSentence(text, sentence.tokens)
