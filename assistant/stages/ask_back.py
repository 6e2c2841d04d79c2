"""Stage ``ask_back``: decides from question and evidence whether something must be known first, and asks for it briefly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.contracts import Evidence, OpenPoint, RouteDecision, StandaloneQuestion
from assistant.domain.asked_as import likeness
from assistant.domain.asking_back import AskingLimits, bare_matter, what_to_state
from assistant.pipeline import Stop
from assistant.routing_data import ClarificationRule
from retrieval.contracts import Passage

MOST_OPTIONS = 4
AS_FORESEEN = 0.8
TO_STATE = "请说明"
NO_ASPECTS = ("适用情形", "说明", "法律责任", "常见误解", "提示", "容易误解", "核对", "座席", "旧规定", "当时", "12345")
ANY_CASE = OpenPoint(
    "请问具体是什么事（哪种证件、费用、合同，或者哪个单位），在哪里，有没有影响条件的情况（例如户籍、年龄、参保类型）？"
)


class AskBack:
    """``points``: the city pack's words for what questions leave open; the first that applies is asked for."""

    def __init__(self, limits: AskingLimits, points: Sequence[ClarificationRule] = ()) -> None:
        self._limits, self._points = limits, points

    async def __call__(self, question: StandaloneQuestion, route: RouteDecision, evidence: Evidence) -> OpenPoint:
        """What to ask below the answer. Raises ``Stop`` (clarification) where an answer would only be a guess."""
        if question.carried_over:
            return OpenPoint()
        if matter := bare_matter(question.text):
            raise asked_back(_aspects(matter, evidence), "bare")
        point = self._point(question, evidence)
        if route.lacking >= self._limits.hold_from and not _foreseen(question, evidence):
            raise asked_back(point, f"lacking {route.lacking:.2f}")
        offered = route.lacking >= self._limits.offer_from
        if point is ANY_CASE:  # a refusal with its nearest documents says more; below an answer its guide has the words
            stated = _stated_to(_leading(evidence), evidence)
            return replace(stated, offered=True, instead=False) if offered else OpenPoint()
        return replace(point, offered=offered) if route.lacking >= self._limits.rather_than_refuse_from else OpenPoint()

    def _point(self, question: StandaloneQuestion, evidence: Evidence) -> OpenPoint:
        for point in self._points:
            if point.applies(question.text):
                return OpenPoint(point.ask, tuple(point.options))
        return _to_state(question, evidence)


def asked_back(point: OpenPoint, note: str) -> Stop:
    return Stop("clarification", text=point.question, note=note, ask=point)


def _foreseen(question: StandaloneQuestion, evidence: Evidence) -> bool:
    """The best guide says that people ask for one of its sections in these very words, so it has an answer."""
    guide = _leading(evidence)
    ways = [way for item in evidence.passages if item.passage.document_id == guide.document_id
            for way in item.passage.asked_as]  # fmt: skip
    return likeness(question.sought, ways, {}) >= AS_FORESEEN


def _aspects(matter: str, evidence: Evidence) -> OpenPoint:
    """Who names a matter only is shown the guides about it, or what the only one says."""
    titles = dict.fromkeys(item.passage.title for item in evidence.passages if matter in item.passage.title)
    shown = list(titles) if len(titles) > 1 else _headings(evidence) if _names(_leading(evidence), matter) else []
    options = tuple(shown[:MOST_OPTIONS])
    aspects = f"（{'；'.join(options)}）" if options else ""
    return OpenPoint(f"关于“{matter}”，请问您想了解哪一方面{aspects}，或者遇到了什么情况？", options)


def _headings(evidence: Evidence) -> list[str]:
    """Those of the leading guide that tell something, in its order."""
    guide = _leading(evidence)
    passages = sorted((item.passage for item in evidence.passages), key=lambda passage: passage.ordinal)
    found = (passage.path[-1] for passage in passages if passage.document_id == guide.document_id and passage.path)
    return [heading for heading in dict.fromkeys(found) if not any(word in heading for word in NO_ASPECTS)]


def _leading(evidence: Evidence) -> Passage:
    return evidence.passages[0].passage


def _to_state(question: StandaloneQuestion, evidence: Evidence) -> OpenPoint:
    """What the nearest guide itself asks callers to state, where it is certainly about their matter."""
    guide = _leading(evidence)
    return _stated_to(guide, evidence) if _names(guide, question.sought) else ANY_CASE


def _stated_to(guide: Passage, evidence: Evidence) -> OpenPoint:
    own = (item.passage for item in evidence.passages if item.passage.document_id == guide.document_id)
    sections = (passage.text for passage in own if passage.path and TO_STATE in passage.path[-1])
    stated = next(filter(None, map(what_to_state, sections)), "")
    return OpenPoint(f"请问{stated}分别是什么情况？") if stated else ANY_CASE


def _names(guide: Passage, text: str) -> bool:
    return any(word in text or text in word for word in guide.keywords)
