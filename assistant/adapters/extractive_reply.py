"""The reply composer that needs no model: the log's own sentences in their places, clauses quoted (摘录式)."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.contracts import ComposerKind, Evidence, StandaloneQuestion
from assistant.domain.reply_draft import WRITTEN, CaseFacts, PastReplies, ReplyCase, ReplyPart, ReplySentence
from assistant.domain.reply_facts import matter_of
from assistant.domain.statements import BASIS
from assistant.ports.answering import Composer, ComposerDeclined
from retrieval.contracts import Passage

QUOTED = 2
ADVICE = re.compile(r"[\s\-*•\d.、]*(?:先|再|仍|可以先|拨打|自己)")
"""Steps that a guide gives to citizens."""


class ExtractiveReply:
    """``quote`` picks the statements of clauses that speak of the matter."""

    kind = ComposerKind.EXTRACTIVE
    model: str | None = None
    prompt: str | None = None

    def __init__(self, quote: Composer) -> None:
        self._quote = quote

    async def compose(
        self, case: ReplyCase, facts: CaseFacts, evidence: Evidence, past: PastReplies
    ) -> tuple[ReplySentence, ...]:
        told = [
            ReplySentence(part, _after_heading(part, fact.text), (fact.token,), verbatim=True)
            for part in WRITTEN
            for fact in facts.of(part)
        ]
        return (*told, *await self._basis(case, evidence))

    async def _basis(self, case: ReplyCase, evidence: Evidence) -> list[ReplySentence]:
        rules = _rules(evidence)
        if not rules.passages:
            return []
        matter = matter_of(case.order)
        try:
            drafts = [draft async for draft in self._quote.compose(StandaloneQuestion(matter, matter), rules)]
        except ComposerDeclined:
            return []
        part = ReplyPart.BASIS
        return [ReplySentence(part, d.text, d.tokens, d.verbatim, d.basis) for d in drafts[:QUOTED]]


def _after_heading(part: ReplyPart, text: str) -> str:
    """下一步安排：将于…, not 下一步安排：下一步将于…"""
    return text.removeprefix("下一步").lstrip("，、") if part is ReplyPart.NEXT else text


def _rules(evidence: Evidence) -> Evidence:
    """Articles, and of guides the lines that name their law: advice to citizens is no basis for what a unit did."""
    items = [replace(item, passage=replace(item.passage, text=_lawful(item.passage))) for item in evidence.passages]
    return replace(evidence, passages=tuple(item for item in items if item.passage.text))


def _lawful(passage: Passage) -> str:
    if passage.clause:
        return passage.text
    return "\n".join(line for line in passage.text.splitlines() if BASIS.search(line) and not ADVICE.match(line))
