"""Ports of ``draft_reply``."""

from __future__ import annotations

from typing import Protocol

from assistant.contracts import ComposerKind, Evidence
from assistant.domain.reply_draft import CaseFacts, PastReplies, PastReply, ReplyCase, ReplySentence
from assistant.domain.work_order import WorkOrder


class ReplyHistory(Protocol):
    """Replies of the past that appellants were content with."""

    async def best(self, order: WorkOrder, limit: int) -> tuple[PastReply, ...]:
        """Of the same matter, the likest first. Raises ``StoreUnavailable``."""
        ...


class ReplyComposer(Protocol):
    """Writes the parts ``WRITTEN`` of a reply; cites facts and passages by token only."""

    @property
    def kind(self) -> ComposerKind: ...
    @property
    def model(self) -> str | None: ...
    @property
    def prompt(self) -> str | None: ...

    async def compose(
        self, case: ReplyCase, facts: CaseFacts, evidence: Evidence, past: PastReplies
    ) -> tuple[ReplySentence, ...]:
        """Raises ``ChatModelError``."""
        ...
