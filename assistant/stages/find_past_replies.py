"""Stage ``find_past_replies``: how like matters were answered to the appellant's content."""

from __future__ import annotations

from assistant.domain.reply_draft import PastReplies, ReplyCase
from assistant.ports.replies import ReplyHistory

LIMIT = 3


class FindPastReplies:
    def __init__(self, history: ReplyHistory | None = None) -> None:
        self._history = history

    async def __call__(self, case: ReplyCase) -> PastReplies:
        if self._history is None:
            return PastReplies()
        return PastReplies(await self._history.best(case.order, LIMIT))
