"""The desk that takes down what people made of proposals: masked, measured here and not by the caller, kept once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.desks.once import once
from assistant.desks.orders import Mask, OrderDesk
from assistant.domain.corrections import PERSON
from assistant.domain.feedback import (
    LEARNED_PARTS,
    SUGGESTED_PARTS,
    Correction,
    Feedback,
    FeedbackKind,
    FeedbackRefused,
    Opinion,
    Verdict,
    settled,
)
from assistant.domain.identifiers import new_id
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Actor
from assistant.ports.feedback import DraftBook, FeedbackBook, StoredDraft
from assistant.ports.requests import Request, StoredReply

TO_FILL_IN = "【待填写"


@dataclass(frozen=True, slots=True)
class FeedbackForm(Opinion):
    """As it comes in: texts may hold personal data. ``category`` and ``street`` are those of the appeal, if known."""

    category: str = ""
    street: str | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whoever gives feedback: a person at work on orders, or a caller without a role, who may give thumbs only."""

    id: str
    actor: Actor | None = None


@dataclass(frozen=True)
class FeedbackDesk:
    book: FeedbackBook
    drafts: DraftBook
    orders: OrderDesk
    mask: Mask
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def take(self, form: FeedbackForm, speaker: Speaker, request: Request | None = None) -> Feedback:
        """What was kept.

        Raises ``FeedbackRefused``, ``OrderUnknown``, ``RepeatedRequest``, ``KeyReused``, ``KeyInFlight``, ``StoreUnavailable``.
        """
        self._refuse(form, speaker)
        order = self.orders.see(form.order_id, speaker.actor) if form.order_id and speaker.actor else None
        with once(self.orders.requests, request, self.now()):
            item = self._feedback(form, speaker)
            found = self._correction(form, item, order)
            self.book.add([item], [found] if found else [], (request, StoredReply(201, "{}")) if request else None)
        return item

    def _refuse(self, form: FeedbackForm, speaker: Speaker) -> None:
        thumbs = form.verdict in (Verdict.UP, Verdict.DOWN)
        if speaker.actor is None and not thumbs:
            raise FeedbackRefused("wrong_role", "采用、修改和不采用由坐席或者承办单位的账号提交。")
        if form.kind is FeedbackKind.DRAFT and not thumbs:
            raise FeedbackRefused("use_decisions", "答复草稿请在该草稿的 decisions 中提交决定。")
        if form.kind is FeedbackKind.SUGGESTION and form.part not in SUGGESTED_PARTS:
            raise FeedbackRefused("unknown_part", f"请写明针对研判的哪一项：{'、'.join(SUGGESTED_PARTS)}。")
        settled(form.verdict, form.proposed, form.final, form.reason)

    def _feedback(self, form: FeedbackForm, speaker: Speaker) -> Feedback:
        proposed, final, question, reason = map(self.mask, (form.proposed, form.final, form.question, form.reason))
        verdict, used, distance = settled(form.verdict, proposed, final, reason)
        actor = speaker.actor
        return Feedback(
            id=new_id(),
            at=self.now(),
            kind=form.kind,
            subject=form.subject,
            verdict=verdict,
            part=form.part,
            question=question,
            proposed=proposed,
            final=used,
            reason=reason,
            distance=distance,
            length=len(proposed),
            actor=speaker.id,
            role=actor.role.value if actor else "",
            unit=actor.unit if actor else None,
            order_id=form.order_id if actor else None,
            model=form.model,
            prompt=form.prompt,
        )

    def _correction(self, form: FeedbackForm, item: Feedback, order: WorkOrder | None) -> Correction | None:
        """A changed type, category or unit is a label that a person has set right."""
        taught = item.kind is FeedbackKind.SUGGESTION and item.part in LEARNED_PARTS
        if not taught or item.verdict not in (Verdict.EDITED, Verdict.REJECTED):
            return None
        instead = item.final or None
        if order is not None:
            words = order.title, order.content, order.category, order.street
        else:
            words = "", item.question, form.category, form.street
        return Correction(item.at, PERSON, item.part, item.proposed, instead, *words, item.order_id)

    def decide(
        self,
        draft: StoredDraft,
        form: FeedbackForm,
        speaker: Speaker,
        request: Request | None = None,
    ) -> StoredDraft:
        """Takes a draft over as it is or as edited, or turns it down with the reason.

        Raises ``FeedbackRefused`` (draft_incomplete where something is still to be filled in), ``DraftDecided``,
        ``RepeatedRequest``, ``KeyReused``, ``KeyInFlight``, ``StoreUnavailable``.
        """
        used = {Verdict.ACCEPTED: draft.text, Verdict.EDITED: form.final}.get(form.verdict, "")
        if TO_FILL_IN in used:
            raise FeedbackRefused("draft_incomplete", "草稿中还有“待填写”的内容，请补充后再采用。")
        with once(self.orders.requests, request, self.now()):
            item = self._feedback(form, speaker)
            self.drafts.decide(draft, item, (request, StoredReply(200, "{}")) if request else None)
        return self.drafts.draft(draft.id) or draft
