"""A composer that errs on purpose: after each quotation that states a figure it says the same with another figure, cited alike.

Without a model nothing false is ever drafted, so nothing would show whether ``check_answer`` still works; with
``--set composer=erring`` every false sentence that is shown counts (``false_sentences_shown``), by its very words.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextvars import ContextVar

from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.contracts import ComposerKind, DraftSentence, Evidence, StandaloneQuestion

_FIGURE = re.compile(r"[0-9]+|(?<![第零〇一二三四五六七八九十百千万])[一二三四五六七八九](?=[十百千万日年月天倍个元])")
_NEXT = dict(zip("一二三四五六七八九", "二三四五六七八九六", strict=True))


class ErringComposer(ExtractiveComposer):
    """Passes for a model, whose sentences are taken on no trust."""

    kind = ComposerKind.MODEL
    model = "erring"

    async def compose(self, question: StandaloneQuestion, evidence: Evidence) -> AsyncGenerator[DraftSentence]:
        """What the extractive composer says, each statement with a figure followed by a false one."""
        async for sentence in super().compose(question, evidence):
            yield sentence
            if false := falsified(sentence.text):
                if (said := _said.get()) is not None:
                    said.append(false)
                yield DraftSentence(false, sentence.tokens)


def falsified(text: str) -> str:
    """``text`` with its first figure raised; empty where it has none."""
    match = _FIGURE.search(text)
    if match is None:
        return ""
    return text[: match.start()] + _raised(match[0]) + text[match.end() :]


def _raised(figure: str) -> str:
    return _NEXT.get(figure) or str(int(figure) + 7)


def hear_falsehoods() -> list[str]:
    """From here on in this context, the false sentences drafted: one list per case."""
    said: list[str] = []
    _said.set(said)
    return said


_said: ContextVar[list[str] | None] = ContextVar("said", default=None)
