"""Stage ``decide_handling``: transfer, tell, answer at once or dispatch (ordinance Article 11), with the reason."""

from __future__ import annotations

import re

from assistant.appeal_cues import AppealCues
from assistant.domain.appeal import (
    Appeal,
    AppealType,
    Classification,
    Decision,
    Diversion,
    DiversionCheck,
    Handling,
    Relation,
    SimilarOrder,
    SimilarOrders,
)

SAME_MATTER = "same-matter"
EMERGENCY = "handover_emergency"


class DecideHandling:
    def __init__(self, cues: AppealCues) -> None:
        self._something_new = re.compile(cues.something_new)
        self._incident = re.compile(cues.incident)

    async def __call__(
        self, appeal: Appeal, check: DiversionCheck, classification: Classification, similar: SimilarOrders
    ) -> Decision:
        diversion = check.diversion or self._same_matter(appeal, check, similar)
        if diversion is not None:
            handling = Handling.TRANSFER if diversion.status == EMERGENCY else Handling.TELL
            return Decision(handling, f"条例第十一条{diversion.item}：{diversion.reason}", diversion)
        if classification.type.label == AppealType.INQUIRY and not self._incident.search(appeal.text):
            return Decision(Handling.ANSWER, "咨询类诉求，能够直接答复的即时答复；不能答复的派单（条例第十一条）")
        return Decision(Handling.DISPATCH, "需要承办单位办理，按职责、属地和派单目录派单（条例第十一条）")

    def _same_matter(self, appeal: Appeal, check: DiversionCheck, similar: SimilarOrders) -> Diversion | None:
        """Only an own order proves it, and only while the citizen brings nothing new."""
        own = similar.of(Relation.OWN_REPEAT)
        told = next((item for item in check.suspected if item.rule_id == SAME_MATTER), None)
        if not own or told is None or self._something_new.search(appeal.text):
            return None
        return Diversion(
            told.rule_id,
            told.item,
            told.status,
            f"{told.tell}{_standing(own[0])}",
            max(told.confidence, own[0].score),
            f"与本人工单 {own[0].number or own[0].order_id} 为同一事项，没有新情况、新理由",
            told.spans,
            told.basis,
        )


def _standing(order: SimilarOrder) -> str:
    """How the earlier order stands, which is what the citizen is to be told (Article 11 (三))."""
    if not order.state:
        return ""
    outcome = f"，办理结果：{order.outcome}" if order.outcome else ""
    return f"工单 {order.number} 目前：{order.state}{outcome}。"
