"""Stage ``screen_input``: danger goes to people first, and nothing that steers or harms goes any further."""

from __future__ import annotations

from assistant.contracts import RedactedText, ScreenedText
from assistant.domain.normalise import canonical, invisible_families
from assistant.domain.screening import Screener
from assistant.pipeline import Stop


class ScreenInput:
    def __init__(self, screener: Screener) -> None:
        self._screener = screener

    async def __call__(self, redacted: RedactedText) -> ScreenedText:
        """Raises ``Stop`` with the guard's status; the note names the rule, never the citizen's words."""
        verdict = self._screener.screen_question(redacted.text)
        if verdict is not None:
            raise Stop(verdict.status, note=f"{verdict.rule} ({verdict.view})")
        return ScreenedText(canonical(redacted.text), self._notes(redacted))

    def _notes(self, redacted: RedactedText) -> tuple[str, ...]:
        hidden = [f"invisible:{family}" for family in invisible_families(redacted.text)]
        screened = (self._screener.screen_content(message.content, official=False) for message in redacted.history)
        earlier = [flag for content in screened for flag in content.flags]
        return tuple(dict.fromkeys([*hidden, *(f"history:{flag}" for flag in earlier)]))
