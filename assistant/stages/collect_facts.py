"""Stage ``collect_facts``: what the log and the unit's note state is all that a reply may claim."""

from __future__ import annotations

from assistant.domain.reply_draft import CaseFacts, ReplyCase
from assistant.domain.reply_facts import collect


async def collect_facts(case: ReplyCase) -> CaseFacts:
    return collect(case)
