"""Stage ``compose_reply``: a model writes from facts and clauses, code fills in for it; both pass the same gate."""

from __future__ import annotations

import asyncio

from assistant.contracts import Evidence
from assistant.domain.circuit_breaker import CircuitBreaker
from assistant.domain.reply_draft import CaseFacts, PastReplies, ReplyCase, ReplySentence
from assistant.ports.answering import ChatModelError
from assistant.ports.replies import ReplyComposer
from assistant.reply_contracts import DraftedReply
from assistant.stages.check_reply import ReplyGate


class ComposeReply:
    """``backup`` needs no model: it writes when ``composer`` fails, and the parts for which nothing the model says stands."""

    def __init__(
        self,
        backup: ReplyComposer,
        composer: ReplyComposer | None = None,
        breaker: CircuitBreaker | None = None,
        within_s: float = 30.0,
    ) -> None:
        self._backup, self._composer = backup, composer
        self._breaker, self._within_s = breaker or CircuitBreaker(), within_s

    async def __call__(self, case: ReplyCase, facts: CaseFacts, evidence: Evidence, past: PastReplies) -> DraftedReply:
        quoted = await self._backup.compose(case, facts, evidence, past)
        plain = DraftedReply(quoted, self._backup.kind)
        if self._composer is None:
            return plain
        try:
            written = await self._written(self._composer, case, facts, evidence, past)
        except ChatModelError as error:
            return DraftedReply(quoted, self._backup.kind, degraded=(f"chat_model:{error.reason}",))
        parts = {sentence.part for sentence in written}
        rest = tuple(sentence for sentence in quoted if sentence.part not in parts)
        return DraftedReply((*written, *rest), self._composer.kind, self._composer.model, self._composer.prompt)

    async def _written(
        self, composer: ReplyComposer, case: ReplyCase, facts: CaseFacts, evidence: Evidence, past: PastReplies
    ) -> tuple[ReplySentence, ...]:
        """The model's sentences that stand. Raises ``ChatModelError`` where none does, or none came in time."""
        if not self._breaker.admits():
            raise ChatModelError("circuit_open")
        try:
            async with asyncio.timeout(self._within_s):
                drafted = await composer.compose(case, facts, evidence, past)
        except (TimeoutError, ChatModelError) as error:
            self._breaker.failed()
            raise error if isinstance(error, ChatModelError) else ChatModelError("timeout") from error
        gate = ReplyGate(facts, evidence)
        standing = tuple(sentence for sentence in drafted if gate.fault(sentence) is None)
        if not standing:
            self._breaker.failed()
            raise ChatModelError("unsupported")
        self._breaker.succeeded()
        return standing
