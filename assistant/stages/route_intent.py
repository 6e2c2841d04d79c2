"""Stage ``route_intent``: rules with weights from the city pack decide where a question goes; no model is needed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from assistant.contracts import OpenPoint, RouteDecision, StandaloneQuestion
from assistant.pipeline import Stop
from assistant.routing_data import Clarifications, RoutingLabel, RoutingLabels


class RouteIntent:
    """Ends the turn for labels with a canned reply and for questions that lack what decides the answer.

    ``lacking`` gives the log-odds that a question does; without it nothing but the rules asks back here.
    """

    def __init__(
        self,
        labels: RoutingLabels,
        clarifications: Clarifications,
        ignored: frozenset[str] = frozenset(),
        lacking: Callable[[str], float] | None = None,
    ) -> None:
        self._labels = labels
        self._clarifications = clarifications
        self._lacking = lacking
        self._cues = [
            (item, [(re.compile(cue.pattern, re.IGNORECASE), cue.weight) for cue in item.cues])
            for item in labels.labels
            if item.label not in ignored
        ]

    async def __call__(self, question: StandaloneQuestion) -> RouteDecision:
        label, score, reason = self._best(question)
        if label.status:
            raise Stop(label.status, text=label.reply, note=f"{label.label}: {reason}")
        missing = self._missing(question)
        if missing is not None:
            note, ask, options = missing
            raise Stop("clarification", text=ask, note=note, ask=OpenPoint(ask, tuple(options)))
        lacking = self._lacking(question.text) if self._lacking and not question.carried_over else -math.inf
        return RouteDecision(label.label, min(1.0, max(0.5, score / (2 * self._labels.threshold))), reason, lacking)

    def _best(self, question: StandaloneQuestion) -> tuple[RoutingLabel, float, str]:
        """Cues look at what was asked now; what was carried over from before decides nothing about intent."""
        best, best_score, reason = self._labels[self._labels.default], 0.0, "default"
        for label, cues in self._cues:
            hits = [(weight, match.group()) for cue, weight in cues if (match := cue.search(question.original.strip()))]
            score = sum(weight for weight, _ in hits)
            if score >= self._labels.threshold and score > best_score:
                best, best_score, reason = label, score, "、".join(text for weight, text in hits if weight > 0)
        return best, best_score, reason[:60]

    def _missing(self, question: StandaloneQuestion) -> tuple[str, str, list[str]] | None:
        if is_vague(question.text, self._clarifications):
            return "vague", self._clarifications.vague.ask, []
        for rule in self._clarifications.rules:
            if rule.applies(question.text):
                return rule.id, rule.ask, rule.options
        return None


def is_vague(text: str, clarifications: Clarifications) -> bool:
    """Nothing but filler: no matter is named."""
    rest = re.sub(clarifications.vague.filler, "", text)
    return len(re.sub(r"[^一-鿿A-Za-z]", "", rest)) < 2
