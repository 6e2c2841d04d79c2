"""``SessionStore`` in this process: lost at restart, bounded in conversations, messages and time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from assistant.contracts import Message


class InProcessSessions:
    """Keeps the last ``max_messages`` masked messages of a conversation for ``ttl_s`` after the latest one."""

    def __init__(
        self,
        *,
        ttl_s: float = 7200.0,
        max_messages: int = 20,
        capacity: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ttl_s, self.max_messages, self.capacity, self._clock = ttl_s, max_messages, capacity, clock
        self._conversations: OrderedDict[str, tuple[float, tuple[Message, ...]]] = OrderedDict()

    async def history(self, conversation_id: str) -> tuple[Message, ...]:
        expires, messages = self._conversations.get(conversation_id, (0.0, ()))
        return messages if expires > self._clock() else ()

    async def append(self, conversation_id: str, *messages: Message) -> None:
        kept = (*await self.history(conversation_id), *messages)[-self.max_messages :]
        self._conversations[conversation_id] = (self._clock() + self.ttl_s, kept)
        self._conversations.move_to_end(conversation_id)
        while len(self._conversations) > self.capacity:
            self._conversations.popitem(last=False)
