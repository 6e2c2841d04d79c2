"""Stage ``contextualise_question``: a follow-up becomes a question that can be searched alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.contracts import Message, RedactedText, ScreenedText, StandaloneQuestion
from assistant.domain.asking_back import OFFER, is_plain_reply
from assistant.domain.follow_up_question import NEITHER, Completed, Contrasts, complete
from assistant.domain.home_region import home_names, without_home
from assistant.domain.lay_words import LayPairs, in_official_words

REMEMBERED_MESSAGES = 8


class ContextualiseQuestion:
    """Fills ellipsis and pronouns from the (masked) conversation by rules; a complete question stays as it is."""

    def __init__(
        self,
        contrasts: Contrasts = (),
        home_region: str | None = None,
        lay_words: LayPairs = (),
        lacking: Callable[[str], float] | None = None,
    ) -> None:
        """``lacking``: log-odds that a question read alone lacks something; without it the rules decide."""
        self._contrasts, self._home, self._lay_words = contrasts, home_names(home_region), lay_words
        self._lacking = lacking or (lambda question: NEITHER)

    async def __call__(self, screened: ScreenedText, redacted: RedactedText) -> StandaloneQuestion:
        completed = self._complete(screened.text, redacted.history[-REMEMBERED_MESSAGES:])
        matter = in_official_words(without_home(completed.text, self._home), self._lay_words)
        return StandaloneQuestion(completed.text, screened.text, completed.borrowed, matter)

    def _complete(self, question: str, history: Sequence[Message]) -> Completed:
        """Each of the user's questions is completed by the ones before it, oldest first."""
        earlier: list[str] = []
        for at, message in enumerate(history):
            if message.role == "user":
                asked_back = _asked_back(history[:at], message.content)
                earlier.append(self._completed(message.content, earlier, asked_back).text)
        return self._completed(question, earlier, _asked_back(history, question))

    def _completed(self, question: str, earlier: Sequence[str], asked_back: bool) -> Completed:
        return complete(question, earlier, asked_back, self._contrasts, self._lacking(question))


def _asked_back(history: Sequence[Message], reply: str) -> bool:
    """Clarifications are short questions; answers are long and end with their sources. A question below an answer is
    taken up only by a reply that can be nothing else."""
    if not history or history[-1].role != "assistant":
        return False
    last = history[-1].content
    if OFFER in last:
        return is_plain_reply(reply)
    return len(last) <= 160 and ("？" in last or "?" in last) and "依据" not in last
