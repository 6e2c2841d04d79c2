"""Stage ``contextualise_question``: a follow-up becomes a question that can be searched alone."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.contracts import Message, RedactedText, ScreenedText, StandaloneQuestion
from assistant.domain.follow_up_question import Completed, Contrasts, complete
from assistant.domain.home_region import home_names, without_home
from assistant.domain.lay_words import LayPairs, in_official_words

REMEMBERED_MESSAGES = 8


class ContextualiseQuestion:
    """Fills ellipsis and pronouns from the (masked) conversation by rules; a complete question stays as it is."""

    def __init__(self, contrasts: Contrasts = (), home_region: str | None = None, lay_words: LayPairs = ()) -> None:
        self._contrasts, self._home, self._lay_words = contrasts, home_names(home_region), lay_words

    async def __call__(self, screened: ScreenedText, redacted: RedactedText) -> StandaloneQuestion:
        completed = self._complete(screened.text, redacted.history[-REMEMBERED_MESSAGES:])
        matter = in_official_words(without_home(completed.text, self._home), self._lay_words)
        return StandaloneQuestion(completed.text, screened.text, completed.borrowed, matter)

    def _complete(self, question: str, history: Sequence[Message]) -> Completed:
        """Each of the user's questions is completed by the ones before it, oldest first."""
        earlier: list[str] = []
        for at, message in enumerate(history):
            if message.role == "user":
                asked_back = _asked_back(history[:at])
                earlier.append(complete(message.content, earlier, asked_back, self._contrasts).text)
        return complete(question, earlier, _asked_back(history), self._contrasts)


def _asked_back(history: Sequence[Message]) -> bool:
    """Clarifications are short questions; answers are long and end with their sources."""
    if not history or history[-1].role != "assistant":
        return False
    last = history[-1].content
    return len(last) <= 160 and ("？" in last or "?" in last) and "依据" not in last
